import { LEAST_TERABYTES } from "./estimate.ts";
import type { Prices } from "./prices.ts";

export interface HuntUsage {
  readonly everyMinutes: number;
  /** Compressed bytes of the lake that one hunt reads. */
  readonly bytesPerHunt: number;
}

/** Queries of one hunt over its table: who acted, and every detection that needs no suspect. */
const QUERIES = 110;
const MONTH_MINUTES = 30 * 24 * 60;
/** A function of 2 GB that waits for Athena, upper bound. */
const SECONDS = 600;
const GIGABYTES = 2;

/** A month of hunts on a schedule, US dollars. */
export const huntMonth = (
  { everyMinutes, bytesPerHunt }: HuntUsage,
  prices: Prices,
): { readonly runs: number; readonly dollars: number } => {
  const runs = Math.ceil(MONTH_MINUTES / everyMinutes);
  const terabytes = Math.max(bytesPerHunt / 1e12, LEAST_TERABYTES) + QUERIES * LEAST_TERABYTES;
  const each = terabytes * prices.athenaTerabyte + SECONDS * GIGABYTES * prices.lambdaGigabyteSecond;
  return { runs, dollars: runs * each };
};
