import { CordonError } from "../../base/errors.ts";
import type { LedgerStore } from "./ledgerStore.ts";

/** Leaf hashes a tile holds; as in C2SP's tlog-tiles. */
export const TILE_LEAVES = 256;

/** Twelve digits, so that names sort as numbers: a million cases a day would last over two thousand years. */
const numbered = (number: number): string => String(number).padStart(12, "0");

export const entryName = (seq: number): string => `entry/${numbered(seq)}.json`;
export const signedName = (number: number): string => `signed/${numbered(number)}.checkpoint`;
export const tileName = (tile: number): string => `tile/0/${numbered(tile)}`;
export const caseFolder = (subject: string): string => `case/${subject}/`;
export const markerName = (subject: string, seq: number): string => `${caseFolder(subject)}${numbered(seq)}`;

/** The number a name ends in. */
export const numberOf = (name: string): number => Number(/(\d{12})(?:\.\w+)?$/.exec(name)?.[1] ?? Number.NaN);

/**
 * The first free number of a series that has no gaps and reaches at least to `from`: doubling steps, then halving,
 * so that a cold start asks O(log n) times and a warm one once. Throws AUDIT_UNAVAILABLE when `from − 1` is missing.
 */
export async function findEnd(store: LedgerStore, nameOf: (n: number) => string, from: number): Promise<number> {
  if (!(await store.has(nameOf(from)))) {
    if (from > 0 && !(await store.has(nameOf(from - 1)))) {
      throw new CordonError(
        "AUDIT_UNAVAILABLE",
        `Ledger: ${nameOf(from - 1)} is missing, though it was there or is signed`,
      );
    }
    return from;
  }
  let there = from;
  let step = 1;
  while (await store.has(nameOf(there + step))) {
    there += step;
    step *= 2;
  }
  let free = there + step;
  while (free - there > 1) {
    const middle = Math.floor((there + free) / 2);
    if (await store.has(nameOf(middle))) there = middle;
    else free = middle;
  }
  return free;
}
