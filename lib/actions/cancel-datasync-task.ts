import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { read, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";

/** DataSync API, DescribeTaskExecution: states in which an execution still moves data, or will. */
const LIVE: readonly unknown[] = ["QUEUED", "LAUNCHING", "PREPARING", "TRANSFERRING", "VERIFYING"];
const EXECUTION = /^arn:aws[a-z-]*:datasync:[a-z0-9-]+:\d{12}:task\/task-[0-9a-f]{17}\/execution\/exec-[0-9a-f]{17}$/;

const card: ActionCard = {
  id: "cancel-datasync-task",
  title: "Cancel the DataSync transfer that the actor started",
  side: "undo",
  reversibility: "irreversible",
  offer: "default",
  permissions: [
    { action: "datasync:DescribeTaskExecution", resource: "task/*", for: "read" },
    { action: "datasync:CancelTaskExecution", resource: "task/*", for: "write" },
  ],
  atExecution: "the transfer is cancelled if it still runs then",
  limits: [
    "What has been copied stays at the destination, and a cancelled transfer may leave partial files there.",
    "The task stays defined and may be started again by whoever may; a schedule starts it by itself.",
    "An execution that is cancelled cannot be resumed; a new one can be started.",
  ],
  sources: ["DataSync API reference, CancelTaskExecution"],
};

const targets = (scene: Scene): readonly Target[] =>
  changesOf(scene, "StartTaskExecution").flatMap((change) => {
    const arn = memberOf(change.response, "taskExecutionArn") ?? "";
    return EXECUTION.test(arn)
      ? [{ label: `transfer ${arn.split("/").at(-1)}`, executionArn: arn, ...eventsOf([change]) }]
      : [];
  });

const isLive = (state: State): boolean => LIVE.includes(state.status);

export const cancelDatasyncTask: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => {
    const output = await read(
      account,
      request(stamp, "datasync", "DescribeTaskExecution", { TaskExecutionArn: target.executionArn }),
    );
    return { status: String(output.Status) };
  },

  apply: (target, before, stamp) =>
    isLive(before)
      ? [request(stamp, "datasync", "CancelTaskExecution", { TaskExecutionArn: target.executionArn })]
      : [],

  verify: (_target, _before, now) =>
    isLive(now)
      ? { ok: false, why: `the transfer is ${now.status}` }
      : { ok: true, why: `the transfer is ${now.status}` },
  rollback: () => [],
  refuse: (target, _before, stamp) => refuseSpared(target, [], stamp),
};
