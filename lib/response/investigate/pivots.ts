import { PIVOTS, write } from "../../case/documents.ts";
import type { TakenObject } from "../../case/objects.ts";
import { isActor } from "../../core/theft/discovery.ts";
import { pivotsOf } from "../../core/theft/pivots.ts";
import type { Ports } from "../../ports/ports.ts";
import type { TheftInput } from "./theftInput.ts";

const STOPS: readonly string[] = ["StopLogging", "DeleteTrail"];

/** Writes `pivots.json`: each mark of the actor followed by itself, and when they were there. */
export const writePivots = async (
  caseId: string,
  { actors, marks, changes, rounds, ledger }: TheftInput & { readonly ledger: readonly TakenObject[] },
  { cases }: Ports,
): Promise<void> => {
  const sure = ledger.filter(({ certainty }) => certainty === "certain");
  const stops = changes.filter((row) => STOPS.includes(row.eventname) && isActor(row, marks));
  const facts = {
    actors,
    marks,
    firstTheftAt: sure.map(({ firstAt }) => firstAt).toSorted()[0] ?? null,
    lastTheftAt: latest(sure.map(({ lastAt }) => lastAt)),
    watermark: rounds.at(-1)?.result?.watermark ?? null,
    stoppedAt: latest(stops.map(({ eventtime }) => eventtime)),
  };
  await write(cases, caseId, PIVOTS, pivotsOf(facts));
};

const latest = (times: readonly string[]): string | null => times.toSorted().at(-1) ?? null;
