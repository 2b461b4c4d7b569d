import type { LogId } from "../logs/index.ts";
import type { Members } from "./ingest-members.ts";
import { emptyTally, type SideTally } from "./ingest-side.ts";

/** Kinds of reasons that are named for a file. */
const MOST_REASONS = 5;

/** How one file ended, or one file inside an archive (`archive.zip!/name`). */
export interface FileReport {
  /** Relative to the logs folder, with `/`. */
  readonly name: string;
  /** On disk; 0 of a file inside an archive, whose archive has them. */
  readonly bytes: number;
  /** Hex, of the file as it was read; null where it could not be read to its end, or passed by in parts out of an archive. */
  readonly sha256: string | null;
  readonly kind: "cloudtrail" | LogId | "digest" | "archive" | "irrelevant" | "unread";
  /** CloudTrail records in the file, and how many of them lie in the window. */
  readonly records: number;
  readonly inWindow: number;
  readonly aggregated: number;
  /** Times of the first and last record anywhere in it; `watermark`: of the last in the window. */
  readonly earliest: string | null;
  readonly latest: string | null;
  readonly watermark: string | null;
  /** Accounts whose records it holds, a few at most. */
  readonly accounts: readonly string[];
  /** Parts that were not understood, and the kinds of reasons, one part of a sentence each. */
  readonly lost: number;
  readonly reasons: readonly string[];
  /** Things in it that are known and no log, by what they are. */
  readonly irrelevant: Readonly<Record<string, number>>;
  /** Of each log beside CloudTrail that has entries in it. */
  readonly sides: readonly SideTally[];
}

/** The same, while the file is read. */
export interface Tally {
  records: number;
  inWindow: number;
  aggregated: number;
  earliest: string | null;
  latest: string | null;
  watermark: string | null;
  lost: number;
  readonly sides: Map<LogId, SideTally>;
  readonly accounts: Set<string>;
  readonly reasons: Set<string>;
  readonly irrelevant: Map<string, number>;
}

export const createTally = (): Tally => ({
  ...{ records: 0, inWindow: 0, aggregated: 0, lost: 0 },
  ...{ earliest: null, latest: null, watermark: null },
  ...{ sides: new Map(), accounts: new Set(), reasons: new Set(), irrelevant: new Map() },
});

export const sideOf = ({ sides }: Tally, log: LogId): SideTally => {
  const side = sides.get(log) ?? emptyTally(log);
  sides.set(log, side);
  return side;
};

export const lose = (tally: Tally, reason: string): void => {
  tally.lost++;
  if (tally.reasons.size < MOST_REASONS) tally.reasons.add(reason);
};

export const broken = (reason: string): string => `The file is damaged: ${reason}.`;

/** The report of a file that was never opened. */
export const unopened = (name: string, reason: string): FileReport => reportOf(name, 0, refused(reason));

/** The report of something that is no log. */
export const passedBy = (name: string, because: string): FileReport => reportOf(name, 0, pass(createTally(), because));

export const refused = (reason: string): Tally => {
  const tally = createTally();
  lose(tally, reason);
  return tally;
};

export const pass = (tally: Tally, because: string): Tally => {
  tally.irrelevant.set(because, (tally.irrelevant.get(because) ?? 0) + 1);
  return tally;
};

const MOST_ACCOUNTS = 5;

/** A record of CloudTrail, in the window or not. */
export const note = (tally: Tally, record: Members, time: string, isInWindow: boolean): void => {
  const { eventCategory, recipientAccountId: account } = record;
  addTotals(tally, {
    ...{ records: 1, inWindow: isInWindow ? 1 : 0, aggregated: eventCategory === "Aggregated" ? 1 : 0 },
    ...{ earliest: time, latest: time, watermark: isInWindow ? time : null },
  });
  if (typeof account === "string") addAccount(tally, account);
};

export const addAccount = ({ accounts }: Tally, account: string): void => {
  if (accounts.size < MOST_ACCOUNTS) accounts.add(account.slice(0, 16));
};

type Totals = Pick<FileReport, "records" | "inWindow" | "aggregated" | "earliest" | "latest" | "watermark">;

export const addTotals = (tally: Tally, more: Totals): void => {
  tally.records += more.records;
  tally.inWindow += more.inWindow;
  tally.aggregated += more.aggregated;
  tally.earliest = first(tally.earliest, more.earliest);
  tally.latest = last(tally.latest, more.latest);
  tally.watermark = last(tally.watermark, more.watermark);
};

const first = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b < a) ? b : a);
const last = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b > a) ? b : a);

const DIGEST = "a digest file of CloudTrail";

export const reportOf = (name: string, bytes: number, tally: Tally): FileReport => ({
  ...tally,
  name: name.toWellFormed(),
  bytes,
  sha256: null,
  kind: kindIn(tally),
  accounts: [...tally.accounts],
  reasons: [...tally.reasons],
  irrelevant: Object.fromEntries(tally.irrelevant),
  sides: [...tally.sides.values()],
});

/** What an index keeps of a file: all of its records are CloudTrail's and were understood. */
export type Indexed = Pick<FileReport, "records" | "aggregated" | "earliest" | "latest" | "accounts">;

/** Null where the window begins or ends among its records, which the index cannot count. */
export const reportOfIndexed = (
  { records, aggregated, earliest, latest, accounts }: Indexed,
  file: Pick<FileReport, "name" | "bytes" | "sha256"> & { readonly from: string; readonly to: string },
): FileReport | null => {
  const { name, bytes, sha256, from, to } = file;
  const isInside = records > 0 && earliest! >= from && latest! < to;
  if (!isInside && records > 0 && latest! >= from && earliest! < to) return null;
  const tally = createTally();
  for (const account of accounts) addAccount(tally, account);
  addTotals(tally, {
    ...{ records, aggregated, earliest, latest },
    ...(isInside ? { inWindow: records, watermark: latest } : { inWindow: 0, watermark: null }),
  });
  return { ...reportOf(name, bytes, tally), sha256 };
};

const kindIn = ({ records, sides, irrelevant, lost }: Tally): FileReport["kind"] => {
  if (records > 0) return "cloudtrail";
  const [side] = sides.keys();
  if (side !== undefined) return side;
  if (irrelevant.has(DIGEST)) return "digest";
  if (irrelevant.size > 0) return "irrelevant";
  return lost > 0 ? "unread" : "cloudtrail";
};
