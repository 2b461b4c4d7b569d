/**
 * Classification without Macie: a scanner over bodies of objects that somebody put beside the logs. It knows far fewer
 * kinds of data than Macie and reads only text. A job advances when it is asked after, a slice at a time, and what it
 * has done is on the disk: a killed process loses one slice.
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ClassifiedObject } from "../case/objects.ts";
import type { Classifier, ClassifyItem, ClassifyRequest, ClassifyStatus } from "../ports/ports.ts";
import { type ScannedObject, scanObject } from "./classify/scan.ts";
import type { Alone } from "./database.ts";
import { createExclusively, readIfThere, writeAtomically } from "./files.ts";

/** Objects looked at in one check. */
const SLICE = 500;

export interface ClassifierOptions {
  /** Folder of buckets, or null: nothing can be classified then. */
  readonly bucketsDir: string | null;
  /** Where jobs are kept; created if absent. */
  readonly jobsDir: string;
  readonly alone?: Alone;
}

interface Job {
  readonly items: readonly ClassifyItem[];
  readonly done: number;
  readonly states: Readonly<Record<ScannedObject["state"], number>>;
  readonly findings: readonly ClassifiedObject[];
}

export const createClassifier = ({ bucketsDir, jobsDir, alone = (work) => work() }: ClassifierOptions): Classifier => ({
  known: async () => ({ sensitivityScore: null, reason: "the local scanner keeps no inventory of buckets" }),

  start: async (request) => {
    if (bucketsDir === null) return { unavailable: "no bodies of objects were given (a folder of buckets)" };
    const jobId = jobIdOf(request);
    const job: Job = {
      items: request.items,
      done: 0,
      states: { absent: 0, unreadable: 0, read: 0, partial: 0 },
      findings: [],
    };
    alone(() => createExclusively(pathOf(jobsDir, jobId), bytesOf(job)));
    return { jobId };
  },

  check: async (jobId) => {
    const job = readJob(jobsDir, jobId);
    if (job === null || bucketsDir === null)
      return { state: "unavailable", reason: `no job ${JSON.stringify(jobId)} here` };
    const next = await advance(job, bucketsDir);
    if (next !== job) alone(() => writeAtomically(pathOf(jobsDir, jobId), bytesOf(next)));
    return statusOf(next);
  },
});

/** The same token always names the same job, as Macie's clientToken does. */
const jobIdOf = ({ token }: ClassifyRequest): string => createHash("sha256").update(token).digest("hex").slice(0, 32);

const advance = async (job: Job, bucketsDir: string): Promise<Job> => {
  const slice = job.items.slice(job.done, job.done + SLICE);
  if (slice.length === 0) return job;
  const states = { ...job.states };
  const findings = [...job.findings];
  for (const item of slice) {
    const scanned = await scanObject(bucketsDir, item);
    states[scanned.state] += 1;
    if ("finding" in scanned && scanned.finding !== null) findings.push(scanned.finding);
  }
  return { ...job, done: job.done + slice.length, states, findings };
};

const statusOf = ({ items, done, states, findings }: Job): ClassifyStatus => {
  if (done < items.length) return { state: "running", reason: `${done} of ${items.length} objects looked at` };
  const parts = [
    `${states.read} of ${items.length} objects read whole`,
    ...(states.partial > 0 ? [`${states.partial} in part`] : []),
    ...(states.unreadable > 0 ? [`${states.unreadable} in a format that is not text`] : []),
    ...(states.absent > 0 ? [`${states.absent} without a body here`] : []),
  ];
  return { state: "done", complete: states.read === items.length, reason: parts.join(", "), findings };
};

const pathOf = (jobsDir: string, jobId: string): string => join(jobsDir, `${jobId}.json`);

const readJob = (jobsDir: string, jobId: string): Job | null => {
  const bytes = /^[0-9a-f]{32}$/.test(jobId) ? readIfThere(pathOf(jobsDir, jobId)) : null;
  return bytes === null ? null : (JSON.parse(Buffer.from(bytes).toString()) as Job);
};

const bytesOf = (job: Job): Uint8Array => Buffer.from(JSON.stringify(job));
