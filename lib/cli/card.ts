import { bytes, counted, minute } from "../base/figures.ts";
import { visible } from "../base/visible.ts";
import type { CaseView } from "../case/caseView.ts";
import type { Plan, PlannedAction } from "../case/plan.ts";
import type { Amount } from "../case/theft.ts";
import { fingerprintOf, planDigestOf } from "../core/plan/renderPlan.ts";
import { fit, INDENT, type Line, rowsOf } from "./lines.ts";

/** The most that a person takes in at a glance, and that fits beside a question. */
export const MOST_ROWS = 20;

/** What a person decides on: the case, the plan, and what is said of it. */
export interface CardFacts {
  readonly view: CaseView;
  readonly plan: Plan;
  /** Actions that can still be spoken about. */
  readonly open: readonly string[];
  /** `very likely theft`, or what a person put in its place with it; null: not weighed. */
  readonly likelihood: string | null;
  readonly now: string;
}

/** At most twenty rows: how sure, who, how much, what is open, what is asked, and by when. Everything else is behind `d`. */
export const cardOf = ({ view, plan, open, likelihood, now }: CardFacts, width: number): readonly Line[] => {
  const head: readonly Line[] = [
    {
      label: "",
      text: fit(visible(`${view.caseId}  ${view.state.word.toUpperCase()}`), width - INDENT),
      tone: view.state.tone,
    },
    ...rowsOf({ label: "verdict", text: verdictOf(view, likelihood), ...verdictTone(likelihood) }, width, 1),
    ...rowsOf({ label: "who", text: whoOf(view) }, width, 2),
    ...rowsOf({ label: "taken", text: takenOf(view) }, width, 2),
    ...rowsOf(
      { label: "open", text: doorsOf(view), ...(view.state.doors.length > 0 ? { tone: "bad" } : {}) },
      width,
      1,
    ),
    ...rowsOf({ label: "asked", text: askedOf(plan, open) }, width, 1),
  ];
  const foot: readonly Line[] = [
    ...rowsOf(
      { label: "print", text: `${fingerprintOf(planDigestOf(plan))} (compare with the notice you were sent)` },
      width,
      2,
    ),
    ...rowsOf({ label: "until", text: untilOf(plan, now), tone: "ask" }, width, 2),
  ];
  return [...head, ...actionRows(plan, open, width, MOST_ROWS - head.length - foot.length), ...foot];
};

const verdictTone = (likelihood: string | null): Pick<Line, "tone"> =>
  /^(very )?likely theft/.test(likelihood ?? "") ? { tone: "bad" } : {};

const verdictOf = ({ finding }: CaseView, likelihood: string | null): string =>
  `${likelihood ?? "not weighed yet"}; ${finding.type}, severity ${finding.severity} of 10${finding.sample ? ", SAMPLE" : ""}`;

export const whoOf = ({ principal, theft }: CaseView): string => {
  const name = principal?.arn ?? principal?.principalId ?? null;
  const from = theft.addresses.length === 0 ? "" : ` from ${theft.addresses.slice(0, 2).join(", ")}`;
  const more = theft.addresses.length > 2 ? ` and ${theft.addresses.length - 2} more` : "";
  return name === null ? "not known" : `${principal!.type} ${name}${from}${more}`;
};

const amount = ({ objects, bytes: size }: Amount): string =>
  `${counted(objects, "object")}, ${size === null ? "size not known" : bytes(size)}`;

/** One figure where certain and most are the same; no figure says more than the logs do. */
export const takenOf = ({ theft: { certain, upperBound, notKnown }, coverage }: CaseView): string => {
  if (certain === null) return `not known: ${notKnown[0] ?? "the logs have not been read"}`;
  const within = coverage.watermark === null ? "" : `, within the logs up to ${minute(coverage.watermark)}`;
  const same = upperBound?.objects === certain.objects && upperBound.bytes === certain.bytes;
  const most = upperBound === null ? "not known" : same ? "the same" : amount(upperBound);
  return `at least ${amount(certain)}; at most${within}: ${most}`;
};

/** Kinds in our own words: names in the logs are the actor's to choose. */
export const doorsOf = ({ state: { doors } }: CaseView): string =>
  doors.length === 0
    ? "no door that the actor left open is known"
    : `${counted(doors.length, "door")}: ${[...new Set(doors.map(({ says }) => says))].join(", ")}`;

const PURPOSES = { contain: "contain", "follow-up": "undo what the actor changed", release: "give back" } as const;

const askedOf = (plan: Plan, open: readonly string[]): string =>
  `${plan.planId}, to ${PURPOSES[plan.purpose]}: ${counted(open.length, "change")}${plan.mode === "dry-run" ? "; DRY RUN, nothing will be changed" : ""}`;

const untilOf = ({ expiresAt }: Plan, now: string): string => {
  const minutes = Math.floor((Date.parse(expiresAt) - Date.parse(now)) / 60_000);
  const left = minutes < 0 ? "over" : minutes < 120 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h left`;
  return `${minute(expiresAt)} (${left}); if nobody decides by then, nothing changes`;
};

/** One row an action; where they are too many, rows of one kind are drawn together, and the rest is counted. */
const actionRows = (plan: Plan, open: readonly string[], width: number, most: number): readonly Line[] => {
  const actions = plan.actions.filter(({ id }) => open.includes(id));
  const single = actions.map((one) => [one]);
  const groups = single.length <= most ? single : [...Map.groupBy(actions, ({ kind }) => kind).values()];
  const shown = groups.slice(0, groups.length <= most ? most : most - 1);
  const rest = groups.slice(shown.length).flat().length;
  return [
    ...shown.map((group) => actionRow(group, width)),
    ...(rest === 0
      ? []
      : [{ label: "", text: `and ${counted(rest, "more change")}: d shows them`, tone: "ask" as const }]),
  ];
};

const actionRow = (group: readonly PlannedAction[], width: number): Line => {
  const [first] = group as readonly [PlannedAction];
  const ids = group.length === 1 ? first.id : `${first.id}…${group.at(-1)!.id}`;
  const where = group.length === 1 ? first.target.label : `${first.target.label} and ${group.length - 1} more`;
  const lost = group.some(({ reversibility }) => reversibility === "irreversible") ? "CANNOT BE UNDONE: " : "";
  const offered = group.every(({ recommended }) => !recommended) ? "(only offered) " : "";
  const text = fit(visible(`${lost}${offered}${first.title}: ${where}`), width - INDENT);
  return { label: `  ${ids}`, text, ...(lost === "" ? {} : { tone: "bad" as const }) };
};
