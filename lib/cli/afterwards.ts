import { counted, minute } from "../base/figures.ts";
import type { CaseView } from "../case/caseView.ts";
import { aboutPlan, type CaseEvent } from "../case/events.ts";
import type { ReadPorts } from "../ports/ports.ts";
import { conclusionOf } from "../response/contain/escalate.ts";
import { findWatch } from "../response/contain/watchActivity.ts";
import type { Line } from "./lines.ts";

/** What people say about a case; all of it belongs into the evidence. */
const SAID: Readonly<Record<string, string>> = {
  "decision.recorded": "decision",
  "break-glass.reviewed": "review",
  "quarantine.reviewed": "review",
  "verdict.overruled": "verdict",
  "input.marked": "mark",
};

const HOW_TO_WATCH = "; `cordon serve` watches log files that go on arriving";

const WATCHED = {
  "not-watched": "was not watched",
  "not-known": "not known",
  quiet: "quiet",
  breached: "the actor went on",
} as const;

/** What goes on after an answer: the watch over the cut, and what people said since the last sealing. */
export const afterwardsOf = async (view: CaseView, ports: ReadPorts): Promise<readonly Line[]> => {
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
  ports: ReadPorts,
): Promise<readonly Line[]> => {
  const watch = await findWatch({ caseId, planId }, ports);
  const ofPlan = aboutPlan(events, planId).map(({ type }) => type);
  const ended = ofPlan.includes("watch.finished");
  const { activity, why } = conclusionOf(watch);
  const line = (text: string): readonly Line[] => [{ label: "watch", text: `${planId} ${text}` }];
  if (ended) return line(`${WATCHED[activity]}: ${why}${activity === "not-watched" ? HOW_TO_WATCH : ""}`);
  if (watch !== null) return line(`goes on until ${minute(watch.until)}; so far ${WATCHED[activity]}: ${why}`);
  return closedAt === null && ofPlan.includes("containment.verified")
    ? line("goes on; no log file was read since the cut")
    : [];
};

const unsealedLines = ({ evidence }: CaseView, events: readonly CaseEvent[]): readonly Line[] => {
  const last = events.findLastIndex(({ type }) => type === "evidence.sealed");
  const newest = evidence.at(-1);
  if (newest === undefined || last < 0) return [];
  const since = Map.groupBy(
    events.slice(last + 1).flatMap(({ type }) => SAID[type] ?? []),
    (what) => what,
  );
  if (since.size === 0) return [];
  const said = [...since].map(([what, all]) => counted(all.length, what)).join(", ");
  return [
    {
      label: "unsealed",
      text: `${said} since r${newest.revision}: on the ledger, and in a bundle with the next revision only`,
    },
  ];
};
