import { parentPort } from "node:worker_threads";
import { type IndexPlace, type LogIndex, openIndex } from "./ingest-index.ts";
import { createReader, type Reader, type ReaderOptions } from "./ingest-reader.ts";
import type { FileReport } from "./ingest-report.ts";
import type { Counted } from "./ingest-skimmed.ts";

/** Names of files to read together. */
export type Task = readonly string[];

export interface WorkerAnswer {
  readonly reports: readonly FileReport[];
  /** Files of lines that are ready for DuckDB. */
  readonly lines: readonly string[];
  readonly counted: Counted;
}

export interface WorkerOptions extends Omit<ReaderOptions, "index"> {
  readonly index: IndexPlace | null;
}

/** A scan begins, goes on task by task, and ends; each task and the end are answered. */
export type Asked = { readonly begin: WorkerOptions } | { readonly task: Task } | { readonly end: true };

interface Scan {
  readonly reader: Reader;
  readonly index: LogIndex | null;
}

const port = parentPort!;
let scan: Scan | null = null;

port.on("message", async (asked: Asked) => {
  if ("begin" in asked) scan = begun(asked.begin);
  else port.postMessage("end" in asked ? ended(scan!) : await read(scan!, asked.task));
});

const begun = ({ index: place, ...options }: WorkerOptions): Scan => {
  const index = place === null ? null : openIndex(place);
  return { index, reader: createReader({ ...options, ...(index === null ? {} : { index }) }) };
};

const read = async ({ reader }: Scan, task: Task): Promise<WorkerAnswer> => {
  const reports: FileReport[] = [];
  for (const name of task) reports.push(...(await reader.read(name)));
  return { reports, lines: reader.finished(false), counted: reader.counted() };
};

const ended = ({ reader, index }: Scan): WorkerAnswer => {
  index?.save();
  scan = null;
  return { reports: [], lines: reader.finished(true), counted: reader.counted() };
};
