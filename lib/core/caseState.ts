/** How a case stands, told from its documents: pure, and the only place that may call a case contained. */
import { count, counted, minute } from "../base/figures.ts";
import type { CaseHead } from "../case/case.ts";
import {
  CASE_STATES,
  type CaseState,
  type CaseStateName,
  type OpenDoor,
  type Question,
  type WatchState,
} from "../case/caseState.ts";
import type { PlanView } from "../case/caseView.ts";
import { type ActionOutcome, dueOf, OUTCOME_WORDS } from "./plan/outcome.ts";

export interface CaseFacts {
  readonly head: Pick<CaseHead, "status" | "closedAt" | "notKnown" | "sample">;
  /** Whether the logs are read: what is taken is known only then. */
  readonly reading: "not begun" | "running" | "read" | "failed";
  readonly plans: readonly Pick<PlanView, "planId" | "status">[];
  readonly outcomes: readonly ActionOutcome[];
  /** Kinds of actions that cut the actor off; the others close what the actor opened. */
  readonly cuts: (kind: string) => boolean;
  readonly question: Question | null;
  readonly doors: readonly OpenDoor[];
  /** Calls of the actor that succeeded after the cut, or changes of ours that somebody removed; nothing was done about it since. */
  readonly breached: boolean;
  readonly watch: WatchState;
}

/** The facts with the sums that names and sentences are made of. */
interface Standing extends CaseFacts {
  readonly due: readonly ActionOutcome[];
  /** Changes that were made and not taken back, whether they still hold or not. */
  readonly made: readonly ActionOutcome[];
  /** Of what was due and is not in force: what people left undone, and what went wrong. */
  readonly left: readonly ActionOutcome[];
  readonly wrong: readonly ActionOutcome[];
}

export const caseStateOf = (facts: CaseFacts): CaseState => {
  const standing = { ...facts, ...sumsOf(facts) };
  const is = nameOf(standing);
  const [tone, word] = CASE_STATES[is];
  const { doors, question, made, due, watch } = standing;
  return {
    is,
    // Nothing in a sample exists: that nothing was done about it is no bad news.
    tone: is === "not-contained" && standing.head.sample ? "plain" : tone,
    word: is === "doors-open" ? `${counted(doors.length, "door")} open` : word,
    sentence: sentenceOf(is, standing),
    next: nextOf(is, standing),
    question,
    doors,
    made: due.filter(({ done }) => done).length,
    due: due.length,
    watch: made.length === 0 ? null : watch,
  };
};

const MADE: readonly ActionOutcome["state"][] = ["verified", "unverified", "gone"];
const LEFT: readonly ActionOutcome["state"][] = ["refused", "instructed", "waiting"];

const sumsOf = ({ outcomes }: CaseFacts) => {
  const due = dueOf(outcomes);
  const open = due.filter(({ done }) => !done);
  return {
    due,
    made: due.filter(({ state }) => MADE.includes(state)),
    left: open.filter(({ state }) => LEFT.includes(state)),
    wrong: open.filter(({ state }) => !LEFT.includes(state)),
  };
};

/** The worst thing that is true names the case: what is open or went wrong before what is well. */
const nameOf = (standing: Standing): CaseStateName => {
  const { head, made, wrong, left, doors, breached, watch, reading } = standing;
  if (isExecuting(standing)) return "executing";
  if (made.length === 0) return nameWithoutChanges(standing);
  if (breached) return "breached";
  if (wrong.length > 0) return "incomplete";
  if (doors.length > 0) return "doors-open";
  if (head.status === "attention") return "error";
  if (left.length > 0) return "partly";
  if (reading !== "read") return "unread";
  return watch.is === "running" ? "watched" : "contained";
};

/** Being made, or approved and about to be; what failed on the way needs a person and is not in progress. */
const isExecuting = ({ head, plans, outcomes }: Standing): boolean =>
  head.closedAt === null &&
  head.status !== "attention" &&
  (plans.some(({ status }) => status === "executing" || status === "approved") ||
    outcomes.some(({ state, purpose }) => state === "unverified" && purpose !== "release"));

