import { counted } from "../../base/figures.ts";
import type { ActionOutcome } from "../../core/plan/outcome.ts";
import { fingerprintOf, planDigestOf } from "../../core/plan/renderPlan.ts";
import { code, facts, heading, list, nothing, pill, say, small, table, text, time, UNKNOWN, when } from "../blocks.ts";
import { diffLines } from "../diff.ts";
import type { CaseDossier, PlanPart } from "../dossier.ts";
import type { Block, Section } from "../model.ts";
import { stateLines } from "../stateText.ts";
import type { Summary } from "../summary.ts";

/** Every plan with every action: calls, state before and after, looks, the way back. */
export const plans = (dossier: CaseDossier, { outcomes }: Summary): Section => ({
  id: "plans",
  title: "Plans in full",
  blocks: [
    ...when(dossier.plans.length === 0, nothing("No plan was made.")),
    ...dossier.plans.flatMap((part) =>
      planBlocks(
        part,
        outcomes.filter(({ planId }) => planId === part.plan.planId),
      ),
    ),
  ],
});

const PURPOSE = { contain: "Containment plan", "follow-up": "Follow-up plan", release: "Release plan" } as const;

const planBlocks = (part: PlanPart, outcomes: readonly ActionOutcome[]): readonly Block[] => {
  const { plan, verdict } = part;
  return [
    heading(`${PURPOSE[plan.purpose]} ${plan.planId}`),
    facts([
      ["Mode", plan.mode === "dry-run" ? "dry run: nothing is changed" : "enforce"],
      ["Fingerprint", code(fingerprintOf(planDigestOf(plan)))],
      ["Made", time(plan.createdAt)],
      ["Expires", say`${time(plan.expiresAt)} (if nobody decides by then, nothing changes)`],
      ["Gate", `${verdict.state}: ${verdict.why}`],
    ]),
    ...watched(part),
    ...when(outcomes.length === 0, nothing("The plan holds no action.")),
    ...outcomes.flatMap((outcome) => actionBlocks(outcome, part)),
    ...when(
      plan.leftOut.length > 0,
      heading("Considered and left out", 4),
      list(
        plan.leftOut.map(({ kind, target, reason }) => say`${code(kind)} on ${code(target)}: ${reason}`),
        "",
      ),
    ),
  ];
};

/** The logs after the cut: proof that it holds is a success that is not there, as far as the logs reach. */
const watched = ({ watch }: PlanPart): readonly Block[] => {
  if (watch == null) return [];
  const { breaches, settledUntil, notKnown } = watch;
  return [
    heading("The logs after the cut", 4),
    text([
      breaches.length === 0
        ? "No call of the actor succeeded after the cut"
        : `${counted(breaches.length, "call or change", "calls or changes")} against the cut`,
      settledUntil === null
        ? say`; up to when the logs can tell is ${UNKNOWN}.`
        : say`, as the logs tell up to ${time(settledUntil)}.`,
    ]),
    ...when(
      breaches.length > 0,
      table({
        caption: "Calls that the cut should have stopped",
        rows: breaches,
        empty: "",
        columns: [
          { head: "What", cell: ({ is }) => is },
          { head: "Call", kind: "name", cell: ({ call }) => code(call) },
          { head: "By", kind: "name", cell: ({ by }) => code(by) },
          { head: "Calls", kind: "number", cell: ({ calls }) => calls },
          { head: "First", kind: "time", cell: ({ firstAt }) => time(firstAt) },
          { head: "Last", kind: "time", cell: ({ lastAt }) => time(lastAt) },
        ],
      }),
    ),
    ...when(notKnown.length > 0, list(notKnown, "")),
  ];
};

const actionBlocks = (outcome: ActionOutcome, { looks }: PlanPart): readonly Block[] => {
  const { action, record, note, done, state } = outcome;
  const seen = looks.flatMap(({ at, during, holds }) =>
    holds.filter(({ id }) => id === action.id).map((hold) => ({ ...hold, at, during })),
  );
  const tone = done ? "good" : state === "waiting" || state === "would-have" ? "warn" : "bad";
  return [
    heading(`${action.id}: ${action.title}`, 4),
    text(say`${pill(STATES[state], tone)} ${code(action.target.label)}: ${note}`),
    list(
      action.blastRadius.map((line) => `Who else is affected: ${line}`),
      "Nobody else is known to be affected.",
    ),
    calls(outcome),
    ...beforeAfter(outcome),
    ...when(
      seen.length > 0,
      table({
        caption: "Looks at the change",
        rows: seen,
        empty: "",
        columns: [
          { head: "When", cell: ({ at }) => time(at), kind: "time" },
          { head: "During", cell: ({ during }) => during },
          { head: "In place", cell: ({ ok }) => (ok ? "yes" : "no") },
          { head: "Why", kind: "wide", cell: ({ why }) => why },
        ],
      }),
    ),
    text(
      small(
        `Reversibility: ${action.reversibility}. To undo: ${operations(action.rollback)}.${record === null ? "" : ` Record: actions/${record.planId}/${record.id}.json.`}`,
      ),
    ),
  ];
};

const STATES: Readonly<Record<ActionOutcome["state"], string>> = {
  verified: "done and verified",
  unverified: "done, not verified",
  gone: "not in place",
  undone: "undone",
  "would-have": "dry run",
  instructed: "for a person to do",
  waiting: "waiting",
  approved: "approved, not done",
  refused: "not done",
  skipped: "skipped",
  drifted: "not done: settings had changed",
  failed: "failed",
};

const operations = (requests: ActionOutcome["action"]["requests"]): string =>
  requests.length === 0
    ? "nothing to call"
    : requests.map(({ service, operation }) => `${service}:${operation}`).join(", ");

const calls = ({ action, record, state }: ActionOutcome): Block => {
  if (record === null || record.calls.length === 0)
    return text(
      `${state === "would-have" ? "It would have called" : "The plan's calls, not made"}: ${operations(action.requests)}.`,
    );
  return table({
    caption: "Calls made",
    rows: record.calls,
    empty: "",
    columns: [
      { head: "Call", cell: ({ request }) => code(`${request.service}:${request.operation}`) },
      { head: "When", cell: ({ at }) => time(at), kind: "time" },
      { head: "AWS request id", cell: ({ requestId }) => code(requestId) },
    ],
  });
};

/** After a dry run, or without a record, there is only the state the plan was computed from. */
const beforeAfter = ({ action, record, state }: ActionOutcome): readonly Block[] => {
  const before = stateLines(record?.before ?? action.before);
  if (record?.after == null || state === "would-have")
    return [
      text(`State ${state === "would-have" ? "(unchanged)" : "before"}:`),
      { as: "difference", lines: before.map((line) => ({ kind: "same", text: line })) },
    ];
  return [text("Before and after:"), { as: "difference", lines: diffLines(before, stateLines(record.after)) }];
};
