import { counted } from "../../base/figures.ts";
import { digestOf, parseStrictJson, sha256Hex } from "../../base/jcs.ts";
import { visible, visibleJson } from "../../base/visible.ts";
import type { ApiRequest } from "../../case/apiRequest.ts";
import type { Plan, PlannedAction } from "../../case/plan.ts";

/**
 * Plans are immutable and the gate is asked about one before every change: what is computed from a plan is computed once
 * for that object. What is read from the store again is another object.
 */
const oncePerPlan = <T>(compute: (plan: Plan) => T): ((plan: Plan) => T) => {
  const known = new WeakMap<Plan, T>();
  return (plan) => {
    if (!known.has(plan)) known.set(plan, compute(plan));
    return known.get(plan)!;
  };
};

/** The digest that is approved: SHA-256 (hex) over the plan's canonical JSON. */
export const planDigestOf: (plan: Plan) => string = oncePerPlan(digestOf);

/** For people to compare: the first 80 bits in five groups of four. Machines compare the whole digest. */
export const fingerprintOf = (digest: string): string => (digest.slice(0, 20).match(/.{4}/g) ?? []).join("-");

/** SHA-256 (hex) of the text an approver is shown. */
export const shownDigestOf: (plan: Plan) => string = oncePerPlan((plan) => sha256Hex(renderPlan(plan)));

/**
 * The one text of a plan, for the terminal, the page and the report. Pure; holds every request, the state it was
 * computed from and the way back; cuts nothing; hostile characters are shown as `\u{…}`.
 */
export const renderPlan = (plan: Plan): string =>
  [
    heading(plan),
    ...plan.actions.map((action) => renderAction(action, WORDS[plan.words ?? 1])),
    ...(plan.leftOut.length === 0
      ? []
      : [
          `Considered and left out:\n${plan.leftOut.map((left) => `  - ${left.kind} on ${visible(left.target)}: ${visible(left.reason)}`).join("\n")}`,
        ]),
  ].join("\n\n") + "\n";

/** A decision signs the text that was shown: a plan keeps the words in which it was made. */
const WORDS = {
  1: {
    unanswered: () => "no answer until then is a no",
    affected: "who it hurts ",
    count: (all: number) => `${all} action(s)`,
  },
  2: {
    unanswered: ({ purpose }: Plan) =>
      `if nobody decides by then, ${purpose === "release" ? "the changes stay as they are" : "nothing changes"}`,
    affected: "also affects ",
    count: (all: number) => counted(all, "action"),
  },
} as const;

const PURPOSE = { contain: "CONTAINMENT", "follow-up": "FOLLOW-UP", release: "RELEASE" } as const;

const heading = (plan: Plan): string =>
  [
    `${PURPOSE[plan.purpose]} PLAN ${plan.planId} of ${plan.caseId}`,
    `Fingerprint  ${fingerprintOf(planDigestOf(plan))}`,
    `Mode         ${plan.mode === "dry-run" ? "DRY RUN: nothing will be changed; the record will say what would have been done" : "enforce: approved changes are made"}`,
    `Account      ${plan.accountId}, region ${plan.region}`,
    `Deployment   ${visible(plan.deployment)}`,
    `Expires      ${plan.expiresAt} (${WORDS[plan.words ?? 1].unanswered(plan)})`,
    ...basisLines(plan),
    ...plan.suspects.flatMap(({ arn, principalId, accessKeyId, identities }) => [
      `Suspect      ${visible([arn, principalId, accessKeyId].filter((part) => part !== null).join("  "))}`,
      `  acts as    ${visible(identities.join("  "))} (who shares one of these cannot decide)`,
    ]),
    ...(plan.remains ?? []).map((line) => `Stays open   ${visible(line)}`),
    `${WORDS[plan.words ?? 1].count(plan.actions.length)}:`,
  ].join("\n");

/** What was known when it was asked, and what of it is news. */
const basisLines = ({ basis, replaces }: Plan): readonly string[] => [
  ...(basis === undefined
    ? []
    : basis.logs === "not read"
      ? ["Known        The logs have not been read yet: this is asked at once, and brought up to date when they are."]
      : [
          `Verdict      ${basis.verdict ?? "none: it could not be weighed"}${basis.overruledBy === null ? "" : `, overruled by ${visible(basis.overruledBy)}`} (logs read until ${basis.until ?? "not known"})`,
          ...basis.reasons.map((reason) => `  because    ${visible(reason)}`),
        ]),
  ...(replaces === undefined
    ? []
    : [
        `Replaces     ${visible(replaces.planId)}; what was approved of that one is void${replaces.void.length === 0 ? "" : ` (${visible(replaces.void.join(", "))})`}. What changed:`,
        ...replaces.difference.map((line) => `  changed    ${visible(line)}`),
      ]),
];

