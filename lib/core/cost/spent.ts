import { type CostLine, LEAST_TERABYTES } from "./estimate.ts";
import type { Prices } from "./prices.ts";

/** What a case has used, counted from its own records. */
export interface Spent {
  readonly scans: readonly { readonly bytesScanned: number }[];
  readonly queries: readonly { readonly bytesScanned: number }[];
  readonly classifiedBytes: number;
  /** Steps that left a line in the audit trail; looks that found nothing new leave none. */
  readonly steps: number;
  /** Of them those that read or seal the whole case. */
  readonly longSteps: number;
  /** Signatures of bundles and of ledger checkpoints. */
  readonly signatures: number;
  /** Documents, lines of the trail and files of the bundles. */
  readonly writes: number;
}

/** A task, the choice after it and the wait before it. */
const TRANSITIONS_PER_STEP = 3;
/** How long a step ran is in no record: these are the limits of the functions, so the line is an upper bound. */
const LONG_SECONDS = 300;
const LONG_GIGABYTES = 2;
const SHORT_GIGABYTE_SECONDS = 0.5;

/** Dollars by service, each with what was counted. An embedded case: what it would have cost. */
export const spentBy = (spent: Spent, prices: Prices): readonly CostLine[] => [
  ...athena(spent, prices),
  ...others(spent, prices),
];

const athena = ({ scans, queries }: Spent, prices: Prices): readonly CostLine[] => {
  const line = (what: string, unit: string, runs: Spent["scans"]): CostLine => ({
    what,
    dollars:
      runs.reduce((sum, { bytesScanned }) => sum + Math.max(bytesScanned / 1e12, LEAST_TERABYTES), 0) *
      prices.athenaTerabyte,
    how: `${runs.length} ${unit}, ${runs.reduce((sum, { bytesScanned }) => sum + bytesScanned, 0)} bytes read, 10 MB at least each`,
  });
  return [line("Athena, the lake", "scans", scans), line("Athena, the case table", "queries", queries)];
};

const others = (
  { classifiedBytes, steps, longSteps, signatures, writes }: Spent,
  prices: Prices,
): readonly CostLine[] => {
  const gigabyteSeconds = longSteps * LONG_SECONDS * LONG_GIGABYTES + (steps - longSteps) * SHORT_GIGABYTE_SECONDS;
  return [
    {
      what: "Macie",
      dollars: (classifiedBytes / 1e9) * prices.macieGigabyte,
      how: `${classifiedBytes} bytes of stolen objects`,
    },
    {
      what: "Step Functions",
      dollars: ((steps * TRANSITIONS_PER_STEP) / 1000) * prices.transitionThousand,
      how: `${steps} steps in the audit trail, ${TRANSITIONS_PER_STEP} transitions each; looks that left no line are not counted`,
    },
    {
      what: "Lambda",
      dollars: gigabyteSeconds * prices.lambdaGigabyteSecond + (steps / 1e6) * prices.lambdaMillion,
      how: `${steps} invocations; at most, as if the ${longSteps} long ones had run for ${LONG_SECONDS} s with ${LONG_GIGABYTES} GB`,
    },
    {
      what: "KMS",
      dollars: (signatures / 10_000) * prices.kmsSignTenThousand,
      how: `${signatures} signatures of bundles and ledger`,
    },
    {
      what: "S3 writes",
      dollars: (writes / 1000) * prices.s3WriteThousand,
      how: `${writes} documents, lines and files of bundles`,
    },
  ];
};
