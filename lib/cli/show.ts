import { CordonError } from "../base/errors.ts";
import { count, counted, minute } from "../base/figures.ts";
import { visible } from "../base/visible.ts";
import type { CaseView } from "../case/caseView.ts";
import { hourSentences } from "../core/logs/bucketHours.ts";
import { renderPlan } from "../core/plan/renderPlan.ts";
import { caseView } from "../response/caseView.ts";
import { readPlan } from "../response/contain/planRecords.ts";
import { type OpinionPage, opinionOf } from "../web/opinion.ts";
import { afterwardsLines } from "./afterwards.ts";
import { amountText } from "./amounts.ts";
import { doorsOf, takenOf, whoOf } from "./card.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import { fit, INDENT, plainRow, rowsOf } from "./lines.ts";
import { withPlace } from "./places.ts";
import { caseIdFrom, ignoreBoundaries } from "./session.ts";

export const show: Verb = {
  usage: "CASE",
  options: {
    plan: { type: "string", value: "PLAN", help: "print this plan, exactly as an approver is shown it" },
    full: { type: "boolean", help: "everything: each file that was not understood, each hole, every plan" },
  },
  examples: [
    "cordon show case-20260223-0123456789",
    "cordon show case-20260223-0123456789 --json",
    "cordon show case-20260223-0123456789 --plan contain-1",
    "cordon show case-20260223-0123456789 --profile security",
  ],
  run: (typed, io) =>
    withPlace(typed, io, ignoreBoundaries, async (place) => {
      const caseId = await caseIdFrom(typed, place.ports);
      const view = await caseView(caseId, place.portsOf(caseId));
      const plan = planNamed(view, typed);
      io.result(view);
      const ports = place.portsOf(caseId);
      if (plan !== null) {
        io.print(renderPlan(await readPlan(caseId, plan, ports)));
        const { closed } = view.plans.find(({ planId }) => planId === plan)!;
        if (closed !== null) io.warn(`No decision about ${plan} counts any more: ${closed}.`);
      } else {
        const [after, opinion] = [await afterwardsLines(view, ports), opinionLines(await opinionOf(caseId, ports))];
        io.print(
          typed.values.full === true
            ? [viewText(view, true), ...after, ...opinion].join("\n")
            : screenText(view, [...opinion, ...after], io.width),
        );
      }
      return EXIT.ok;
    }),
};

const planNamed = ({ caseId, plans }: CaseView, { values: { plan } }: Typed): string | null => {
  if (plan === undefined || plans.some(({ planId }) => planId === plan)) return typeof plan === "string" ? plan : null;
  const names = plans.map(({ planId }) => planId).join(", ");
  throw new CordonError("USAGE", `${caseId} has no plan ${String(plan)}; it has ${names || "none"}`);
};

const MOST_REASONS = 4;

/** What the figures mean, where they have been weighed. */
const opinionLines = ({ theft, chain, rotation }: OpinionPage): readonly string[] => {
  const revoke = chain?.lines.filter(({ revokeToo }) => revokeToo).map(({ name }) => name) ?? [];
  return [
    ...(theft === null
      ? []
      : [
          `likelihood   ${theft.told ?? "not known"}${theft.overruled === null ? "" : `; ${theft.overruled.humanId} says ${theft.overruled.verdict}: ${visible(theft.overruled.reason)}`}`,
        ]),
    ...(theft?.reasons.slice(0, MOST_REASONS).map((reason) => `             ${reason}`) ?? []),
    ...(chain?.cut == null
      ? []
      : [`cut at       ${chain.cut.name}${revoke.length === 0 ? "" : `, and revoke ${revoke.join(", ")}`}`]),
    ...(rotation === null || rotation.total === 0
      ? []
      : [`replace      ${rotation.total} stolen object(s) named like credentials, listed in the report`]),
  ];
};

/** Rows of each part; `--full`, `--json` and the report have all of it. */
const FEW = 4;

