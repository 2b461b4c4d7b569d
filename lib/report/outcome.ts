import type { PlannedAction } from "../core/plan.ts";
import type { ActionRecord } from "../response/applyContainment.ts";
import type { CaseDossier, PlanPart } from "./dossier.ts";
import { second } from "./figures.ts";

/** What became of one planned action, in words that claim no more than the record holds. */
export interface ActionOutcome {
  readonly planId: string;
  readonly purpose: "contain" | "follow-up" | "release";
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

/** Every action of every plan of the case, in the order of the plans. */
export const outcomesOf = (dossier: CaseDossier): readonly ActionOutcome[] => {
  const releases = dossier.plans.filter(({ plan }) => plan.purpose === "release").flatMap(({ records }) => records);
  return dossier.plans.flatMap((part) =>
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

const tell = (
  part: PlanPart,
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

const notStarted = ({ verdict }: PlanPart, { id }: PlannedAction): Told => {
  const judged = verdict.actions.find((one) => one.id === id);
  if (judged?.state === "denied") return { state: "refused", note: `not done: ${judged.why}` };
  if (judged?.state === "approved" && verdict.state === "open")
    return { state: "approved", note: "approved, not carried out yet" };
  if (verdict.state === "closed") return { state: "refused", note: `not done: ${verdict.why}` };
  return { state: "waiting", note: `waiting for a decision: ${judged?.why ?? verdict.why}` };
};

const fromRecord = (part: PlanPart, record: ActionRecord): Told => {
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

const lastLook = ({ looks }: PlanPart, { id, at, verdict }: ActionRecord): Told => {
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

/** What the report may say about containment as a whole. */
export type Containment = "contained" | "partly" | "not-contained" | "waiting" | "dry-run" | "released" | "none";

/**
 * From the outcomes, not from the status alone: a case is called contained only when its status says so and every
 * change made for it holds. Actions that nobody approved do not spoil it, but they are listed.
 */
export const containmentOf = (dossier: CaseDossier, outcomes: readonly ActionOutcome[]): Containment => {
  const ours = outcomes.filter(({ purpose }) => purpose !== "release");
  const states = new Set(ours.map(({ state }) => state));
  if (dossier.plans.length === 0) return "none";
  if (dossier.head.status === "released" || states.has("undone")) return "released";
  const changed = (["verified", "unverified", "gone"] as const).some((state) => states.has(state));
  const bad = (["failed", "drifted", "skipped", "gone", "unverified"] as const).some((state) => states.has(state));
  if (changed) return bad || !["contained", "closed"].includes(dossier.head.status) ? "partly" : "contained";
  if (states.has("would-have")) return "dry-run";
  return states.has("waiting") || states.has("approved") ? "waiting" : "not-contained";
};
