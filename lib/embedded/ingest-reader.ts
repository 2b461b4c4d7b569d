import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ScanRequest } from "../case/scan.ts";
import { LOG_SOURCES, type LogId } from "../logs/index.ts";
import type { HashKey } from "../skim/skim.ts";
import { windowParameters } from "../sql/case-table.ts";
import { BASELINE_SERIES } from "../sql/tables.ts";
import { type Packed, untarred, zipped } from "./ingest-archive.ts";
import { asUtf8, type Content, fileContent, gunzipped, unzstd, WHOLE_BYTES } from "./ingest-content.ts";
import { type Found, opened } from "./ingest-envelopes.ts";
import { holdsOneOf, type LogIndex } from "./ingest-index.ts";
import { createInflate } from "./ingest-inflate.ts";
import { kindOf, withoutTime } from "./ingest-kind.ts";
import { createLines } from "./ingest-lines.ts";
import type { Members } from "./ingest-members.ts";
import { countedOf, recognised, toRecordLine } from "./ingest-normalise.ts";
import { type Piece, piecesIn, piecesOf } from "./ingest-pieces.ts";
import {
  broken,
  createTally,
  type FileReport,
  lose,
  note,
  pass,
  refused,
  reportOf,
  reportOfIndexed,
  sideOf,
  type Tally,
} from "./ingest-report.ts";
import { createSideReader, type KeepEntry } from "./ingest-side.ts";
import { type Counted, createSkimming } from "./ingest-skimmed.ts";
import { csvRows, parquetRows } from "./ingest-tables.ts";
import { createTap } from "./ingest-tap.ts";
import { linesOf } from "./ingest-text.ts";
import { createWanted } from "./ingest-wanted.ts";

/** Archives inside archives. */
const MOST_NESTED = 4;
export interface ReaderOptions {
  readonly request: ScanRequest;
  readonly logsDir: string;
  /** Where files of lines are written, `<linesDir>/<label>.<n>.jsonl`. */
  readonly linesDir: string;
  readonly label: string;
  /** From where on it numbers what rows name (`RowsSink`), apart from all other readers of the scan. */
  readonly rowsFrom?: number;
  /** Parses every record: what the skim is held against. */
  readonly isPlain?: boolean;
  /** A baseline is counted while it is read, by hashes under this key. Absent: all of it is written as lines. */
  readonly counting?: HashKey;
  /** Absent: every file is unpacked and read. */
  readonly index?: LogIndex;
}

export interface Reader {
  /** One report for a file, and one for each file inside an archive. Never throws for what is in a file. */
  read(name: string): Promise<readonly FileReport[]>;
  /** Files of lines that are complete since the last call; all of them when `end`. */
  finished(end: boolean): readonly string[];
  /** What was counted since the last call, and so stands in no line. */
  counted(): Counted;
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
  const likes = createLines(linesDir, `likes-${label}`);
  const names = createLines(linesDir, `names-${label}`);
  const rows = createLines(linesDir, `rows-${label}`);
  const { rowsFrom = 0 } = options;
  let files = rowsFrom;
  const skimming = createSkimming(options.request, {
    isPlain: options.isPlain === true,
    rowsFrom,
    counting: options.counting ?? null,
    rows: {
      fileNumber: (name) => {
        names.write(JSON.stringify({ n: ++files, file: name }));
        return files;
      },
      keepLike: (piece, number) => {
        const line = likeOf(piece, number);
        if (line !== null) likes.write(line);
        return line !== null;
      },
      write: (text) => rows.write(text.slice(0, -1)),
    },
  });
  const { index = null } = options;
  const inflate = createInflate(WHOLE_BYTES);
  const lines = createLines(linesDir, label);
  const written = options.request.series === BASELINE_SERIES ? countedOf : undefined;
  const sides = createSideReader(options.request);
  const sideLines = new Map(LOG_SOURCES.map(({ id, file }) => [id, createLines(linesDir, `${file}-${label}`)]));
  const [, , from, to] = windowParameters(options.request);
  return {
    read: async (name) => {
      const path = join(logsDir, name);
      const tap = createTap(path);
      const reports: FileReport[] = [];
      skimming.begin();
      try {
        const content = await fileContent(path, tap);
        const known = content.whole === null ? null : knownOf(name, content.bytes, await tap.sha256());
        if (known !== null) return [known];
        await readSource({ name, content, path, nested: 0 }, reports, content.bytes);
      } catch (error) {
        const reason = `The file cannot be opened (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`;
        reports.push(reportOf(name, 0, refused(reason)));
      }
      const sha256 = await tap.sha256();
      const read = reports.map((report) => (report.name === name ? { ...report, sha256 } : report));
      learn(read);
      return read;
    },
    counted: skimming.counted,
    finished: (end) => [lines, likes, names, rows, ...sideLines.values()].flatMap((one) => one.finished(end)),
  };

