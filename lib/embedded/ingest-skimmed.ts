import type { ScanRequest } from "../case/scan.ts";
import {
  type Call,
  type CountedRows,
  createSkim,
  type HashKey,
  type Identifiers,
  type Skim,
  type Skimmed,
} from "../skim/skim.ts";
import { indicatorValues, windowParameters } from "../sql/case-table.ts";
import { type Before, type Piece, parsed } from "./ingest-pieces.ts";
import { addAccount, addTotals, type Tally } from "./ingest-report.ts";

/** Bytes skimmed at a time, and how many at most where a record is longer. */
const PART_BYTES = 1024 * 1024 - 64;
const MOST_PART = 4 * 1024 * 1024;

/** Takes what is told in rows, of a scan that keeps every record. */
export interface RowsSink {
  /** The number by which rows name a file. */
  fileNumber(name: string): number;
  /** Keeps a record for those that are like it; false: nothing may be told by it, its likes are read one by one. */
  keepLike(piece: Piece, number: number): boolean;
  /** Lines, the last one ended too. */
  write(rows: string): void;
}

/** Skims files, one after another. */
export interface Skimming {
  /** Before each file. */
  begin(): void;
  /**
   * Takes the front of a file of CloudTrail's own form without parsing it: counts go into the tally, records that may
   * belong to the case, and odd ones, to `take`. The rest, all of a file of another form, is left to the exact reader.
   */
  front(data: Buffer, name: string, tally: Tally, take: (piece: Piece) => void): Before;
  /** Of the file, where all of it was taken. */
  identifiers(): Identifiers | null;
  /** What an index must not hold of a file that need not be opened; null: this scan opens all. */
  readonly wanted: readonly number[] | null;
  /** What was counted since the last call. */
  counted(): Counted;
}

/** Rows of several parts of files, whose calls are numbered together. */
export interface Counted {
  readonly rows: readonly CountedRows["rows"][];
  readonly calls: readonly Call[];
}

export interface SkimmingOptions {
  /** Every record is parsed. */
  readonly isPlain: boolean;
  readonly rowsFrom: number;
  readonly rows: RowsSink;
  /** Records of the window that may matter are counted; null: the exact reader has them. */
  readonly counting: HashKey | null;
}

export const createSkimming = (
  request: ScanRequest,
  { isPlain, rowsFrom, rows, counting }: SkimmingOptions,
): Skimming => {
  const [, , from, to] = windowParameters(request);
  const values = indicatorValues(request.indicators);
  const keepsAll = request.indicators.everything === true;
  const skim = isPlain
    ? null
    : createSkim({ from, to, values, isIndexing: true, rowsFrom: keepsAll ? rowsFrom : null, counting });
  let isAll = false;
  let counted: { rows: Uint8Array[]; calls: Call[] } = { rows: [], calls: [] };
  const count = (found: CountedRows): void => {
    if (found.rows.length > 0) counted.rows.push(found.rows.slice());
    counted.calls.push(...found.calls);
  };
  return {
    counted: () => {
      const found = counted;
      counted = { rows: [], calls: [] };
      if (counting !== null) skim?.forgetCalls();
      return found;
    },
    wanted: skim === null || keepsAll ? null : values.map((value) => skim.hashOf(asIndexed(value))),
    begin: () => {
      isAll = false;
    },
    identifiers: () => (skim === null || !isAll ? null : skim.identifiers()),
    front: (data, name, tally, take) => {
      if (skim === null) return { bytes: 0, values: 0, isInList: false };
      skim.begin(keepsAll ? rows.fileNumber(name) : 0);
      const before = tally.records;
      const bytes = skimParts(
        skim,
        data,
        (part, found) => {
          if (found.rows !== "") rows.write(found.rows);
          count(found.counted);
          handOver(part, found, tally, take);
        },
        (piece, number) => rows.keepLike(piece, number),
      );
      addTotals(tally, skim.totals());
      isAll = bytes === data.length && !skim.isInList();
      return { bytes, values: tally.records - before, isInList: skim.isInList() };
    },
  };
};

/** Of the ARN of an S3 object the skim indexes the bucket's alone (`meetIdentifier` in skim.as). */
const asIndexed = (value: string): string => /^(arn:aws:s3:::[^/]+)\//.exec(value)?.[1] ?? value;

const skimParts = (
  skim: Skim,
  data: Buffer,
  take: (part: Buffer, found: Skimmed) => void,
  keepLike: RowsSink["keepLike"],
): number => {
  let bytes = 0;
  for (let length = PART_BYTES; bytes < data.length; ) {
    const part = data.subarray(bytes, bytes + length);
    const found = skimPart(skim, part, keepLike);
    take(part, found);
    bytes += found.used;
    if (found.used > 0) length = PART_BYTES;
    else if (bytes + length < data.length && length < MOST_PART) length *= 2;
    else break;
  }
  return bytes;
};

/** Again where a record turned out to be none by which others may be told. */
const skimPart = (skim: Skim, part: Buffer, keepLike: RowsSink["keepLike"]): Skimmed => {
  skim.mark();
  for (;;) {
    const found = skim.skim(part);
    const refused = found.news.flatMap(({ at, number }, place) =>
      keepLike(parsed(part.subarray(found.exact[at], found.exact[at + 1]), false), number) ? [] : [place],
    );
    if (refused.length === 0) return found;
    for (const place of refused) skim.refuse(place);
    skim.back();
  }
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