/** A case on one screen: how it stands, who, what, what is open, the plans, what is not known. Nothing is left out without a word. */
export const screenText = (view: CaseView, more: readonly string[], width: number): string => {
  const rows = (label: string, text: string, most = 2): readonly string[] =>
    rowsOf({ label, text }, width, most).map(plainRow);
  const few = (label: string, all: readonly string[]): readonly string[] => [
    ...all.slice(0, FEW).flatMap((text) => rows(label, text)),
    ...(all.length > FEW ? rows("", `and ${all.length - FEW} more: --full`) : []),
  ];
  const { state, coverage, evidence } = view;
  const newest = evidence.at(-1);
  return [
    `${view.caseId}  ${state.word.toUpperCase()}`,
    ...rows("stands", state.sentence, 3),
    ...rows("then", state.next),
    ...few("WARNING", view.warnings ?? []),
    ...rows(
      "finding",
      `${view.finding.type}, severity ${view.finding.severity} of 10${view.finding.sample ? ", SAMPLE" : ""}`,
      1,
    ),
    ...rows("who", whoOf(view)),
    ...rows("taken", takenOf(view)),
    ...rows("open", doorsOf(view)),
    ...more.flatMap((line) => rows("", line.replace(/ {2,}/g, " "), 1)).slice(0, 2 * FEW),
    ...few("not known", view.theft.notKnown),
    ...rows(
      "logs",
      `${counted(coverage.filesRead, "file")} read, ${count(coverage.filesSetAside)} set aside, ${counted(coverage.holes.length, "hole")}; known until ${coverage.watermark === null ? "nothing was read" : minute(coverage.watermark)}`,
    ),
    ...standingPlans(view).flatMap((plan) => planRows(plan, width)),
    ...few("review", reviewTexts(view)),
    ...few("failed", view.notKnown),
    ...(newest === undefined
      ? []
      : rows(
          "evidence",
          `revision ${newest.revision}, sha256 ${newest.digest.slice(0, 16)}…: cordon evidence verify ${view.caseId}`,
        )),
    ...rows("more", `cordon show ${view.caseId} --full, or --plan PLAN for every call`),
  ].join("\n");
};

/** What a newer plan took the place of is behind `--full`. */
const standingPlans = ({ plans }: CaseView): CaseView["plans"] => {
  const standing = plans.filter(({ status }) => status !== "superseded" && status !== "empty");
  return standing.slice(-2);
};

const planRows = (
  { planId, status, fingerprint, expiresAt, actions, closed }: CaseView["plans"][number],
  width: number,
) => {
  const kinds = [...Map.groupBy(actions, (action) => `${action.status}  ${action.kind}`)];
  const lines = kinds.map(
    ([what, all]) => `${what} on ${all[0]!.target}${all.length > 1 ? ` and ${all.length - 1} more` : ""}`,
  );
  const until = status === "proposed" ? `, decide before ${minute(expiresAt)}` : "";
  return [
    { label: "plan", text: `${planId}  ${status}  ${fingerprint}${until}` },
    ...(closed === null ? [] : [{ label: "", text: `closed: ${closed}` }]),
    ...lines.slice(0, 6).map((text) => ({ label: "", text: fit(visible(text), width - INDENT) })),
    ...(lines.length > 6 ? [{ label: "", text: `and ${lines.length - 6} more kinds of change: --full` }] : []),
  ].flatMap((line) => rowsOf(line, width, 1).map(plainRow));
};

const reviewTexts = ({ caseId, reviews, quarantine }: CaseView): readonly string[] => [
  ...reviews.map(
    ({ humanId, planId, dueAt, overdue }) =>
      `${overdue ? "OVERDUE since" : "due by"} ${minute(dueAt)}: ${humanId} alone approved ${planId} (cordon review ${caseId})`,
  ),
  ...(quarantine === null
    ? []
    : [
        `${quarantine.overdue ? "OVERDUE since" : "due by"} ${minute(quarantine.dueAt)}: does the cut stay? cordon review ${caseId} --keep, or cordon rollback ${caseId}`,
      ]),
];

