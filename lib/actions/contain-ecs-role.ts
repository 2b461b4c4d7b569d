import type { Target } from "../case/plan.ts";
import type { ActionCard, Scene, Stamp } from "../core/plan/action.ts";
import type { Account } from "../ports/ports.ts";
import type { Action } from "./parts/action.ts";
import { read, readList, request } from "./parts/calls.ts";
import { refuseSpared, withProtection } from "./parts/exempt.ts";
import { accountOf } from "./parts/suspects.ts";

/** Credentials of a task have its id as session name. */
const TASK_ID = /^[0-9a-f]{32}$/;
const PAGES = { output: "nextToken", input: "nextToken" } as const;

const card: ActionCard = {
  id: "contain-ecs-role",
  title: "Stop the task whose role is used",
  side: "identity",
  reversibility: "irreversible",
  offer: "optional",
  permissions: [
    { action: "ecs:ListClusters", resource: "*", for: "read" },
    { action: "ecs:DescribeTasks", resource: "task/*", for: "read" },
    { action: "ecs:StopTask", resource: "task/*", for: "write" },
  ],
  atExecution: "the task is stopped where it runs then",
  limits: [
    "A stopped task does not come back, and what it held in memory is lost to forensics. A service starts a new one from the same image, which the actor may enter by the same hole.",
    "Credentials taken out of the task stay valid until they run out: revoke the sessions of the role as well.",
  ],
  sources: ["ECS API reference, StopTask", "ECS developer guide, Task IAM role"],
};

const targets = (scene: Scene): readonly Target[] =>
  scene.roles.flatMap(({ roleName, arn, session }) =>
    session !== null && TASK_ID.test(session) && accountOf(arn) === scene.accountId
      ? [
          withProtection(
            { label: `task ${session}`, taskId: session, roleName, arn },
            scene,
            [roleName, arn, session],
            "principals",
          ),
        ]
      : [],
  );

interface FoundTask {
  readonly cluster: string;
  readonly task: string;
  readonly stopping: boolean;
}

/** A session says which task, not in which cluster: all are asked. */
const findTask = async (target: Target, stamp: Stamp, account: Account): Promise<FoundTask | null> => {
  const clusters = (await readList(
    account,
    request(stamp, "ecs", "ListClusters", {}),
    "clusterArns",
    PAGES,
  )) as readonly string[];
  for (const cluster of clusters) {
    const output = await read(account, request(stamp, "ecs", "DescribeTasks", { cluster, tasks: [target.taskId] }));
    const [task] = (output.tasks ?? []) as readonly Readonly<Record<string, unknown>>[];
    if (task !== undefined) return { cluster, task: String(task.taskArn), stopping: task.desiredStatus === "STOPPED" };
  }
  return null;
};

export const containEcsRole: Action = {
  card,
  targets,
  capture: async (target, stamp, account) => ({ task: await findTask(target, stamp, account) }),

  apply: (_target, before, stamp) => {
    const found = before.task as FoundTask | null;
    if (found === null || found.stopping) return [];
    return [
      request(stamp, "ecs", "StopTask", {
        cluster: found.cluster,
        task: found.task,
        reason: `contained by ${stamp.caseId}`,
      }),
    ];
  },

  verify: (_target, _before, now) => {
    const found = now.task as FoundTask | null;
    return found === null || found.stopping
      ? { ok: true, why: "the task is stopping or gone" }
      : { ok: false, why: "the task runs" };
  },

  rollback: () => [],
  refuse: (target, _before, stamp) => refuseSpared(target, [target.arn ?? ""], stamp),
};
