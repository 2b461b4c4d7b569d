import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ScanRequest } from "../case/scan.ts";
import { LOG_SOURCES, type LogId } from "../logs/index.ts";
import { windowParameters } from "../sql/case-table.ts";
import { type Packed, untarred, zipped } from "./ingest-archive.ts";
import { asUtf8, type Content, fileContent, gunzipped, unzstd } from "./ingest-content.ts";
import { type Found, opened } from "./ingest-envelopes.ts";
import { kindOf, withoutTime } from "./ingest-kind.ts";
import type { Members } from "./ingest-members.ts";
import { recognised, toRecordLine } from "./ingest-normalise.ts";
import { linesOf, type Piece, piecesIn, piecesOf } from "./ingest-pieces.ts";
import { createSideReader, emptyTally, type KeepEntry, type SideTally } from "./ingest-side.ts";
import { csvRows, parquetRows } from "./ingest-tables.ts";
import { createTap } from "./ingest-tap.ts";
import { createWanted } from "./ingest-wanted.ts";

/** Text gathered before it goes to disk. */
const WRITE_CHARS = 2 * 1024 * 1024;
/** A file of lines is closed at this size and handed on to DuckDB. */
const LINES_CHARS = 24 * 1024 * 1024;
/** Archives inside archives. */
const MOST_NESTED = 4;
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

export interface ReaderOptions {
  readonly request: ScanRequest;
  readonly logsDir: string;
  /** Where files of lines are written, `<linesDir>/<label>.<n>.jsonl`. */
  readonly linesDir: string;
  readonly label: string;
}

export interface Reader {
  /** One report for a file, and one for each file inside an archive. Never throws for what is in a file. */
  read(name: string): Promise<readonly FileReport[]>;
  /** Files of lines that are complete since the last call; all of them when `end`. */
  finished(end: boolean): readonly string[];
}

/** A file, or what came out of one. `path`: where it lies as it is, null once it was unpacked. */
interface Source {
  readonly name: string;
  readonly content: Content;
  readonly path: string | null;
  readonly nested: number;
}

/**
 * Reads log files one after another and writes the records that may belong to the case as lines `{"file":…,"r":…}`.
 * Whatever a file holds ends as a record, an entry of another log, a known irrelevant thing, or a lost part with its reason.
 */