const nameWithoutChanges = ({ head, outcomes, question, reading, plans, due }: Standing): CaseStateName => {
  if (question !== null) return "asked";
  if (head.status === "attention") return "error";
  if (outcomes.some(({ state }) => state === "undone")) return "released";
  if (due.some(({ state }) => state === "would-have")) return "dry-run";
  const answer = plans.findLast(({ planId, status }) => planId.startsWith("contain-") && status !== "superseded");
  if (answer?.status === "denied") return "refused";
  if (answer?.status === "expired") return "expired";
  if (answer !== undefined || head.closedAt !== null) return "not-contained";
  return reading === "running" ? "scanning" : "new";
};

const sentenceOf = (is: CaseStateName, standing: Standing): string =>
  (standing.made.length > 0
    ? withChanges(is, standing)
    : [LEADS[is](standing), ...doorsPart(standing.doors), ...failedPart(is, standing)]
  ).join(" ");

/** That the identity is cut is said only where every change that cuts it is in force. */
const withChanges = (is: CaseStateName, standing: Standing): readonly string[] => {
  const { due, cuts, doors, breached } = standing;
  const cutting = due.filter(({ action }) => cuts(action.kind));
  const isCut = cutting.length > 0 && cutting.every(({ done }) => done);
  return [
    is === "executing" ? beingMade(standing) : isCut ? "Identity cut." : forceOf(due),
    ...(breached ? ["The actor went on after the cut."] : []),
    ...doorsPart(doors),
    ...readingPart(standing),
    ...(is !== "executing" && isCut && !(doors.length > 0 && due.every(({ done }) => done)) ? [forceOf(due)] : []),
    ...failedPart(is, standing),
    ...(is === "executing" ? [] : watchPart(standing)),
  ];
};

/** Made is not yet looked at again: that comes after it, and only then it counts. */
const beingMade = ({ due, made }: Standing): string =>
  `The approved changes are being made: ${count(made.length)} of ${count(due.length)} so far.`;

const forceOf = (due: readonly ActionOutcome[]): string => {
  const open = due.filter(({ done }) => !done);
  const held = due.length - open.length;
  if (open.length === 0)
    return due.length === 1 ? "The change is in force." : `All ${count(due.length)} changes are in force.`;
  return `${count(held)} of ${counted(due.length, "change")} ${held === 1 ? "is" : "are"} in force; ${sumOf(open)}.`;
};

const askedFor = ({ actions, recommended }: Question): string => {
  const offered = actions - recommended;
  if (recommended === 0)
    return `${counted(offered, "change")} ${offered === 1 ? "is" : "are"} offered and ${offered === 1 ? "waits" : "wait"} for a decision`;
  const more = offered === 0 ? "" : `; ${count(offered)} more ${offered === 1 ? "is" : "are"} offered`;
  return `${counted(recommended, "change")} ${recommended === 1 ? "waits" : "wait"} for a decision${more}`;
};

const nothing = (): string => "Nothing was changed.";

const LEADS: Readonly<Record<CaseStateName, (standing: Standing) => string>> = {
  new: () => "The case is open. Cordon finds out who acts, and then asks.",
  scanning: () => "Cordon reads the logs: who acts, and what was taken.",
  asked: ({ question }) => `${askedFor(question!)}. Nothing is changed yet.`,
  executing: () => "The approved changes are being made.",
  refused: () => "The plan was denied. Nothing was changed.",
  expired: () => "Nobody decided in time. Nothing was changed.",
  "dry-run": ({ due }) =>
    `Dry run: nothing was changed. ${counted(due.filter(({ state }) => state === "would-have").length, "change")} would have been made.`,
  released: () => "The changes of this case were taken back.",
  "not-contained": ({ due }) => (due.length === 0 ? "Nothing was changed." : `Nothing was changed; ${sumOf(due)}.`),
  error: nothing,
  "doors-open": nothing,
  incomplete: nothing,
  partly: nothing,
  unread: nothing,
  breached: nothing,
  watched: nothing,
  contained: nothing,
};

