import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ScanRequest } from "../ports.ts";
import { caseTableParameters } from "../sql/case-table.ts";
import { type AccessLogEntry, parseAccessLogLine } from "./ingest-access-log.ts";
import { type Contents, openLog } from "./ingest-file.ts";
import { timeOf, toRecordLine, unwrapped } from "./ingest-normalise.ts";
import type { Piece } from "./ingest-records.ts";
import { createWanted } from "./ingest-wanted.ts";

/** Begins the names of files of lines that are entries of server access logs. */
export const ACCESS_LABEL = "access-";
/** Text gathered before it goes to disk. */
const WRITE_CHARS = 2 * 1024 * 1024;
/** A file of lines is closed at this size and handed on to DuckDB. */
const LINES_CHARS = 24 * 1024 * 1024;

/** What reading one log file gave. */
export interface FileReport {
  /** Relative to the logs folder, with `/`. */
  readonly name: string;
  readonly bytes: number;
  readonly kind: Contents["kind"];
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
  const accessLines = createLines(options.linesDir, `${ACCESS_LABEL}${options.label}`);
  const touched = createTouched(options.request);
  const [, , from, to] = caseTableParameters(options.request);
  return {
    read: async (name) => {
      const { bytes, contents } = openLog(join(options.logsDir, name));
      const tally: Tally = { ...EMPTY, reasons: new Set() };
      if (contents.kind === "unreadable") lose(tally, contents.reason);
      if (contents.kind === "json")
        for await (const piece of contents.pieces as AsyncIterable<Piece>) {
          if ("lost" in piece) lose(tally, piece.lost);
          else for (const object of objectsIn(piece.value)) takeSafely(object, name, tally);
        }
      if (contents.kind === "access-log") for await (const line of contents.lines) takeLine(line, name);
      return { name, bytes, kind: contents.kind, ...tally, reasons: [...tally.reasons] };
    },
    finished: (end) => [...lines.finished(end), ...accessLines.finished(end)],
  };

  function takeLine(line: string, name: string): void {
    const entry = parseAccessLogLine(line);
    if (entry === null || entry.request_at < from! || entry.request_at >= to! || !touched(entry)) return;
    accessLines.write(JSON.stringify({ ...entry, source_file: name }));
  }

  /** A record nested too deep to be written again is one lost record, not a lost file. */
  function takeSafely(object: unknown, name: string, tally: Tally): void {
    try {
      take(object, name, tally);
    } catch {
      lose(tally, "a record is broken");
    }
  }

  function take(object: unknown, name: string, tally: Tally): void {
    const record = unwrapped(object, 3);
    const time = record === null ? null : timeOf(record);
    if (record === null) tally.strangers++;
    else if (time === null) lose(tally, "a record has no time");
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
  readonly reasons: Set<string>;
}

const EMPTY = { records: 0, inWindow: 0, aggregated: 0, strangers: 0, earliest: null, latest: null, lost: 0 } as const;

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

/** Whether a request was made to a bucket, from an address or by a principal in question. */
const createTouched = ({ indicators }: ScanRequest): ((entry: AccessLogEntry) => boolean) => {
  const { buckets, addresses, arns, principalIds } = indicators;
  const values: ReadonlySet<string | null> = new Set([...buckets, ...addresses, ...arns, ...principalIds]);
  return ({ bucket, remote_ip, requester }) => values.has(bucket) || values.has(remote_ip) || values.has(requester);
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
