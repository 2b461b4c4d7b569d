import { counted } from "../../base/figures.ts";
import type { Prices } from "./prices.ts";

/** What a month and a case are like; every member is a guess of the person who asks. */
export interface Usage {
  readonly casesPerMonth: number;
  /** Compressed CloudTrail a day, all accounts and regions of the table, gigabytes. */
  readonly logGigabytesPerDay: number;
  /** Days of log that a scan reads: the look-back, the finding's window and a day on both sides. */
  readonly daysScanned: number;
  /** Scans of the lake per case: one, one per round of new credentials, one more for late logs. */
  readonly scansPerCase: number;
  /** Queries over the case table per scan. */
  readonly queriesPerScan: number;
  /** Bytes of stolen objects that Macie classifies per case, gigabytes. */
  readonly lootGigabytes: number;
  /** State transitions per case. */
  readonly transitionsPerCase: number;
  /** Lambda time per case, gigabyte-seconds, and invocations. */
  readonly lambdaGigabyteSeconds: number;
  readonly invocations: number;
  /** Requests to S3 per case. */
  readonly writes: number;
  readonly reads: number;
  /** S3 data events that a trail made for Cordon records a month, millions; 0 where the trail was there before. */
  readonly dataEventMillions: number;
  /** Evidence and cases kept, gigabytes. */
  readonly keptGigabytes: number;
  readonly alarms: number;
}

export interface CostLine {
  readonly what: string;
  readonly dollars: number;
  readonly how: string;
}

export interface Estimate {
  readonly perMonth: readonly CostLine[];
  readonly perCase: readonly CostLine[];
  readonly monthDollars: number;
  readonly caseDollars: number;
  /** The month and its cases together. */
  readonly totalDollars: number;
}

/** Athena bills every query for at least this. */
export const LEAST_TERABYTES = 10e6 / 1e12;
/** Two signing keys; one each for data, tokens and results. */
const KEYS = 5;

export const estimate = (usage: Usage, prices: Prices): Estimate => {
  const perMonth = standing(usage, prices);
  const perCase = [...athena(usage, prices), ...others(usage, prices)];
  const [monthDollars, caseDollars] = [sum(perMonth), sum(perCase)];
  return {
    perMonth,
    perCase,
    monthDollars,
    caseDollars,
    totalDollars: monthDollars + caseDollars * usage.casesPerMonth,
  };
};

const standing = (usage: Usage, prices: Prices): readonly CostLine[] => [
  { what: "KMS keys", dollars: KEYS * prices.kmsKey, how: `${KEYS} keys` },
  {
    what: "CloudWatch alarms and dashboard",
    dollars: usage.alarms * prices.alarm + prices.dashboard,
    how: `${usage.alarms} alarms, 1 dashboard`,
  },
  {
    what: "S3 storage",
    dollars: usage.keptGigabytes * prices.s3Gigabyte,
    how: `${usage.keptGigabytes} GB of cases and evidence`,
  },
  {
    what: "CloudTrail data events",
    dollars: usage.dataEventMillions * 10 * prices.dataEventHundredThousand,
    how: `${usage.dataEventMillions} million events of a trail made for Cordon`,
  },
];

const athena = (
  { logGigabytesPerDay, daysScanned, scansPerCase, queriesPerScan }: Usage,
  prices: Prices,
): readonly CostLine[] => {
  const lake = Math.max((logGigabytesPerDay * daysScanned) / 1000, LEAST_TERABYTES) * scansPerCase;
  const queries = queriesPerScan * scansPerCase;
  return [
    {
      what: "Athena, the lake",
      dollars: lake * prices.athenaTerabyte,
      how: `${counted(scansPerCase, "scan")} of ${counted(daysScanned, "day")} at ${logGigabytesPerDay} GB`,
    },
    {
      what: "Athena, the case table",
      dollars: queries * LEAST_TERABYTES * prices.athenaTerabyte,
      how: `${queries} queries at the least of 10 MB`,
    },
  ];
};

const others = (usage: Usage, prices: Prices): readonly CostLine[] => [
  {
    what: "Macie",
    dollars: usage.lootGigabytes * prices.macieGigabyte,
    how: `${usage.lootGigabytes} GB of stolen objects`,
  },
  {
    what: "Step Functions",
    dollars: (usage.transitionsPerCase / 1000) * prices.transitionThousand,
    how: `${usage.transitionsPerCase} transitions`,
  },
  {
    what: "Lambda",
    dollars:
      usage.lambdaGigabyteSeconds * prices.lambdaGigabyteSecond + (usage.invocations / 1e6) * prices.lambdaMillion,
    how: `${usage.invocations} invocations, ${usage.lambdaGigabyteSeconds} GB-seconds`,
  },
  {
    what: "KMS",
    dollars: (6 / 10_000) * prices.kmsSignTenThousand + ((usage.writes + usage.reads) / 10_000) * prices.kmsTenThousand,
    how: "6 signatures; a data key per object at most",
  },
  {
    what: "S3 requests",
    dollars: (usage.writes / 1000) * prices.s3WriteThousand + (usage.reads / 1000) * prices.s3ReadThousand,
    how: `${usage.writes} writes, ${usage.reads} reads`,
  },
];

const sum = (lines: readonly CostLine[]): number => lines.reduce((total, { dollars }) => total + dollars, 0);
