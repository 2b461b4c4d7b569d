import { readFileSync } from "node:fs";
import { CordonError } from "../base/errors.ts";
import { type CostLine, type Estimate, estimate, type Usage } from "../core/cost/estimate.ts";
import { LIST_PRICES, type Prices } from "../core/cost/prices.ts";
import { type Turns, transitionsOf } from "../core/cost/transitions.ts";
import { spendingOf } from "../response/seal/spending.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import { caseMeant, ignoreBoundaries } from "./named.ts";
import { withPlace } from "./places.ts";

/** A case that is asked once, read twice, classified within an hour and watched for an hour. */
const times = (count: number, next: string): readonly string[] => Array<string>(count).fill(next);
const TURNS: Turns = {
  CaseOpened: ["ScopePrincipal"],
  AnythingToContain: ["AskApproval"],
  Decided: ["AskApproval", "ApplyContainment"],
  Verified: times(12, "WaitForActivity"),
  ScanFinished: times(2, "WaitForScan"),
  NewIndicators: ["StartScan"],
  ClassificationStarted: times(12, "WaitForClassification"),
  LateLogsDue: ["StartScan"],
  FollowUpNeeded: ["FollowUp"],
};
const DEFAULTS = { cases: 2, "log-gb": 2, days: 6, scans: 3, "loot-gb": 10, events: 0, "kept-gb": 5 } as const;
/** Of the stack: machines × 3, doors, dead letters; a test counts them in the template. */
const ALARMS = 18;
/** Queries of `lib/sql` and `lib/detections` that one look at the case table runs. */
const QUERIES = 60;

const option = (name: keyof typeof DEFAULTS, help: string) => ({
  type: "string" as const,
  value: "N",
  help: `${help} (default ${DEFAULTS[name]})`,
});

export const cost: Verb = {
  usage: "[CASE]",
  options: {
    cases: option("cases", "cases a month"),
    "log-gb": option("log-gb", "compressed CloudTrail a day, gigabytes"),
    days: option("days", "days of log that a scan reads"),
    scans: option("scans", "scans of the logs per case"),
    "loot-gb": option("loot-gb", "stolen objects that Macie reads per case, gigabytes"),
    events: option("events", "S3 data events a month of a trail made for Cordon, millions"),
    "kept-gb": option("kept-gb", "cases and evidence kept, gigabytes"),
    prices: { type: "string", value: "FILE", help: "JSON with prices that differ from the list prices of us-east-1" },
  },
  examples: ["cordon cost --log-gb 40 --cases 4", "cordon cost case-20260223-0123456789 --json"],
  run: async (typed, io) => {
    const prices = pricesFrom(typed);
    const [given] = typed.positionals;
    if (given !== undefined) {
      const { caseId, ...spending } = await withPlace(typed, io, ignoreBoundaries, async ({ ports }) => {
        const meant = await caseMeant(given, ports);
        return { caseId: meant, ...(await spendingOf(meant, ports, prices)) };
      });
      io.result({ caseId, ...spending });
      io.print(`${table(caseId, spending.lines)}\n${spending.prices}.`);
      return EXIT.ok;
    }
    const made = estimate(usageFrom(typed), prices);
    io.result(made);
    io.print(render(made));
    return EXIT.ok;
  },
};

const usageFrom = (typed: Typed): Usage => {
  const of = (name: keyof typeof DEFAULTS): number => numberFrom(typed, name);
  const transitions = transitionsOf("respond", TURNS, (name) =>
    readFileSync(new URL(`../../stateMachines/${name}.asl.json`, import.meta.url), "utf8"),
  );
  return {
    casesPerMonth: of("cases"),
    logGigabytesPerDay: of("log-gb"),
    daysScanned: of("days"),
    scansPerCase: of("scans"),
    queriesPerScan: QUERIES,
    lootGigabytes: of("loot-gb"),
    transitionsPerCase: transitions,
    // Half of the states are Lambda; three look at every query for minutes (2 GB), the others for a second (0.5 GB).
    lambdaGigabyteSeconds: of("scans") * 2 * 300 * 2 + transitions * 0.5,
    invocations: Math.ceil(transitions / 2),
    writes: 2000,
    reads: 20_000,
    dataEventMillions: of("events"),
    keptGigabytes: of("kept-gb"),
    alarms: ALARMS,
  };
};

const numberFrom = ({ values }: Typed, name: keyof typeof DEFAULTS): number => {
  const value = values[name] === undefined ? DEFAULTS[name] : Number(values[name]);
  if (!Number.isFinite(value) || value < 0)
    throw new CordonError("USAGE", `--${name}: expected a number of 0 or more, got ${values[name]}`);
  return value;
};

const pricesFrom = ({ values }: Typed): Prices => {
  if (typeof values.prices !== "string") return LIST_PRICES;
  const given = readPrices(values.prices);
  const odd = Object.entries(given).find(
    ([name, value]) => !(name in LIST_PRICES) || typeof value !== "number" || !(value >= 0),
  );
  if (odd !== undefined)
    throw new CordonError(
      "INPUT_INVALID",
      `${values.prices}: expected prices named ${Object.keys(LIST_PRICES).join(", ")}, got ${JSON.stringify(odd)}`,
    );
  return { ...LIST_PRICES, ...given };
};

const readPrices = (path: string): Partial<Prices> => {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Partial<Prices>;
  } catch (cause) {
    throw new CordonError("INPUT_UNREADABLE", `${path}: expected JSON with prices`, { cause });
  }
};

const total = (lines: readonly CostLine[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0);

const table = (title: string, lines: readonly CostLine[]): string =>
  [
    `${title}: $${total(lines).toFixed(2)}`,
    ...lines.map(({ what, dollars, how }) => `  $${dollars.toFixed(4).padStart(10)}  ${what.padEnd(34)} ${how}`),
  ].join("\n");

const render = ({ perMonth, perCase, totalDollars }: Estimate): string =>
  [
    table("Every month", perMonth),
    table("Every case", perCase),
    `Together: $${totalDollars.toFixed(2)} a month, at list prices of us-east-1 without taxes, free tiers, GuardDuty and Macie's inventory.`,
  ].join("\n");