  /** The report of a file that is known by its content to hold nothing for this case. */
  function knownOf(name: string, bytes: number, sha256: string | null): FileReport | null {
    if (skimming.wanted === null || sha256 === null) return null;
    const found = index?.find(sha256) ?? null;
    if (found === null || holdsOneOf(found.hashes, skimming.wanted)) return null;
    return reportOfIndexed(found, { name, bytes, sha256, from, to });
  }

  function learn(reports: readonly FileReport[]): void {
    const identifiers = index === null ? null : skimming.identifiers();
    const [report, second] = reports;
    if (identifiers !== null && report !== undefined && second === undefined && report.lost === 0)
      index?.offer(report, identifiers);
  }

  async function readSource(source: Source, reports: FileReport[], bytes: number): Promise<void> {
    const { name, content, path, nested } = source;
    const kind = kindOf(name, content);
    const unpacked = async (inner: Promise<Content>): Promise<void> =>
      nested < MOST_NESTED
        ? readSource({ name, content: await inner, path: null, nested: nested + 1 }, reports, bytes)
        : void reports.push(reportOf(name, bytes, refused("Archives are nested too deep in it.")));
    switch (kind.kind) {
      case "gzip":
        return unpacked(gunzipped(content, nested === 0 ? inflate : null));
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
        return void reports.push(await readPieces(name, bytes, csvRows(asUtf8(content), kind)));
      case "json":
        return void reports.push(await readJson(name, bytes, asUtf8(content)));
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
    const take = takerOf(name, tally);
    for await (const piece of pieces) take(piece);
    return reportOf(name, bytes, tally);
  }

  async function readJson(name: string, bytes: number, content: Content): Promise<FileReport> {
    const tally = createTally();
    const take = takerOf(name, tally);
    const { whole, broken } = content;
    if (whole === null) for await (const piece of piecesOf(content.chunks())) take(piece);
    else {
      const before = skimming.front(whole, name, tally, take);
      for (const piece of piecesIn(whole.subarray(before.bytes), before)) take(piece);
    }
    if (broken !== null) lose(tally, broken);
    return reportOf(name, bytes, tally);
  }

  /** A record about which nothing is odd or in doubt, as a line whose file is the number of its skeleton; null: it is none. */
  function likeOf(piece: Piece, number: number): string | null {
    try {
      if (!("value" in piece)) return null;
      const [found, second] = opened(piece.value);
      if (found === undefined || second !== undefined || !("record" in found)) return null;
      const { record, time, lacks, isOdd } = recognised(found.record);
      if (time === null || lacks.length > 0 || isOdd) return null;
      const { line, doubts } = toRecordLine({ ...record, eventTime: time }, String(number), false);
      return doubts.length > 0 ? null : line;
    } catch {
      return null;
    }
  }

  function takerOf(name: string, tally: Tally): (piece: Piece) => void {
    const keep = keeperOf(name);
    return (piece) => {
      if ("lost" in piece) lose(tally, piece.lost);
      else takeSafely(piece, name, tally, keep);
    };
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
      else if ("lost" in found) lose(tally, found.lost);
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
    const isInWindow = time >= from && time < to;
    note(tally, record, time, isInWindow);
    if (lacks.length > 0) lose(tally, `a record lacks ${lacks.join(", ")}`);
    if (!isInWindow || !(isOdd || wanted(record))) return;
    const { line, doubts } = toRecordLine({ ...record, eventTime: time }, name, isOdd, written);
    if (lacks.length === 0 && doubts.length > 0) lose(tally, `a record has ${doubts.join(", ")}`);
    lines.write(line);
  }
};

const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** `==> file <==`, as `tail` and `head` write between files. */
const FILE_MARK = /^==> .* <==$/;
