import { parentPort, workerData } from "node:worker_threads";
import { type IndexPlace, openIndex } from "./ingest-index.ts";
import { createReader, type ReaderOptions } from "./ingest-reader.ts";
import type { FileReport } from "./ingest-report.ts";

/** Names of files to read together. */
export type Task = readonly string[];

export interface WorkerAnswer {
  readonly reports: readonly FileReport[];
  /** Files of lines that are ready for DuckDB. */
  readonly lines: readonly string[];
}

export interface WorkerOptions extends Omit<ReaderOptions, "index"> {
  readonly index: IndexPlace | null;
}

const { index: told, ...options } = workerData as WorkerOptions;
const index = told === null ? null : openIndex(told);
const reader = createReader({ ...options, ...(index === null ? {} : { index }) });
const port = parentPort!;

port.on("message", async (names: Task | null) => {
  const reports: FileReport[] = [];
  for (const name of names ?? []) reports.push(...(await reader.read(name)));
  if (names === null) index?.save();
  port.postMessage({ reports, lines: reader.finished(names === null) } satisfies WorkerAnswer);
});
