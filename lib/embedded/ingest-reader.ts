import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ScanRequest } from "../case/scan.ts";
import { windowParameters } from "../sql/case-table.ts";
import { type Contents, openLog } from "./ingest-file.ts";
import { timeOf, toRecordLine, unwrapped } from "./ingest-normalise.ts";
import type { Piece } from "./ingest-records.ts";
import { createSideReader, emptyTally, type KeepEntry, SIDE_LOGS, type SideTally } from "./ingest-side.ts";
import { createWanted } from "./ingest-wanted.ts";

/** Text gathered before it goes to disk. */
const WRITE_CHARS = 2 * 1024 * 1024;
/** A file of lines is closed at this size and handed on to DuckDB. */
const LINES_CHARS = 24 * 1024 * 1024;

/** What reading one log file gave. */
export interface FileReport {
  /** Relative to the logs folder, with `/`. */
  readonly name: string;
  readonly bytes: number;
  /** Hex, of the file as it was read; null where it could not be read to its end. */
  readonly sha256: string | null;
  readonly kind: Contents["kind"] | "identity-log";
  /** CloudTrail records in the file, and how many of them lie in the window. */
  readonly records: number;
  readonly inWindow: number;
  readonly aggregated: number;
  /** Objects that are no CloudTrail records. */
  readonly strangers: number;
  readonly earliest: string | null;
  readonly latest: string | null;
  /** Parts that could not be read, and the kinds of reasons, one part of a sentence each. */
  readonly lost: number;
  readonly reasons: readonly string[];
  /** Of a log beside CloudTrail; null of any other file. */
  readonly side: SideTally | null;
}

export interface ReaderOptions {
  readonly request: ScanRequest;
  readonly logsDir: string;
  /** Where files of lines are written, `<linesDir>/<label>.<n>.jsonl`. */
  readonly linesDir: string;
  readonly label: string;
}

export interface Reader {
  read(name: string): Promise<FileReport>;
  /** Files of lines that are complete since the last call; all of them when `end`. */
  finished(end: boolean): readonly string[];
}

/** Reads log files one after another and writes the records that may belong to the case as lines `{"file":…,"r":…}`. */
export const createReader = (options: ReaderOptions): Reader => {
  const wanted = createWanted(options.request);
  const lines = createLines(options.linesDir, options.label);
  const sides = createSideReader(options.request);
  const sideLines = new Map(
    SIDE_LOGS.map(({ log, file }) => [log, createLines(options.linesDir, `${file}-${options.label}`)]),
  );
  const [, , from, to] = windowParameters(options.request);
  return {
    read: async (name) => {
      const { bytes, contents, sha256 } = openLog(join(options.logsDir, name));
      const tally: Tally = { ...EMPTY, reasons: new Set() };
      const keep: KeepEntry = (log, entry) =>
        sideLines.get(log)!.write(JSON.stringify({ ...entry, source_file: name }));
      if (contents.kind === "unreadable") lose(tally, contents.reason);
      if (contents.kind === "json")
        for await (const piece of contents.pieces as AsyncIterable<Piece>) {
          if ("lost" in piece) lose(tally, piece.lost);
          else for (const object of objectsIn(piece.value)) takeSafely(object, name, tally, keep);
        }
      if (contents.kind === "access-log" || contents.kind === "flow-log") {
        tally.side = emptyTally(contents.kind === "access-log" ? "s3-access-log" : "vpc-flow-log");
        const take = sides.lines(contents.kind === "access-log" ? "s3-access-log" : "vpc-flow-log", tally.side, keep);
        for await (const line of contents.lines) take(line);
      }
      const kind = tally.side?.log === "okta-system-log" && tally.records === 0 ? "identity-log" : contents.kind;
      return { name, bytes, sha256: await sha256(), kind, ...tally, reasons: [...tally.reasons] };
    },
    finished: (end) => [lines, ...sideLines.values()].flatMap((one) => one.finished(end)),
  };

  /** A record nested too deep to be written again is one lost record, not a lost file. */
  function takeSafely(object: unknown, name: string, tally: Tally, keep: KeepEntry): void {
    try {
      take(object, name, tally, keep);
    } catch {
      lose(tally, "a record is broken");
    }
  }

  function take(object: unknown, name: string, tally: Tally, keep: KeepEntry): void {
    const record = unwrapped(object, 3);
    const time = record === null ? null : timeOf(record);
    if (record === null) {
      const side = (): SideTally => (tally.side ??= emptyTally("okta-system-log"));
      if (!sides.event(object, side, keep)) tally.strangers++;
    } else if (time === null) lose(tally, "a record has no time");
    else {
      note(tally, time, record.eventCategory === "Aggregated");
      if (time < from! || time >= to!) return;
      tally.inWindow++;
      if (wanted(record)) lines.write(toRecordLine(record, name));
    }
  }
};

interface Tally {
  records: number;
  inWindow: number;
  aggregated: number;
  strangers: number;
  earliest: string | null;
  latest: string | null;
  lost: number;
  side: SideTally | null;
  readonly reasons: Set<string>;
}

const EMPTY: Omit<Tally, "reasons"> = {
  records: 0,
  inWindow: 0,
  aggregated: 0,
  strangers: 0,
  earliest: null,
  latest: null,
  lost: 0,
  side: null,
};

const lose = (tally: Tally, reason: string): void => {
  tally.lost++;
  if (tally.reasons.size < 3) tally.reasons.add(reason);
};

const note = (tally: Tally, time: string, aggregated: boolean): void => {
  tally.records++;
  if (aggregated) tally.aggregated++;
  if (tally.earliest === null || time < tally.earliest) tally.earliest = time;
  if (tally.latest === null || time > tally.latest) tally.latest = time;
};

/** The objects of a file that came as one value: the list under a wrapper's name, a bare list, or itself. */
const objectsIn = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== "object" || value === null) return [];
  const { Records, Events, events, records } = value as Record<string, unknown>;
  return [Records, Events, events, records].find((list) => Array.isArray(list)) ?? [value];
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