export const createReader = (options: ReaderOptions): Reader => {
  const { logsDir, linesDir, label } = options;
  const wanted = createWanted(options.request);
  const lines = createLines(linesDir, label);
  const sides = createSideReader(options.request);
  const sideLines = new Map(LOG_SOURCES.map(({ id, file }) => [id, createLines(linesDir, `${file}-${label}`)]));
  const [, , from, to] = windowParameters(options.request);
  return {
    read: async (name) => {
      const path = join(logsDir, name);
      const tap = createTap(path);
      const reports: FileReport[] = [];
      try {
        const content = await fileContent(path, tap);
        await readSource({ name, content, path, nested: 0 }, reports, content.bytes);
      } catch (error) {
        const reason = `The file cannot be opened (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`;
        reports.push(reportOf(name, 0, refused(reason)));
      }
      const sha256 = await tap.sha256();
      return reports.map((report) => (report.name === name ? { ...report, sha256 } : report));
    },
    finished: (end) => [lines, ...sideLines.values()].flatMap((one) => one.finished(end)),
  };

  async function readSource(source: Source, reports: FileReport[], bytes: number): Promise<void> {
    const { name, content, path, nested } = source;
    const kind = kindOf(name, content);
    const unpacked = async (inner: Promise<Content>): Promise<void> =>
      nested < MOST_NESTED
        ? readSource({ name, content: await inner, path: null, nested: nested + 1 }, reports, bytes)
        : void reports.push(reportOf(name, bytes, refused("Archives are nested too deep in it.")));
    switch (kind.kind) {
      case "gzip":
        return unpacked(gunzipped(content));
      case "zstd":
        return unpacked(unzstd(content));
      case "zip":
        return readArchive(source, zipped(content, path), reports, bytes);
      case "tar":
        return readArchive(source, untarred(content), reports, bytes);
      case "refused":
        return void reports.push(
          reportOf(name, bytes, refused(content.broken === null ? kind.reason : broken(content.broken))),
        );
      case "irrelevant": {
        const tally = pass(createTally(), kind.because);
        return void reports.push(
          reportOf(name, bytes, content.broken === null ? tally : refused(broken(content.broken))),
        );
      }
      case "parquet":
        return void reports.push(await readPieces(name, bytes, parquetRows(content, path, linesDir)));
      case "csv":
        return void reports.push(await readPieces(name, bytes, csvRows(asUtf8(content), kind.delimiter)));
      case "json":
        return void reports.push(await readPieces(name, bytes, valuesOf(asUtf8(content))));
      case "lines":
        return void reports.push(await readLines(name, bytes, asUtf8(content), kind.log));
    }
  }

  async function readArchive(
    { name, nested }: Source,
    files: AsyncIterable<Packed>,
    reports: FileReport[],
    bytes: number,
  ): Promise<void> {
    const tally = createTally();
    try {
      for await (const file of files) {
        const inner = `${name}!/${file.name}`;
        if ("refused" in file) reports.push(reportOf(inner, 0, refused(`It cannot be unpacked: ${file.refused}.`)));
        else if (nested >= MOST_NESTED)
          reports.push(reportOf(inner, 0, refused("Archives are nested too deep in it.")));
        else await readInner({ name: inner, content: file.content, path: null, nested: nested + 1 }, reports);
      }
    } catch (error) {
      lose(tally, `the archive is damaged (${(error as Error).message})`);
    }
    reports.push({ ...reportOf(name, bytes, tally), kind: "archive" });
  }

  async function readInner(source: Source, reports: FileReport[]): Promise<void> {
    const { name, content } = source;
    const found: FileReport[] = [];
    await readSource(source, found, 0);
    const sha256 = content.whole === null || content.broken !== null ? null : sha256Of(content.whole);
    reports.push(...found.map((report) => (report.name === name ? { ...report, sha256 } : report)));
  }

  async function readPieces(name: string, bytes: number, pieces: AsyncIterable<Piece>): Promise<FileReport> {
    const tally = createTally();
    const keep = keeperOf(name);
    for await (const piece of pieces) {
      if ("lost" in piece) lose(tally, piece.lost);
      else takeSafely(piece, name, tally, keep);
    }
    return reportOf(name, bytes, tally);
  }

  async function readLines(name: string, bytes: number, content: Content, log: LogId): Promise<FileReport> {
    const tally = createTally();
    const take = sides.lines(log, sideOf(tally, log), keeperOf(name));
    try {
      for await (const line of linesOf(content.chunks())) {
        if (line === null) lose(tally, "a line is too long");
        else if (!FILE_MARK.test(line) && !take(withoutTime(line))) lose(tally, "a line is no entry of the log");
      }
    } catch (error) {
      lose(tally, `it breaks off (${(error as Error).message})`);
    }
    if (content.broken !== null) lose(tally, content.broken);
    return reportOf(name, bytes, tally);
  }

  function keeperOf(name: string): KeepEntry {
    return (log, entry) => sideLines.get(log)!.write(JSON.stringify({ ...entry, source_file: name }));
  }

  /** A value nested too deep to be opened or written again is one lost record, not a lost file. */
  function takeSafely(piece: Exclude<Piece, { lost: string }>, name: string, tally: Tally, keep: KeepEntry): void {
    try {
      const found = "tail" in piece ? opened(piece.tail, true) : opened(piece.value);
      for (const one of found) takeOne(one, name, tally, keep);
    } catch {
      lose(tally, "a record is broken");
    }
  }

  function takeOne(found: Found, name: string, tally: Tally, keep: KeepEntry): void {
    try {
      if ("record" in found) takeRecord(found.record, name, tally);
      else if ("irrelevant" in found) pass(tally, found.irrelevant);
      else if (!sides.entry(found.entry, (log) => sideOf(tally, log), keep))
        lose(
          tally,
          typeof found.entry === "string" ? "a text is no record" : "an object is no record of a log that is known",
        );
    } catch {
      lose(tally, "a record is broken");
    }
  }

  function takeRecord(found: Members, name: string, tally: Tally): void {
    const { record, time, lacks, isOdd } = recognised(found);
    if (time === null) {
      lose(tally, "a record has no time");
      return;
    }
    note(tally, record, time);
    if (lacks.length > 0) lose(tally, `a record lacks ${lacks.join(", ")}`);
    if (time < from! || time >= to!) return;
    tally.inWindow++;
    if (tally.watermark === null || time > tally.watermark) tally.watermark = time;
    if (isOdd || wanted(record)) lines.write(toRecordLine({ ...record, eventTime: time }, name));
  }
};

