import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { read, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";

/** S3 control API, JobStatus: what has not ended can be cancelled. */
const LIVE: readonly unknown[] = [
  "Active",
  "Completing",
  "New",
  "Pausing",
  "Paused",
  "Preparing",
  "Ready",
  "Suspended",
];

const card: ActionCard = {
  id: "cancel-batch-job",
  title: "Cancel the S3 batch job that the actor made",
  side: "undo",
  reversibility: "irreversible",
  offer: "default",
  permissions: [
    { action: "s3:DescribeJob", resource: "job/*", for: "read" },
    { action: "s3:UpdateJobStatus", resource: "job/*", for: "write" },
  ],
  atExecution: "the job is cancelled if it is not over then",
  limits: [
    "Objects that the job has already copied, restored or changed stay so.",
    "A cancelled job cannot be resumed.",
  ],
  sources: ["S3 API reference, UpdateJobStatus"],
};

const targets = (scene: Scene): readonly Target[] =>
  changesOf(scene, "CreateJob", "JobCreated").flatMap((change) => {
    const jobId = memberOf(change.response, "jobId") ?? "";
    return /^[A-Za-z0-9_-]{5,36}$/.test(jobId) ? [{ label: `batch job ${jobId}`, jobId, ...eventsOf([change]) }] : [];
  });

const isLive = (state: State): boolean => LIVE.includes(state.status);

export const cancelBatchJob: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => {
    const output = await read(
      account,
      request(stamp, "s3control", "DescribeJob", { AccountId: stamp.accountId, JobId: target.jobId }),
    );
    return { status: String((output.Job as { readonly Status?: unknown } | undefined)?.Status) };
  },

  apply: (target, before, stamp) => {
    const input = {
      AccountId: stamp.accountId,
      JobId: target.jobId,
      RequestedJobStatus: "Cancelled",
      StatusUpdateReason: stamp.caseId,
    };
    return isLive(before) ? [request(stamp, "s3control", "UpdateJobStatus", input)] : [];
  },

  verify: (_target, _before, now) =>
    isLive(now) ? { ok: false, why: `the job is ${now.status}` } : { ok: true, why: `the job is ${now.status}` },
  rollback: () => [],
  refuse: (target, _before, stamp) => refuseSpared(target, [], stamp),
};
