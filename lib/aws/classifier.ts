import { CordonError } from "../base/errors.ts";
import type { Classifier, ClassifyItem, ClassifyRequest, ClassifyStatus } from "../ports/ports.ts";
import { failureOf, toStepError } from "./failures.ts";
import type { BucketFacts, Macie } from "./macie.ts";
import type { Objects } from "./objects.ts";
import { rollUp } from "./prefixes.ts";

export interface ClassifierOptions {
  /** Macie per region; jobs read only buckets of their own region. */
  readonly macieOf: (region: string) => Macie;
  /** The regions to look for buckets in, the deployment's own first. */
  readonly regions: readonly string[];
  /** The folder of all cases; this port keeps `<case>/classification/<token>.json` there. */
  readonly objects: Objects;
  /** Bytes that a job may read at most; also when prefixes cover more than was stolen. */
  readonly maximumBytes: number;
}

interface Jobs {
  readonly items: readonly ClassifyItem[];
  readonly jobs: readonly { readonly region: string; readonly jobId: string }[];
  /** What no job looks at, with the reason. */
  readonly left: readonly string[];
}

/** Values per scope term: the model names no limit, and a request must stay small (facts: aws.md, section 4). */
const PREFIXES = 100;
const SEPARATOR = "~";

/** Macie as classifier: at most one job per region and case, over prefixes; answers are cut down to what was stolen. */
export const createClassifier = (options: ClassifierOptions): Classifier => ({
  known: (bucket) => known(options, bucket),
  start: (request) => start(options, request),
  check: (jobId) => check(options, jobId),
});

/** Macie switched off answers like a missing right; only the text tells them apart. Both mean: not available here. */
const unavailable = (error: unknown): string | null => {
  const { status, code, message } = failureOf(error);
  if (status !== 403) return null;
  return /Macie is not enabled/i.test(message)
    ? "Macie is not enabled in this account and region"
    : `Macie: ${code}: ${message}`;
};

const known = async ({ macieOf, regions }: ClassifierOptions, bucket: string): ReturnType<Classifier["known"]> => {
  try {
    for (const region of regions) {
      const facts = (await macieOf(region).buckets([bucket])).get(bucket);
      if (facts !== undefined)
        return {
          sensitivityScore: facts.sensitivityScore,
          reason:
            facts.sensitivityScore === null ? "Macie has no score for it" : `Macie, automated discovery, ${region}`,
        };
    }
    return { sensitivityScore: null, reason: `Macie knows no such bucket in ${regions.join(", ")}` };
  } catch (error) {
    return { sensitivityScore: null, reason: unavailable(error) ?? `Macie: ${failureOf(error).code}` };
  }
};

const start = async (options: ClassifierOptions, request: ClassifyRequest): ReturnType<Classifier["start"]> => {
  const jobId = `${request.caseId}${SEPARATOR}${request.token}`;
  if ((await stored(options, jobId)) !== null) return { jobId };
  try {
    const begun = await begin(options, request);
    if (begun.jobs.length === 0) return { unavailable: begun.left.join("; ") };
    await options.objects.create(nameOf(jobId), Buffer.from(JSON.stringify(begun)));
    return { jobId };
  } catch (error) {
    const reason = unavailable(error);
    if (reason !== null) return { unavailable: reason };
    throw toStepError("STATE_UNKNOWN", "Macie: start a job", error);
  }
};

const begin = async (options: ClassifierOptions, request: ClassifyRequest): Promise<Jobs> => {
  const wanted = new Set(request.items.map(({ bucket }) => bucket));
  const jobs: { region: string; jobId: string }[] = [];
  const left: string[] = [];
  for (const region of options.regions) {
    const macie = options.macieOf(region);
    const buckets = await macie.buckets([...wanted]);
    if (buckets.size === 0) continue;
    for (const name of buckets.keys()) wanted.delete(name);
    const items = request.items.filter(({ bucket }) => buckets.has(bucket));
    const scope = rollUp(
      items.map(({ key }) => key),
      PREFIXES,
    );
    const reason = scope.exact ? null : tooLarge([...buckets.values()], options.maximumBytes);
    if (reason === null)
      jobs.push({
        region,
        jobId: await macie.createJob({
          token: `${request.token}-${region}`,
          caseId: request.caseId,
          buckets: [...buckets.values()],
          prefixes: scope.prefixes,
        }),
      });
    else left.push(`${region}: ${reason}`);
  }
  for (const bucket of wanted)
    left.push(`${bucket}: in none of the regions ${options.regions.join(", ")} where Macie was asked`);
  return { items: request.items, jobs, left };
};

/** Prefixes that cover more than the stolen keys may cover a whole bucket: then the buckets themselves must be affordable. */
const tooLarge = (buckets: readonly BucketFacts[], maximumBytes: number): string | null => {
  const bytes = buckets.reduce(
    (sum, { classifiableBytes }) => sum + (classifiableBytes ?? Number.POSITIVE_INFINITY),
    0,
  );
  return bytes <= maximumBytes
    ? null
    : `the prefixes of the stolen objects may cover ${bytes} bytes and ${maximumBytes} are allowed`;
};

const check = async (options: ClassifierOptions, jobId: string): Promise<ClassifyStatus> => {
  const begun = await stored(options, jobId);
  if (begun === null)
    throw new CordonError("DOCUMENT_MISSING", `classification ${jobId}: expected the list of its jobs`);
  try {
    return await look(options, begun);
  } catch (error) {
    const reason = unavailable(error);
    if (reason !== null) return { state: "unavailable", reason };
    throw toStepError("STATE_UNKNOWN", "Macie: look at a job", error);
  }
};

const look = async ({ macieOf }: ClassifierOptions, { items, jobs, left }: Jobs): Promise<ClassifyStatus> => {
  const seen = await Promise.all(jobs.map(({ region, jobId }) => macieOf(region).job(jobId)));
  const paused = seen.find(({ status }) => status === "PAUSED" || status === "USER_PAUSED");
  if (paused !== undefined)
    return {
      state: "paused",
      reason:
        paused.status === "PAUSED"
          ? "the monthly quota of Macie is used up; the job goes on next month"
          : "somebody paused the job",
    };
  if (seen.some(({ status }) => status === "RUNNING" || status === "IDLE"))
    return {
      state: "running",
      reason: `${seen.filter(({ status }) => status === "COMPLETE").length} of ${jobs.length} jobs have ended`,
    };
  const findings = (await Promise.all(jobs.map(({ region, jobId }) => macieOf(region).findings(jobId)))).flat();
  const stolen = new Set(items.map(({ bucket, key }) => `${bucket}\n${key}`));
  const gaps = [
    ...left,
    ...seen.flatMap(({ status, error }) =>
      status === "COMPLETE" && error === null ? [] : [error ?? `the job was ${status.toLowerCase()}`],
    ),
  ];
  return {
    state: "done",
    complete: gaps.length === 0,
    reason: gaps.length === 0 ? "Macie read the current versions of the objects" : gaps.join("; "),
    findings: findings.filter(({ bucket, key }) => stolen.has(`${bucket}\n${key}`)),
  };
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