/** Everything of a case that has a line. */
export const viewText = (view: CaseView, isFull = false): string =>
  [
    `${view.caseId}   ${view.state.word.toUpperCase()}`,
    `state        ${view.state.sentence}`,
    `             ${view.state.next}`,
    `finding      ${view.finding.type}, severity ${view.finding.severity}${view.finding.sample ? " (SAMPLE)" : ""}, id ${view.finding.id}`,
    ...principalLines(view.principal),
    ...(view.warnings ?? []).map((line) => `WARNING      ${visible(line)}`),
    "",
    `taken        certain      ${amountText(view.theft.certain)}`,
    `             likely       ${amountText(view.theft.likely)}`,
    `             upper bound  ${amountText(view.theft.upperBound)}`,
    `             ${view.theft.firstAt ?? "not known"} to ${view.theft.lastAt ?? "not known"}, from ${view.theft.addresses.join(", ") || "not known"}`,
    ...view.theft.notKnown.map((line) => `not known    ${line}`),
    `coverage     ${view.coverage.filesRead} log files read, ${view.coverage.filesSetAside} set aside, known until ${view.coverage.watermark ?? "nothing read"}`,
    ...inputLines(view.coverage, isFull),
    ...view.coverage.buckets.flatMap(bucketLines),
    ...(view.coverage.integrity === undefined ? [] : [`             ${view.coverage.integrity.says}`]),
    ...view.coverage.holes.map((line) => `hole         ${line}`),
    "",
    ...view.plans.flatMap((plan) => [
      `plan         ${plan.planId}  ${plan.status}  fingerprint ${plan.fingerprint}  expires ${plan.expiresAt}${plan.mode === "dry-run" ? "  DRY RUN" : ""}`,
      ...(plan.closed === null ? [] : [`             closed: ${plan.closed}`]),
      ...plan.actions.map(
        ({ id, kind, target, status }) => `             ${id}  ${status.padEnd(12)} ${kind}  ${target}`,
      ),
    ]),
    ...view.reviews.map(
      ({ humanId, planId, actions, dueAt, overdue }) =>
        `review       ${overdue ? "OVERDUE since" : "due by"} ${dueAt}: ${humanId} alone approved ${actions.join(", ")} of ${planId} (cordon review ${view.caseId} --justified | --not-justified)`,
    ),
    ...(view.quarantine === null
      ? []
      : [
          `in force     ${view.quarantine.actions.join(", ")}; review ${view.quarantine.overdue ? "OVERDUE since" : "due by"} ${view.quarantine.dueAt} (cordon review ${view.caseId} --keep, or cordon rollback ${view.caseId})`,
        ]),
    ...view.notKnown.map((line) => `failed step  ${line}`),
    ...view.evidence.map(({ revision, path, digest }) => `evidence     r${revision}  ${path}  sha256 ${digest}`),
  ].join("\n");

/** Files and things named without `--full`; `--json` and the report have all of them. */
const SHORT = 5;

/** Names are the files' own: a line break in one must not look like a line of ours. */
const inputLines = ({ setAside, input }: CaseView["coverage"], isFull: boolean): readonly string[] => {
  const most = isFull ? Number.POSITIVE_INFINITY : SHORT;
  const says = input?.says ?? [];
  return [
    ...says.slice(0, most).map((line) => `input        ${visible(line)}`),
    ...setAside.slice(0, most).map(({ file, reason }) => `not read     ${visible(`${file}: ${reason}`)}`),
    ...(setAside.length > most ? [`             and ${setAside.length - most} more files (--full)`] : []),
    ...(says.length > most ? [`             and ${says.length - most} more kinds of files (--full)`] : []),
  ];
};

/** Holes named per bucket; all of them are in coverage-summary.json. */
const NAMED_HOLES = 3;

const bucketLines = ({ name, dataEvents, hours }: CaseView["coverage"]["buckets"][number]): readonly string[] => [
  `             ${name}: S3 data events ${dataEvents}${hours?.share == null ? "" : `, certain for ${hours.certain} of ${hours.hours} hours (${Math.floor(hours.share * 100)} %)`}`,
  ...(hours === undefined ? [] : hourSentences(name, hours, NAMED_HOLES).map((line) => `hours        ${line}`)),
];

const principalLines = (principal: CaseView["principal"]): readonly string[] =>
  principal === null
    ? ["principal    not known"]
    : [
        `principal    ${principal.type} ${principal.arn ?? principal.principalId ?? "not known"}`,
        ...(principal.roleSession === null
          ? []
          : [`             role session ${principal.roleSession}, issuer ${principal.issuerArn ?? "not known"}`]),
        `             keys ${principal.accessKeyIds.join(", ") || "not known"}`,
      ];
