import type { ScanRequest } from "../case/scan.ts";
import { createSkim, type Skimmed } from "../skim/skim.ts";
import { indicatorValues, windowParameters } from "../sql/case-table.ts";
import { type Before, type Piece, parsed } from "./ingest-pieces.ts";
import { addAccount, addTotals, type Tally } from "./ingest-report.ts";

/** Bytes skimmed at a time, and how many at most where a record is longer. */
const PART_BYTES = 1024 * 1024 - 64;
const MOST_PART = 4 * 1024 * 1024;

/**
 * Takes the front of a file of CloudTrail's own form without parsing it: counts go into the tally, records that may
 * belong to the case, and odd ones, to `take`. The rest, all of a file of another form, is left to the exact reader.
 */
export const createSkimmed = (
  request: ScanRequest,
  isPlain: boolean,
): ((data: Buffer, tally: Tally, take: (piece: Piece) => void) => Before) => {
  const [, , from, to] = windowParameters(request);
  const values = indicatorValues(request.indicators);
  const parsesAll = isPlain || request.indicators.everything === true;
  const skim = parsesAll ? null : createSkim({ from, to, values, isIndexing: false });
  return (data, tally, take) => {
    if (skim === null) return { bytes: 0, values: 0, isInList: false };
    skim.begin();
    const before = tally.records;
    let bytes = 0;
    for (let length = PART_BYTES; bytes < data.length; ) {
      const part = data.subarray(bytes, bytes + length);
      const found = skim.skim(part);
      handOver(part, found, tally, take);
      bytes += found.used;
      if (found.used > 0) length = PART_BYTES;
      else if (bytes + length < data.length && length < MOST_PART) length *= 2;
      else break;
    }
    addTotals(tally, skim.totals());
    return { bytes, values: tally.records - before, isInList: skim.isInList() };
  };
};

/** In the order of the file, so that the accounts and reasons that are named are the first ones. */
const handOver = (part: Buffer, { exact, accounts }: Skimmed, tally: Tally, take: (piece: Piece) => void): void => {
  let account = 0;
  const addUntil = (place: number): void => {
    for (; account < accounts.length && accounts[account]! < place; account += 3)
      addAccount(tally, textAt(part, accounts[account + 1]!, accounts[account + 2]!));
  };
  for (let at = 0; at < exact.length; at += 2) {
    addUntil(exact[at]!);
    take(parsed(part.subarray(exact[at], exact[at + 1]), false));
  }
  addUntil(Number.POSITIVE_INFINITY);
};

/** A text by its first and last byte, with its quotes: it may hold escapes. */
const textAt = (part: Buffer, from: number, to: number): string =>
  JSON.parse(part.toString("utf8", from - 1, to + 1)) as string;
