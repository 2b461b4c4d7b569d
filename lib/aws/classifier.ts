import { CordonError } from "../base/errors.ts";
import { counted } from "../base/figures.ts";
import type { Classifier, ClassifyRequest, ClassifyStatus } from "../ports/ports.ts";
import { toStepError } from "./failures.ts";
import { begin, bucketsIn, type ClassifierOptions, type Job, type Jobs, unavailable } from "./macieJobs.ts";

const SEPARATOR = "~";

/** Macie as classifier: one job a bucket, over prefixes; answers are cut down to what was stolen. */
export const createClassifier = (options: ClassifierOptions): Classifier => ({
  known: (bucket) => known(options, bucket),
  start: (request) => start(options, request),
  check: (jobId) => check(options, jobId),
});

const known = async (options: ClassifierOptions, bucket: string): ReturnType<Classifier["known"]> => {
  const reasons: string[] = [];
  for (const region of options.regions) {
    const found = await bucketsIn(options, region, [bucket]);
    if ("reason" in found) {
      reasons.push(`${region}: ${found.reason}`);
      continue;
    }
    const facts = found.buckets.get(bucket);
    if (facts === undefined) continue;
    const { sensitivityScore } = facts;
    return {
      sensitivityScore,
      reason: sensitivityScore === null ? "Macie has no score for it" : `Macie, automated discovery, ${region}`,
    };
  }
  const nowhere = `Macie knows no such bucket in ${options.regions.join(", ")}`;
  return { sensitivityScore: null, reason: [...reasons, nowhere].join("; ") };
};

const start = async (options: ClassifierOptions, request: ClassifyRequest): ReturnType<Classifier["start"]> => {
  const jobId = `${request.caseId}${SEPARATOR}${request.token}`;
  if ((await stored(options, jobId)) !== null) return { jobId };
  const begun = await begin(options, request);
  if (begun.jobs.length === 0) return { unavailable: begun.left.join("; ") };
  await options.objects.create(nameOf(jobId), Buffer.from(JSON.stringify(begun)));
  return { jobId };
};

const check = async (options: ClassifierOptions, jobId: string): Promise<ClassifyStatus> => {
  const begun = await stored(options, jobId);
  if (begun === null)
    throw new CordonError("DOCUMENT_MISSING", `classification ${jobId}: expected the list of its jobs`);
  return look(options, begun);
};

type Seen = Job & ({ readonly status: string; readonly error: string | null } | { readonly gone: string });

const seenOf = async ({ macieOf }: ClassifierOptions, job: Job): Promise<Seen> => {
  try {
    return { ...job, ...(await macieOf(job.region).job(job.jobId)) };
  } catch (error) {
    const reason = unavailable(error);
    if (reason === null) throw toStepError("STATE_UNKNOWN", `Macie in ${job.region}: look at a job`, error);
    return { ...job, gone: reason };
  }
};

const look = async (options: ClassifierOptions, { items, jobs, left }: Jobs): Promise<ClassifyStatus> => {
  const seen = await Promise.all(jobs.map((job) => seenOf(options, job)));
  const there = seen.filter((one) => "status" in one);
  if (there.length === 0)
    return { state: "unavailable", reason: seen.map((one) => ("gone" in one ? one.gone : "")).join("; ") };
  if (there.some(({ status }) => status === "RUNNING" || status === "IDLE"))
    return {
      state: "running",
      reason: `${there.filter(({ status }) => status === "COMPLETE").length} of ${jobs.length} jobs have ended`,
    };
  const paused = there.filter(({ status }) => PAUSES[status] !== undefined);
  if (paused.length === jobs.length) return { state: "paused", reason: PAUSES[paused[0]!.status]! };
  const ended = there.filter(({ status }) => PAUSES[status] === undefined);
  const findings = (await Promise.all(ended.map((job) => findingsIn(options, job)))).flat();
  const stolen = new Set(items.map(({ bucket, key }) => `${bucket}\n${key}`));
  const gaps = [...left, ...seen.flatMap(gapsOf)];
  return {
    state: "done",
    complete: gaps.length === 0,
    reason: gaps.length === 0 ? "Macie read the current versions of the objects" : gaps.join("; "),
    findings: findings.filter(({ bucket, key }) => stolen.has(`${bucket}\n${key}`)),
  };
};

const PAUSES: Readonly<Record<string, string>> = {
  PAUSED: "the monthly quota of Macie is used up; the job goes on next month",
  USER_PAUSED: "somebody paused the job",
};

const findingsIn = async ({ macieOf }: ClassifierOptions, { region, jobId }: Job) => {
  try {
    return await macieOf(region).findings(jobId);
  } catch (error) {
    throw toStepError("STATE_UNKNOWN", `Macie in ${region}: findings of a job`, error);
  }
};

/**
 * What a job did not look at. Its own status tells of accounts and buckets only; objects that Macie may not or cannot read it
 * passes over one by one, so that the bucket's inventory says how many there are (Macie API, BucketMetadata).
 */
const gapsOf = (seen: Seen): readonly string[] => {
  const { bucket } = seen;
  const where = bucket === undefined ? "" : `${bucket.name}: `;
  if ("gone" in seen) return [`${where}${seen.gone}`];
  return [
    ...(seen.error === null ? [] : [`${where}${seen.error}`]),
    ...(seen.status === "COMPLETE"
      ? []
      : [`${where}${PAUSES[seen.status] ?? `the job was ${seen.status.toLowerCase()}`}`]),
    ...((bucket?.unclassifiableObjects ?? 0) > 0
      ? [
          `${where}${counted(bucket!.unclassifiableObjects!, "object")} in archive classes or of types that Macie does not read`,
        ]
      : []),
    ...((bucket?.underCustomerKeys ?? 0) > 0
      ? [
          `${where}${counted(bucket!.underCustomerKeys!, "object")} under keys of your own, which Macie reads only where the key lets it`,
        ]
      : []),
  ];
};

const nameOf = (jobId: string): string => {
  const [caseId, token] = jobId.split(SEPARATOR);
  if (!/^case-\d{8}-[0-9a-f]{10}$/.test(caseId ?? "") || !/^[0-9a-f]{8,64}$/.test(token ?? ""))
    throw new CordonError("INPUT_INVALID", `not a classification: ${JSON.stringify(jobId)}`);
  return `${caseId}/classification/${token}.json`;
};

const stored = async ({ objects }: ClassifierOptions, jobId: string): Promise<Jobs | null> => {
  const found = await objects.read(nameOf(jobId));
  return found === null ? null : (JSON.parse(Buffer.from(found.bytes).toString("utf8")) as Jobs);
};
