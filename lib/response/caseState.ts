import { actions as catalogue } from "../actions/index.ts";
import type { CaseHead } from "../case/case.ts";
import { type CaseState, DOOR_WORDS, type OpenDoor, type Question, type WatchState } from "../case/caseState.ts";
import type { PlanView } from "../case/caseView.ts";
import { find, SCAN_ROUND, THEFT_SUMMARY, VERIFICATION } from "../case/documents.ts";
import { type CaseEvent, ofType } from "../case/events.ts";
import type { Look } from "../case/plan.ts";
import { type CaseFacts, caseStateOf } from "../core/caseState.ts";
import { outcomesIn, type PlanRecord } from "../core/plan/outcome.ts";
import type { ReadPorts } from "../ports/ports.ts";
import { isBreached } from "./contain/containmentStatus.ts";
import { openDoors } from "./contain/openDoors.ts";
import { endOf, findWatch } from "./contain/watchActivity.ts";

/** A plan as the view of the case was made from it. */
export interface Viewed extends Omit<PlanRecord, "looks"> {
  readonly view: PlanView;
}

/** Steps without which nothing is known of the logs. */
export const READING: readonly string[] = ["startScan", "checkScan", "quantify"];

/** How the case stands, by its documents as they are now. */
export const stateOf = async (head: CaseHead, viewed: readonly Viewed[], ports: ReadPorts): Promise<CaseState> => {
  const { caseId } = head;
  const events = await ports.cases.events(caseId);
  const looked = await Promise.all(
    viewed.map(async ({ plan }) => (await find(ports.cases, caseId, VERIFICATION.at(plan.planId))) ?? []),
  );
  return caseStateOf({
    head,
    reading: await readingOf(head, ports),
    plans: viewed.map(({ view }) => view),
    outcomes: outcomesIn(viewed.map((one, index) => ({ ...one, looks: looked[index]! }))),
    cuts: (kind) => SIDES.get(kind) !== "undo",
    question: questionIn(viewed),
    doors: await doorsLeft(caseId, viewed, ports),
    breached: isBreached(events),
    watch: await watchOf(head, viewed, looked, events, ports),
  });
};

const SIDES = new Map(catalogue.map(({ card }) => [card.id, card.side]));

const readingOf = async ({ caseId, notKnown }: CaseHead, { cases }: ReadPorts): Promise<CaseFacts["reading"]> => {
  if ((await find(cases, caseId, THEFT_SUMMARY)) !== null) return "read";
  const round = await find(cases, caseId, SCAN_ROUND.at("001"));
  if (round?.refused != null || notKnown.some(({ step }) => READING.includes(step))) return "failed";
  return round === null ? "not begun" : "running";
};

const isWaiting = ({ view }: Viewed): boolean => view.status === "proposed";

/** Of several the one that ends first. */
const questionIn = (viewed: readonly Viewed[]): Question | null => {
  const [first] = viewed.filter(isWaiting).toSorted((a, b) => (a.plan.expiresAt < b.plan.expiresAt ? -1 : 1));
  if (first === undefined) return null;
  const { planId, purpose, expiresAt } = first.plan;
  const waiting = first.plan.actions.filter((_, index) => first.view.actions[index]?.status === "waiting");
  const recommended = waiting.filter((action) => action.recommended).length;
  return { planId, purpose, actions: waiting.length, recommended, deadline: expiresAt };
};

const doorsLeft = async (caseId: string, viewed: readonly Viewed[], ports: ReadPorts): Promise<readonly OpenDoor[]> => {
  const waiting = viewed.filter(isWaiting);
  const asks = (eventId: string): string | null =>
    waiting.find(({ plan }) => plan.actions.some(({ target }) => (target.because ?? "").includes(eventId)))?.plan
      .planId ?? null;
  return (await openDoors(caseId, ports)).map((door) => ({
    ...door,
    says: DOOR_WORDS[door.kind],
    planId: asks(door.eventId),
  }));
};

/** The watch of the newest plan that was carried out. */
const watchOf = async (
  { caseId, closedAt }: CaseHead,
  viewed: readonly Viewed[],
  looked: readonly (readonly Look[])[],
  events: readonly CaseEvent[],
  ports: ReadPorts,
): Promise<WatchState> => {
  const index = viewed.findLastIndex(({ plan }, at) => plan.purpose !== "release" && looked[at]!.length > 0);
  if (index < 0 || ports.settings.watchMinutes === 0) return { is: "off", until: null, settledUntil: null };
  const { planId } = viewed[index]!.plan;
  const watch = await findWatch({ caseId, planId }, ports);
  const until = watch?.until ?? endOf(looked[index]!, ports);
  const end = ofType(events, "watch.finished", planId).at(-1)?.data;
  const settledUntil = end?.settledUntil ?? watch?.settledUntil ?? null;
  if (end === undefined && closedAt === null) return { is: "running", until, settledUntil };
  return { is: end?.activity === "not-watched" ? "off" : (end?.activity ?? "not-known"), until, settledUntil };
};
