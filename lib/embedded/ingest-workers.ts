/**
 * The threads that read log files. Some are kept for the next scan, because each has to load and warm its code first. They
 * end when nobody asks for a while, and hold no process open.
 */

import { Worker } from "node:worker_threads";
import type { Asked } from "./ingest-worker.ts";

const MOST_KEPT = 2;
const KEPT_MS = 15_000;
/** Room for one file parsed as a whole (16 MiB unpacked). Without the second limit V8 lets garbage grow by 300 MB more. */
const HEAP_MB = 320;
const YOUNG_MB = 24;

/** Each with the timer that ends it. */
const idle = new Map<Worker, NodeJS.Timeout>();

/** A thread that reads nothing. Whoever takes it gives it back, or ends it. */
export const takeWorker = (): Worker => {
  const [kept] = idle.keys();
  if (kept === undefined) return startWorker();
  forget(kept);
  kept.ref();
  return kept;
};

export const giveBack = (worker: Worker): void => {
  worker.unref();
  if (idle.size < MOST_KEPT) idle.set(worker, setTimeout(end, KEPT_MS, worker).unref());
  else end(worker);
};

const end = (worker: Worker): void => {
  forget(worker);
  void worker.terminate();
};

const forget = (worker: Worker): void => {
  clearTimeout(idle.get(worker));
  idle.delete(worker);
};

export const post = (worker: Worker, asked: Asked): void => worker.postMessage(asked);

const startWorker = (): Worker => {
  const worker = new Worker(new URL("./ingest-worker.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  });
  // One that dies while nobody asks it is no fault of a scan.
  for (const event of ["error", "exit"]) worker.on(event, () => forget(worker));
  return worker;
};