const renderAction = (action: PlannedAction, { affected }: (typeof WORDS)[1 | 2]): string =>
  [
    `${action.id}  ${visible(action.title)}`,
    ...(action.warnings ?? []).map((line) => `    !!            ${visible(line)}`),
    `    kind          ${action.kind} (${action.reversibility}${action.recommended ? "" : "; offered, off unless you switch it on"})`,
    `    target        ${visible(action.target.label)} ${indented(targetFacts(action))}`,
    ...(action.target.because === undefined ? [] : [`    because       ${visible(action.target.because)}`]),
    ...(action.advice === undefined ? [] : [`    advice        ${visible(action.advice)}`]),
    ...instructionLines(action),
    ...action.requires.map((id) => `    needs         ${id} first`),
    ...action.blastRadius.map((line) => `    ${affected} ${visible(line)}`),
    ...policyChanges(action),
    `    ${isByHand(action) ? "assumed state" : "state now    "} ${indented(action.before)}`,
    ...(action.atExecution === undefined || isByHand(action)
      ? []
      : [
          `    then anew     ${visible(action.atExecution)}. The calls below are those of now; what is called is on record`,
        ]),
    ...calls(isByHand(action) ? "YOU call" : "will call", action.requests),
    ...calls("to undo", action.rollback),
  ].join("\n");

/** Nothing is called for an instruction: a person does what is written here. */
const isByHand = ({ reversibility }: PlannedAction): boolean => reversibility === "instruction";

const SHOWN_APART: readonly string[] = ["label", "instruction", "because", "caution"];

const targetFacts = ({ target }: PlannedAction): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(target).filter(([name]) => !SHOWN_APART.includes(name)));

const instructionLines = ({ target }: PlannedAction): readonly string[] =>
  (target.instruction ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => `    to do by hand ${visible(line)}`);

const calls = (label: string, requests: readonly ApiRequest[]): readonly string[] =>
  requests.length === 0
    ? [`    ${label.padEnd(13)} nothing`]
    : requests.map(
        ({ service, operation, region, input }) =>
          `    ${label.padEnd(13)} ${service}:${operation} in ${region} ${indented(input)}`,
      );

const indented = (value: unknown): string =>
  JSON.stringify(visibleJson(unfolded(value)), null, 2).replaceAll("\n", "\n      ");

/** Policies travel as JSON text inside JSON; shown as one line of escapes nobody would read them, so they are unfolded. */
const unfolded = (value: unknown): unknown => {
  if (typeof value === "string") return jsonIn(value) ?? value;
  if (Array.isArray(value)) return value.map(unfolded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      typeof inner === "string" && jsonIn(inner) !== null ? `${key} (JSON text)` : key,
      unfolded(inner),
    ]),
  );
};

/** Strict: a text with a duplicate key means different things to different readers and is shown as it is. */
const jsonIn = (text: string): object | null => {
  if (!text.startsWith("{")) return null;
  try {
    return parseStrictJson(text) as object;
  } catch {
    return null;
  }
};

/** The statements that a policy gains (+) and loses (−), before the whole texts. */
const policyChanges = ({ before, requests }: PlannedAction): readonly string[] => {
  const old = statementsOf(Object.values(before).find((value) => typeof value === "string" && jsonIn(value) !== null));
  const next = requests.flatMap(({ input }) => statementsOf(input.Policy ?? input.PolicyDocument));
  if (next.length === 0) return [];
  return [
    ...next
      .filter((statement) => !old.includes(statement))
      .map((statement) => `    policy gains  + ${visible(statement)}`),
    ...old
      .filter((statement) => !next.includes(statement))
      .map((statement) => `    policy loses  - ${visible(statement)}`),
  ];
};

const statementsOf = (text: unknown): readonly string[] => {
  const policy = typeof text === "string" ? (jsonIn(text) as { Statement?: unknown } | null) : null;
  if (policy === null || policy.Statement === undefined) return [];
  return (Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement]).map((statement) =>
    JSON.stringify(statement),
  );
};
