import { second } from "../../base/figures.ts";
import type { ActionRecord, Plan, PlannedAction } from "../../case/plan.ts";
import type { GateVerdict } from "./gate.ts";

/** A plan with everything that was said, done and seen about it. */
export interface PlanRecord {
  readonly plan: Plan;
  readonly verdict: GateVerdict;
  readonly records: readonly ActionRecord[];
  readonly looks: readonly {
    readonly at: string;
    readonly holds: readonly { readonly id: string; readonly ok: boolean; readonly why: string }[];
  }[];
}

/** What became of one planned action, in words that claim no more than the record holds. */
export interface ActionOutcome {
  readonly planId: string;
  readonly purpose: Plan["purpose"];
  readonly action: PlannedAction;
  readonly record: ActionRecord | null;
  /** Ticked: applied, and the last look at it after propagation found it in place. Nothing less earns a tick. */
  readonly done: boolean;
  readonly state:
    | "verified"
    | "unverified"
    | "gone"
    | "undone"
    | "would-have"
    | "instructed"
    | "waiting"
    | "approved"
    | "refused"
    | "skipped"
    | "drifted"
    | "failed";
  readonly note: string;
}

type Told = Pick<ActionOutcome, "state" | "note">;

/** Every action of every plan of a case, in the order of the plans. */
export const outcomesIn = (plans: readonly PlanRecord[]): readonly ActionOutcome[] => {
  const releases = plans.filter(({ plan }) => plan.purpose === "release").flatMap(({ records }) => records);
  return plans.flatMap((part) =>
    part.plan.actions.map((action) => {
      const record = part.records.find(({ id }) => id === action.id) ?? null;
      const told = tell(part, action, record, releases);
      return {
        planId: part.plan.planId,
        purpose: part.plan.purpose,
        action,
        record,
        done: told.state === "verified",
        ...told,
      };
    }),
  );
};

/** In words for a sum: `1 failed, 2 not approved`. */
export const OUTCOME_WORDS: Readonly<Record<ActionOutcome["state"], string>> = {
  verified: "in force",
  unverified: "made and not verified",
  gone: "made and no longer in place",
  undone: "taken back",
  "would-have": "only tried in a dry run",
  instructed: "for a person to make",
  waiting: "waiting for a decision",
  approved: "approved and not made yet",
  refused: "not approved",
  skipped: "skipped",
  drifted: "left alone, because the settings had changed",
  failed: "failed",
};

/**
 * What had to be done: of every target the newest word, with what was carried out before what was only planned, and what
 * a newer plan of the same purpose no longer proposes left out. Offers that nobody took up are no part of it; one that
 * still waits in a plan that was carried out for the rest is, because somebody approved it.
 */
export const dueOf = (outcomes: readonly ActionOutcome[]): readonly ActionOutcome[] => {
  const ours = outcomes.filter(({ purpose }) => purpose !== "release");
  const newest = new Map(ours.map(({ purpose, planId }) => [purpose, planId]));
  const begun = new Set(ours.flatMap(({ planId, record }) => (isCarriedOut(record) ? [planId] : [])));
  const counted = ours.filter(({ planId, purpose, record }) => isCarriedOut(record) || newest.get(purpose) === planId);
  const byTarget = new Map<string, ActionOutcome>();
  for (const one of counted) {
    const name = JSON.stringify([one.action.kind, one.action.target]);
    if (isCarriedOut(one.record) || !isCarriedOut(byTarget.get(name)?.record ?? null)) byTarget.set(name, one);
  }
  return [...byTarget.values()].filter(
    ({ action, state, planId }) =>
      action.recommended || (state !== "refused" && (state !== "waiting" || begun.has(planId))),
  );
};

const isCarriedOut = (record: ActionRecord | null): boolean => record !== null && record.status !== "not-approved";

const tell = (
  part: PlanRecord,
  action: PlannedAction,
  record: ActionRecord | null,
  releases: readonly ActionRecord[],
): Told => {
  if (part.plan.purpose !== "release" && record?.status === "applied") {
    const back = releases.find(
      (one) =>
        one.status === "applied" &&
        one.kind === action.kind &&
        one.target === action.target.label &&
        one.at > record.at,
    );
    if (back !== undefined)
      return { state: "undone", note: `applied ${second(record.at)}, undone by the release at ${second(back.at)}` };
  }
  return record === null ? notStarted(part, action) : fromRecord(part, record);
};

const notStarted = ({ verdict }: PlanRecord, { id }: PlannedAction): Told => {
  const judged = verdict.actions.find((one) => one.id === id);
  if (judged?.state === "denied") return { state: "refused", note: `not done: ${judged.why}` };
  if (judged?.state === "approved" && verdict.state === "open")
    return { state: "approved", note: "approved, not carried out yet" };
  if (verdict.state === "closed") return { state: "refused", note: `not done: ${verdict.why}` };
  return { state: "waiting", note: `waiting for a decision: ${judged?.why ?? verdict.why}` };
};

const fromRecord = (part: PlanRecord, record: ActionRecord): Told => {
  switch (record.status) {
    case "applied":
      return lastLook(part, record);
    case "would-have-applied":
      return { state: "would-have", note: "dry run: would have been done; nothing was changed" };
    case "instructed":
      return { state: "instructed", note: "a person must do this; whether it was done is not known" };
    case "not-approved":
      return { state: "refused", note: `not done: ${record.why}` };
    case "skipped":
      return { state: "skipped", note: `not done: ${record.why}` };
    case "drifted":
      return { state: "drifted", note: `not done: ${record.why}` };
    case "failed":
      return { state: "failed", note: `failed: ${record.why}` };
  }
};

const lastLook = ({ looks }: PlanRecord, { id, at, verdict }: ActionRecord): Told => {
  const seen = looks.flatMap((look) =>
    look.holds.filter((hold) => hold.id === id).map((hold) => ({ ...hold, at: look.at })),
  );
  const last = seen.at(-1);
  if (verdict?.ok === false || last?.ok === false)
    return {
      state: "gone",
      note: `applied ${second(at)}, but not in place at the last look${last === undefined ? "" : ` (${second(last.at)})`}: ${last?.why ?? verdict?.why ?? "no reason given"}`,
    };
  if (last === undefined)
    return { state: "unverified", note: `applied ${second(at)}; not looked at again yet, so not verified` };
  return { state: "verified", note: `verified ${second(last.at)}: ${last.why}` };
};
