import { parentPort, workerData } from "node:worker_threads";
import { createReader, type ReaderOptions } from "./ingest-reader.ts";
import type { FileReport } from "./ingest-report.ts";

/** Names of files to read together. */
export type Task = readonly string[];

export interface WorkerAnswer {
  readonly reports: readonly FileReport[];
  /** Files of lines that are ready for DuckDB. */
  readonly lines: readonly string[];
}

const reader = createReader(workerData as ReaderOptions);
const port = parentPort!;

port.on("message", async (names: Task | null) => {
  const reports: FileReport[] = [];
  for (const name of names ?? []) reports.push(...(await reader.read(name)));
  port.postMessage({ reports, lines: reader.finished(names === null) } satisfies WorkerAnswer);
});