const sumOf = (open: readonly ActionOutcome[]): string =>
  Object.entries(OUTCOME_WORDS)
    .flatMap(([state, words]) => {
      const number = open.filter((one) => one.state === state).length;
      return number === 0 ? [] : [`${count(number)} ${words}`];
    })
    .join(", ");

const doorsPart = (doors: readonly OpenDoor[]): readonly string[] =>
  doors.length === 0
    ? []
    : [`${counted(doors.length, "door")} open: ${[...new Set(doors.map(({ says }) => says))].sort().join(", ")}.`];

/** Doors are found in the logs: until these are read nobody knows of any. */
const readingPart = ({ reading }: Standing): readonly string[] =>
  reading === "read"
    ? []
    : [
        `What the actor left open is not known: the logs ${reading === "failed" ? "could not be read" : "have not been read yet"}.`,
      ];

/** Steps by what they do; ids of steps that this version does not know are ours all the same. */
const STEPS: Readonly<Record<string, string>> = {
  scopePrincipal: "finding out who acts",
  startScan: "reading the logs",
  checkScan: "reading the logs",
  quantify: "counting what was taken",
  detect: "looking for what the actor did",
  updateQuestion: "bringing the question up to date",
  investigate: "the investigation",
  planContainment: "making the plan",
  askApproval: "asking for a decision",
  checkDecision: "taking the decision",
  applyContainment: "carrying out the plan",
  verifyContainment: "looking whether the changes hold",
  watchContainment: "watching after the cut",
  contain: "the containment",
  followUp: "undoing what the actor changed",
  assessImpact: "assessing the impact",
  sealEvidence: "sealing the evidence",
};

/** What a step does, in words. */
export const stepTold = (step: string): string => STEPS[step] ?? step;

const failedPart = (is: CaseStateName, { head: { notKnown } }: Standing): readonly string[] => {
  if (is !== "error") return [];
  const steps = [...new Set(notKnown.map(({ step }) => stepTold(step)))];
  return steps.length === 0 ? ["A person must look."] : [`Failed: ${steps.join(", ")}. A person must look.`];
};

const when = (at: string | null): string => (at === null ? "a time that is not known" : minute(at));

const watchPart = ({ watch, breached }: Standing): readonly string[] => {
  switch (watch.is) {
    case "running":
      return [`The logs are watched until ${when(watch.until)}.`];
    case "quiet":
      return breached ? [] : [`No call of the actor succeeded up to ${when(watch.settledUntil)}; later is not known.`];
    case "breached":
      return breached
        ? []
        : ["The watch saw that the actor succeeded, or that a change was removed; people answered that since."];
    case "not-known":
      return ["Whether the actor went on is not known: no logs of the time after the cut were read."];
    case "off":
      return ["The logs after the cut are not watched."];
  }
};

const AGAIN = "A new plan can be asked for.";

/** What happens then, and what if nobody does anything. */
const nextOf = (is: CaseStateName, { question, watch, doors }: Standing): string => {
  if (question !== null) return afterQuestion(question, doors);
  switch (is) {
    case "new":
    case "scanning":
      return "You are asked as soon as it is known who acts; nothing is changed before.";
    case "executing":
      return "Each change is read back, and then watched.";
    case "watched":
      return `The watch ends at ${when(watch.until)}. If the actor succeeds before, Cordon calls a person.`;
    case "contained":
    case "released":
    case "dry-run":
      return doors.length > 0 ? `The doors stay open. ${AGAIN}` : "Nothing more happens by itself.";
    case "doors-open":
      return `The doors stay open until somebody closes them. ${AGAIN}`;
    default:
      return watch.is === "running"
        ? `The watch goes on until ${when(watch.until)}; nothing is changed without you. ${AGAIN}`
        : `Nothing more happens by itself. ${AGAIN}`;
  }
};

const afterQuestion = ({ purpose, deadline }: Question, doors: readonly OpenDoor[]): string =>
  purpose === "release"
    ? `If nobody decides by ${minute(deadline)}, the changes stay as they are.`
    : `If nobody decides by ${minute(deadline)}, nothing changes${doors.length > 0 ? ": the doors stay open" : ""}.`;
