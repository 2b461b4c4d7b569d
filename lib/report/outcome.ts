import type { ActionRecord, PlannedAction } from "../case/plan.ts";
import type { CaseDossier, PlanPart } from "./dossier.ts";
import { counted, second } from "./figures.ts";

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

const CHANGED: readonly ActionOutcome["state"][] = ["verified", "unverified", "gone"];

/**
 * From the outcomes, not from the status alone: contained means that the status says so, that every recommended change
 * of every plan was made, and that each was in place at the last look. Offers that nobody took up do not spoil it.
 */
export const containmentOf = (dossier: CaseDossier, outcomes: readonly ActionOutcome[]): Containment => {
  const ours = outcomes.filter(({ purpose }) => purpose !== "release");
  const states = new Set(ours.map(({ state }) => state));
  if (dossier.plans.length === 0) return "none";
  if (dossier.head.status === "released" || states.has("undone")) return "released";
  if (CHANGED.some((state) => states.has(state))) {
    const whole = wanted(ours).every(({ done }) => done);
    return whole && ["contained", "closed"].includes(dossier.head.status) ? "contained" : "partly";
  }
  if (states.has("would-have")) return "dry-run";
  return states.has("waiting") || states.has("approved") ? "waiting" : "not-contained";
};

/** What had to be done: all but offers that were not taken up. */
const wanted = (outcomes: readonly ActionOutcome[]): readonly ActionOutcome[] =>
  outcomes.filter(({ action, state }) => action.recommended || state !== "refused");

/** The same in a sentence with its numbers. */
export const containmentSentence = (containment: Containment, outcomes: readonly ActionOutcome[]): string => {
  const due = wanted(outcomes.filter(({ purpose }) => purpose !== "release"));
  const done = due.filter((outcome) => outcome.done).length;
  switch (containment) {
    case "contained":
      return `Contained: all ${counted(due.length, "change")} of the plans were made and were in place at the last look.`;
    case "partly":
      return `Not fully contained: ${done} of ${counted(due.length, "change")} are made and verified${openOnes(due)}.`;
    case "dry-run":
      return `Not contained, dry run: nothing was changed. ${counted(due.filter(({ state }) => state === "would-have").length, "change")} would have been made.`;
    case "waiting":
      return `Not contained yet: ${counted(due.length, "change")} planned, none made.`;
    case "not-contained":
      return "Not contained: no change was made.";
    case "released":
      return "Containment was taken back: changes made for this case were undone by a release.";
    case "none":
      return "Not contained: no containment plan was made.";
  }
};

const OPEN: readonly (readonly [ActionOutcome["state"], string])[] = [
  ["waiting", "waiting for a decision"],
  ["approved", "approved and not made yet"],
  ["unverified", "made and not verified"],
  ["gone", "made and no longer in place"],
  ["failed", "failed"],
  ["drifted", "stopped because the settings had changed"],
  ["skipped", "skipped"],
  ["refused", "not approved"],
  ["instructed", "for a person to make"],
];

const openOnes = (due: readonly ActionOutcome[]): string => {
  const parts = OPEN.flatMap(([state, words]) => {
    const number = due.filter((outcome) => outcome.state === state).length;
    return number === 0 ? [] : [`${number} ${words}`];
  });
  return parts.length === 0 ? "" : `; ${parts.join(", ")}`;
};