const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** `==> file <==`, as `tail` and `head` write between files. */
const FILE_MARK = /^==> .* <==$/;
/** A file that looks like CloudTrail's own is parsed as a whole, which is faster. */
const CLOUDTRAIL = /"event(Version|ID|Time)"|"CloudTrailEvent"/;

async function* valuesOf(content: Content): AsyncGenerator<Piece> {
  const { whole, broken } = content;
  if (whole === null) yield* piecesOf(content.chunks());
  else if (broken !== null || !CLOUDTRAIL.test(content.head.toString("latin1"))) yield* piecesIn(whole);
  else yield* valuesInWhole(whole);
  if (broken !== null) yield { lost: broken };
}

function* valuesInWhole(whole: Buffer): Generator<Piece> {
  let value: unknown;
  try {
    value = JSON.parse(whole.toString().replace(/^\uFEFF/, ""));
  } catch {
    return yield* piecesIn(whole);
  }
  yield { value };
}

interface Tally {
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

const createTally = (): Tally => ({
  ...{ records: 0, inWindow: 0, aggregated: 0, lost: 0 },
  ...{ earliest: null, latest: null, watermark: null },
  ...{ sides: new Map(), accounts: new Set(), reasons: new Set(), irrelevant: new Map() },
});

const sideOf = ({ sides }: Tally, log: LogId): SideTally => {
  const side = sides.get(log) ?? emptyTally(log);
  sides.set(log, side);
  return side;
};

const lose = (tally: Tally, reason: string): void => {
  tally.lost++;
  if (tally.reasons.size < MOST_REASONS) tally.reasons.add(reason);
};

const broken = (reason: string): string => `The file is damaged: ${reason}.`;

/** The report of a file that was never opened. */
export const unopened = (name: string, reason: string): FileReport => reportOf(name, 0, refused(reason));

/** The report of something that is no log. */
export const passedBy = (name: string, because: string): FileReport => reportOf(name, 0, pass(createTally(), because));

const refused = (reason: string): Tally => {
  const tally = createTally();
  lose(tally, reason);
  return tally;
};

const pass = (tally: Tally, because: string): Tally => {
  tally.irrelevant.set(because, (tally.irrelevant.get(because) ?? 0) + 1);
  return tally;
};

const MOST_ACCOUNTS = 5;

const note = (tally: Tally, { eventCategory, recipientAccountId: account }: Members, time: string): void => {
  tally.records++;
  if (eventCategory === "Aggregated") tally.aggregated++;
  if (tally.earliest === null || time < tally.earliest) tally.earliest = time;
  if (tally.latest === null || time > tally.latest) tally.latest = time;
  if (typeof account === "string" && tally.accounts.size < MOST_ACCOUNTS) tally.accounts.add(account.slice(0, 16));
};

const DIGEST = "a digest file of CloudTrail";

const reportOf = (name: string, bytes: number, tally: Tally): FileReport => ({
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

const kindIn = ({ records, sides, irrelevant, lost }: Tally): FileReport["kind"] => {
  if (records > 0) return "cloudtrail";
  const [side] = sides.keys();
  if (side !== undefined) return side;
  if (irrelevant.has(DIGEST)) return "digest";
  if (irrelevant.size > 0) return "irrelevant";
  return lost > 0 ? "unread" : "cloudtrail";
};

const createLines = (linesDir: string, label: string): { write(line: string): void; finished: Reader["finished"] } => {
  let pending: string[] = [];
  let pendingChars = 0;
  let written = 0;
  let count = 0;
  let file: { readonly path: string; readonly handle: number } | null = null;
  let done: string[] = [];
  const flush = (): void => {
    if (pending.length === 0) return;
    if (file === null) {
      const path = join(linesDir, `${label}.${count++}.jsonl`);
      file = { path, handle: openSync(path, "w") };
    }
    writeSync(file.handle, pending.join(""));
    written += pendingChars;
    pending = [];
    pendingChars = 0;
  };
  const close = (): void => {
    if (file === null) return;
    closeSync(file.handle);
    done.push(file.path);
    file = null;
    written = 0;
  };
  return {
    write: (line) => {
      pending.push(line, "\n");
      pendingChars += line.length + 1;
      if (pendingChars > WRITE_CHARS) flush();
      if (written > LINES_CHARS) close();
    },
    finished: (end) => {
      flush();
      if (end) close();
      const paths = done;
      done = [];
      return paths;
    },
  };
};
