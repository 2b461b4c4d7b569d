import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ScanRequest } from "../case/scan.ts";
import type { HashKey } from "../skim/skim.ts";
import { filesUnder } from "./ingest-folder.ts";
import { type IndexPlace, loadIndex, roomFor } from "./ingest-index.ts";
import { type FileReport, passedBy, unopened } from "./ingest-report.ts";
import type { Counted } from "./ingest-skimmed.ts";
import type { Asked, Task, WorkerAnswer, WorkerOptions } from "./ingest-worker.ts";
import { giveBack, post, takeWorker } from "./ingest-workers.ts";

const DAY_MILLISECONDS = 86_400_000;
/** Small files are handed out together. */
const TASK_BYTES = 4 * 1024 * 1024;
const TASK_FILES = 64;

export interface Ingest {
  readonly request: ScanRequest;
  readonly logsDir: string;
  readonly linesDir: string;
  readonly threads: number;
  /** Folder of what is known of log files by their content; null: every file is unpacked and read. */
  readonly indexDir: string | null;
  /** Hears each report as it comes, in no certain order, with the fraction done. */
  readonly report: (report: FileReport, done: number) => void;
  /** Takes a finished file of lines. The next one is handed over when this has settled. */
  readonly lines: (path: string) => Promise<void>;
  /** A baseline is counted while it is read (`ingest-skimmed.ts`); what was counted in some files is taken here. Null: nothing is. */
  readonly counting: { readonly key: HashKey; take(counted: Counted): void } | null;
}

/** Reads every log file of the window with worker threads. Answers the names of those left out as delivered elsewhen. */
export const ingest = async (job: Ingest): Promise<{ readonly outside: readonly string[] }> => {
  const { names, refused, passed } = await filesUnder(job.logsDir);
  for (const { name, reason } of refused) job.report(unopened(name, reason), 0);
  for (const { name, because } of passed) job.report(passedBy(name, because), 0);
  const inside = new Set(namesNear(names, job.request));
  const { tasks, bytes } = await tasksOf(job.logsDir, [...inside]);
  const count = Math.max(1, Math.min(job.threads, tasks.length));
  const index = job.indexDir === null ? null : indexAt(job.indexDir, bytes, count);
  let loading = Promise.resolve();
  let done = 0;
  const handed = new Set<string>();
  const take = (answer: WorkerAnswer): void => {
    for (const report of answer.reports) {
      done += report.bytes;
      job.report(report, bytes === 0 ? 1 : done / bytes);
    }
    loading = loading.then(() => job.counting?.take(answer.counted));
    for (const path of answer.lines.filter((one) => !handed.has(one))) {
      handed.add(path);
      loading = loading.then(() => job.lines(path));
    }
    loading.catch(() => undefined);
  };
  await Promise.all(Array.from({ length: count }, (_, at) => work({ ...job, index }, at, tasks, take)));
  await loading;
  return { outside: names.filter((name) => !inside.has(name)) };
};

const indexAt = (folder: string, bytes: number, workers: number): IndexPlace => {
  const loaded = loadIndex(folder);
  return { folder, loaded, room: roomFor(bytes, loaded, workers) };
};

const NOTHING: WorkerAnswer = { reports: [], lines: [], counted: { rows: [], calls: [] } };

type Indexed = Ingest & Pick<WorkerOptions, "index">;

/**
 * One worker after another: each takes the next task when it has answered the last. A task that ends its worker (for
 * want of memory, as a rule) is taken again file by file, and the file that ends one by itself is set aside.
 */
const work = async (job: Indexed, at: number, tasks: Task[], take: (answer: WorkerAnswer) => void): Promise<void> => {
  const label = `lines-${at}`;
  for (let number = 0; ; number++) {
    const died = await workUntilDeath(
      job,
      { label: `${label}-${number}`, rowsFrom: rowsFromOf(at, number) },
      tasks,
      take,
    );
    if (died === null) return;
    const { task, error } = died;
    take({ ...NOTHING, lines: await linesLeft(job.linesDir, `${label}-${number}`) });
    if (task.length > 1) tasks.unshift(...task.map((name) => [name]));
    else if (task.length === 1)
      take({ ...NOTHING, reports: [unopened(task[0]!, `Reading it failed (${error.message}).`)] });
    else throw error;
  }
};

const workUntilDeath = async (
  job: Indexed,
  as: Pick<WorkerOptions, "label" | "rowsFrom">,
  tasks: Task[],
  take: (answer: WorkerAnswer) => void,
): Promise<{ readonly task: Task; readonly error: Error } | null> => {
  const { request, logsDir, linesDir, index, counting } = job;
  const key = counting === null ? {} : { counting: counting.key };
  const worker = takeWorker();
  let task: Task | undefined;
  const answered = async (asked: Asked): Promise<void> => {
    post(worker, asked);
    const [answer] = (await once(worker, "message")) as [WorkerAnswer];
    take(answer);
  };
  try {
    post(worker, { begin: { request, logsDir, linesDir, ...as, ...key, index } });
    for (task = tasks.shift(); task !== undefined; task = tasks.shift()) await answered({ task });
    await answered({ end: true });
    giveBack(worker);
    return null;
  } catch (error) {
    await worker.terminate();
    return { task: task ?? [], error: error as Error };
  }
};

/** Numbers of no two workers meet: each reads fewer than so many files and kinds of records. */
const rowsFromOf = (at: number, number: number): number => (at * 100_000 + number) * 1_000_000_000;

/** Files of lines that a worker left behind; it wrote whole lines only. */
const linesLeft = async (folder: string, label: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => name.includes(`${label}.`)).map((name) => join(folder, name));

const tasksOf = async (folder: string, names: readonly string[]): Promise<{ tasks: Task[]; bytes: number }> => {
  const tasks: string[][] = [];
  let size = Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (const name of names) {
    const one = await sizeOf(join(folder, name));
    bytes += one;
    if (size + one > TASK_BYTES || tasks.at(-1)!.length === TASK_FILES) {
      tasks.push([]);
      size = 0;
    }
    tasks.at(-1)!.push(name);
    size += one;
  }
  return { tasks, bytes };
};

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    (found) => found.size,
    () => 0,
  );

/** The files that a scan of a window would open, with their sizes on disk. Throws when the folder cannot be listed. */
export const filesNear = async (
  folder: string,
  window: Pick<ScanRequest, "from" | "to">,
): Promise<readonly { readonly name: string; readonly bytes: number }[]> =>
  Promise.all(
    namesNear((await filesUnder(folder)).names, window).map(async (name) => ({
      name,
      bytes: await sizeOf(join(folder, name)),
    })),
  );

const namesNear = (names: readonly string[], { from, to }: Pick<ScanRequest, "from" | "to">): readonly string[] =>
  names.filter((name) => isDeliveredNear(name, from, to));

/**
 * CloudTrail puts the delivery time into the name (`…_20261121T0310Z_…`). Delivery follows the event by minutes, at
 * times by hours; a day on both sides is what the Athena partitions get too. A file without such a name is always read.
 */
const isDeliveredNear = (name: string, from: string, to: string): boolean => {
  const time = deliveryOf(name);
  if (time === null) return true;
  const at = Date.parse(time);
  return at >= Date.parse(from) - DAY_MILLISECONDS && at <= Date.parse(to) + DAY_MILLISECONDS;
};

/** Delivery time in a CloudTrail file name, ISO 8601 UTC, or null. */
export const deliveryOf = (name: string): string | null => {
  const found = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_[A-Za-z0-9]+\.json(\.gz)?$/.exec(name);
  return found === null ? null : `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:00Z`;
};
