import type { CaseView } from "../case/caseView.ts";
import { aboutPlan, type CaseEvent } from "../case/events.ts";
import type { Ports } from "../ports/ports.ts";
import { conclusionOf } from "../response/contain/escalate.ts";
import { findWatch } from "../response/contain/watchActivity.ts";

/** What people say about a case, by how it reads; all of it belongs into the evidence. */
const SAID: Readonly<Record<string, string>> = {
  "decision.recorded": "decision(s)",
  "break-glass.reviewed": "review(s)",
  "quarantine.reviewed": "review(s)",
  "verdict.overruled": "verdict(s) of people",
  "input.marked": "mark(s)",
};

const HOW_TO_WATCH = " (`cordon serve` watches log files that go on arriving; else `watchMinutes` of the settings)";

/** What goes on after an answer: the watch over the cut, and what people said since the last sealing. */
export const afterwardsLines = async (view: CaseView, ports: Ports): Promise<readonly string[]> => {
  const events = await ports.cases.events(view.caseId);
  const carriedOut = view.plans.filter((plan) => isWatchable(plan));
  const watches = await Promise.all(carriedOut.map(({ planId }) => watchLine(view, planId, events, ports)));
  return [...watches.flat(), ...unsealedLines(view, events)];
};

/** A release is read back and not watched; a dry run has changed nothing. */
const isWatchable = ({ planId, mode, actions }: CaseView["plans"][number]): boolean =>
  mode === "enforce" && !planId.startsWith("release-") && actions.some(({ status }) => status === "applied");

const watchLine = async (
  { caseId, closedAt }: CaseView,
  planId: string,
  events: readonly CaseEvent[],
  ports: Ports,
): Promise<readonly string[]> => {
  const watch = await findWatch({ caseId, planId }, ports);
  const ofPlan = aboutPlan(events, planId).map(({ type }) => type);
  const ended = ofPlan.includes("watch.finished");
  const { activity, why } = conclusionOf(watch);
  if (ended) return [`watch        ${planId}  ${activity}: ${why}${activity === "not-watched" ? HOW_TO_WATCH : ""}`];
  if (watch !== null) return [`watch        ${planId}  goes on until ${watch.until}; so far ${activity}: ${why}`];
  return closedAt === null && ofPlan.includes("containment.verified")
    ? [`watch        ${planId}  goes on; no log file was read since the cut`]
    : [];
};

const unsealedLines = ({ evidence }: CaseView, events: readonly CaseEvent[]): readonly string[] => {
  const last = events.findLastIndex(({ type }) => type === "evidence.sealed");
  const newest = evidence.at(-1);
  if (newest === undefined || last < 0) return [];
  const since = Map.groupBy(
    events.slice(last + 1).flatMap(({ type }) => SAID[type] ?? []),
    (what) => what,
  );
  if (since.size === 0) return [];
  const counted = [...since].map(([what, all]) => `${all.length} ${what}`).join(", ");
  return [
    `not sealed   ${counted} since r${newest.revision}: on the ledger, and in a bundle with the next revision only`,
  ];
};
