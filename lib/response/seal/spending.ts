import { CLASSIFICATION, DETECTIONS, find, QUERY, readAll, STOLEN } from "../../case/documents.ts";
import type { CaseEvent } from "../../case/events.ts";
import { LIST_PRICES, LIST_PRICES_SOURCE, type Prices } from "../../core/cost/prices.ts";
import { type Spent, spentBy } from "../../core/cost/spent.ts";
import type { ReadPorts } from "../../ports/ports.ts";
import type { Spending } from "../../report/dossier.ts";
import { scanRounds } from "../investigate/scan.ts";

/** Each of these lines stands for an entry in the ledger, and every entry for a signed checkpoint. */
const ON_LEDGER: readonly string[] = [
  "case.opened",
  "plan.proposed",
  "decision.recorded",
  "execution.started",
  "evidence.sealed",
];
const LONG: readonly string[] = ["quantify", "detect", "sealEvidence"];
/** Files that a bundle has beside the documents of the case: manifests, statement, schemas, proofs. */
const BUNDLE_EXTRAS = 60;

/** What the case cost in AWS so far by its own records, or would have cost there; at list prices unless others are given. */
export const spendingOf = async (
  caseId: string,
  ports: Pick<ReadPorts, "cases">,
  prices: Prices = LIST_PRICES,
): Promise<Spending> => {
  const lines = spentBy(await usedBy(caseId, ports), prices);
  return {
    lines,
    dollars: lines.reduce((sum, { dollars }) => sum + dollars, 0),
    prices: prices === LIST_PRICES ? LIST_PRICES_SOURCE : "Prices of your own, list prices for the rest",
  };
};

const usedBy = async (caseId: string, ports: Pick<ReadPorts, "cases">): Promise<Spent> => {
  const { cases } = ports;
  const { sealed } = await cases.head(caseId);
  const events = await cases.events(caseId);
  const names = (await cases.names(caseId, "")).filter((name) => !name.startsWith("sealing/"));
  const [steps, longSteps] = stepsOf(events);
  return {
    scans: (await scanRounds(caseId, ports)).flatMap(({ result }) => result ?? []),
    queries: await queriesOf(caseId, ports),
    classifiedBytes: await classifiedBytes(caseId, ports),
    steps,
    longSteps,
    signatures: events.filter(({ type }) => ON_LEDGER.includes(type)).length + sealed.length,
    writes: names.length + events.length + sealed.length * (names.length + BUNDLE_EXTRAS),
  };
};

/** Lines of one step follow one another; people and the notifier take no step. */
const stepsOf = (events: readonly CaseEvent[]): readonly [all: number, long: number] => {
  const machine = events.filter(({ actor }) => !actor.includes(":") && actor !== "notifier");
  const steps = machine.filter(({ actor }, index) => actor !== machine[index - 1]?.actor);
  return [steps.length, steps.filter(({ actor }) => LONG.includes(actor)).length];
};

type Run = { readonly bytesScanned: number };

const queriesOf = async (caseId: string, { cases }: Pick<ReadPorts, "cases">): Promise<readonly Run[]> => {
  const queries = await readAll(cases, caseId, QUERY);
  const detections = (await find(cases, caseId, DETECTIONS)) ?? [];
  return [...queries, ...detections.map(({ query }) => query)];
};

const classifiedBytes = async (caseId: string, { cases }: Pick<ReadPorts, "cases">): Promise<number> => {
  const classified = await find(cases, caseId, CLASSIFICATION);
  // The list may be long: it is read where it counts.
  return classified?.state === "done" ? ((await find(cases, caseId, STOLEN))?.bytes ?? 0) : 0;
};
