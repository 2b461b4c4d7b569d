/**
 * Classification without Macie: a scanner over bodies of objects that somebody put beside the logs. It knows far fewer
 * kinds of data than Macie and reads only text. A job is written once, and advances when it is asked after, a slice at a
 * time; what a slice found is one line more beside it: a killed process loses one slice.
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { count, counted } from "../base/figures.ts";
import { textLines } from "../base/textLines.ts";
import type { ClassifiedObject } from "../case/objects.ts";
import type { Classifier, ClassifyItem, ClassifyRequest, ClassifyStatus } from "../ports/ports.ts";
import { bodiesIn } from "./classify/bodies.ts";
import { type ScannedObject, scanObject } from "./classify/scan.ts";
import type { Alone } from "./database.ts";
import { appendLine, createExclusively, readIfThere, wholeLines } from "./files.ts";

/** Work done in one check. To find no body costs a small part of reading one. */
const SLICE = { objects: 5000, bodies: 500 };

export interface ClassifierOptions {
  /** Folder of buckets, or null: nothing can be classified then. */
  readonly bucketsDir: string | null;
  /** Where jobs are kept; created if absent. */
  readonly jobsDir: string;
  readonly alone?: Alone;
}

interface Progress {
  readonly done: number;
  readonly states: Readonly<Record<ScannedObject["state"], number>>;
  /** Of a line: those of its slice. */
  readonly findings: readonly ClassifiedObject[];
}

/** An earlier version wrote what was done into the job itself, again and again. */
interface Job extends Progress {
  readonly items: readonly ClassifyItem[];
}

const BEGUN: Progress = { done: 0, states: { absent: 0, unreadable: 0, read: 0, partial: 0 }, findings: [] };

export const createClassifier = ({ bucketsDir, jobsDir, alone = (work) => work() }: ClassifierOptions): Classifier => ({
  known: async () => ({ sensitivityScore: null, reason: "the local scanner keeps no inventory of buckets" }),

  start: async (request) => {
    if (bucketsDir === null) return { unavailable: "no bodies of objects were given (a folder of buckets)" };
    const jobId = jobIdOf(request);
    alone(() => createExclusively(pathOf(jobsDir, jobId), bytesOf({ items: request.items, ...BEGUN })));
    return { jobId };
  },

  check: async (jobId) => {
    const known = readJob(jobsDir, jobId);
    if (known === null || bucketsDir === null)
      return { state: "unavailable", reason: `no job ${JSON.stringify(jobId)} here` };
    const { job, lines } = known;
    if (job.done === job.items.length) return statusOf(job);
    const slice = await advance(job, bucketsDir);
    // Another check may have looked at the same objects meanwhile: what it wrote stands, and this slice is forgotten.
    const lineAfter = (before: Uint8Array): string | null =>
      before.length === lines.length ? JSON.stringify(slice) : null;
    alone(() => appendLine(progressOf(jobsDir, jobId), lineAfter));
    return statusOf(after(job, slice));
  },
});

/** The same token always names the same job, as Macie's clientToken does. */
const jobIdOf = ({ token }: ClassifyRequest): string => createHash("sha256").update(token).digest("hex").slice(0, 32);

const advance = async ({ items, done: from, states: before }: Job, bucketsDir: string): Promise<Progress> => {
  const states = { ...before };
  const findings: ClassifiedObject[] = [];
  const find = bodiesIn(bucketsDir);
  let done = from;
  for (let bodies = 0; done < Math.min(items.length, from + SLICE.objects) && bodies < SLICE.bodies; done += 1) {
    const item = items[done]!;
    const body = find(item.bucket, item.key);
    const scanned = body === null ? ABSENT : await scanObject(body, item);
    states[scanned.state] += 1;
    if (body !== null) bodies += 1;
    if ("finding" in scanned && scanned.finding !== null) findings.push(scanned.finding);
  }
  return { done, states, findings };
};

const ABSENT: ScannedObject = { state: "absent" };

const after = <Before extends Progress>(before: Before, slice: Progress): Before => ({
  ...before,
  ...slice,
  findings: [...before.findings, ...slice.findings],
});

const statusOf = ({ items, done, states, findings }: Job): ClassifyStatus => {
  if (done < items.length)
    return { state: "running", reason: `${count(done)} of ${counted(items.length, "object")} looked at` };
  const parts = [
    `${count(states.read)} of ${counted(items.length, "object")} read whole`,
    ...(states.partial > 0 ? [`${count(states.partial)} in part`] : []),
    ...(states.unreadable > 0 ? [`${count(states.unreadable)} in a format that is not text`] : []),
    ...(states.absent > 0 ? [`of ${count(states.absent)} the content is not here`] : []),
  ];
  return { state: "done", complete: states.read === items.length, reason: parts.join(", "), findings };
};

const pathOf = (jobsDir: string, jobId: string): string => join(jobsDir, `${jobId}.json`);
const progressOf = (jobsDir: string, jobId: string): string => join(jobsDir, `${jobId}.progress.jsonl`);

/** `lines`: of what was done since it was written, as far as they are whole. */
const readJob = (jobsDir: string, jobId: string): { readonly job: Job; readonly lines: Uint8Array } | null => {
  const bytes = /^[0-9a-f]{32}$/.test(jobId) ? readIfThere(pathOf(jobsDir, jobId)) : null;
  if (bytes === null) return null;
  const job = JSON.parse(Buffer.from(bytes).toString()) as Job;
  const lines = wholeLines(readIfThere(progressOf(jobsDir, jobId)) ?? new Uint8Array());
  return { job: [...textLines(lines)].reduce((known, line) => after(known, JSON.parse(line) as Progress), job), lines };
};

const bytesOf = (job: Job): Uint8Array => Buffer.from(JSON.stringify(job));
