import type { Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { read, request } from "./parts/calls.ts";
import { isExempt, refuseSpared, withProtection } from "./parts/exempt.ts";
import { accountOf } from "./parts/suspects.ts";

/** Names that a function can have and that no instance, task or person's session has (Lambda API, FunctionName). */
const FUNCTION_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const OTHER_WORKLOADS = /^(?:i-[0-9a-f]{8,17}|[0-9a-f]{32}|botocore-session-\d+|\d+)$/;

const card: ActionCard = {
  id: "contain-lambda-role",
  title: "Stop the function whose role is used",
  side: "identity",
  reversibility: "reversible",
  offer: "optional",
  permissions: [
    { action: "lambda:GetFunctionConfiguration", resource: "function:*", for: "read" },
    { action: "lambda:GetFunctionConcurrency", resource: "function:*", for: "read" },
    { action: "lambda:PutFunctionConcurrency", resource: "function:*", for: "write" },
    { action: "lambda:DeleteFunctionConcurrency", resource: "function:*", for: "write" },
  ],
  atExecution: "the reserved concurrency is set to 0, whatever it is then",
  limits: [
    "Sets the reserved concurrency to 0: no new invocation starts, callers get errors, queues fill up.",
    "An environment that is running goes on to the end of its invocation, and credentials taken out of it stay valid: revoke the sessions of the role first.",
    "Offered where a function of the session's name runs with this role; a role shared by several functions needs each of them stopped.",
  ],
  sources: ["Lambda API reference, PutFunctionConcurrency", "Lambda developer guide, Configuring reserved concurrency"],
};

const targets = (scene: Scene): readonly Target[] =>
  scene.roles.flatMap(({ roleName, arn, session }) =>
    session !== null &&
    FUNCTION_NAME.test(session) &&
    !OTHER_WORKLOADS.test(session) &&
    accountOf(arn) === scene.accountId
      ? [
          withProtection(
            { label: `function ${session}`, functionName: session, roleName, arn },
            scene,
            [roleName, arn, session],
            "principals",
          ),
        ]
      : [],
  );

export const containLambdaRole: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => {
    const FunctionName = target.functionName;
    const configuration = await read(account, request(stamp, "lambda", "GetFunctionConfiguration", { FunctionName }));
    const concurrency = await read(account, request(stamp, "lambda", "GetFunctionConcurrency", { FunctionName }));
    return {
      role: String(configuration.Role),
      reserved: (concurrency.ReservedConcurrentExecutions as number | undefined) ?? null,
    };
  },

  apply: (target, before, stamp) =>
    before.reserved === 0
      ? []
      : [
          request(stamp, "lambda", "PutFunctionConcurrency", {
            FunctionName: target.functionName,
            ReservedConcurrentExecutions: 0,
          }),
        ],

  verify: (_target, _before, now) =>
    now.reserved === 0
      ? { ok: true, why: "reserved concurrency is 0" }
      : { ok: false, why: `reserved concurrency is ${now.reserved ?? "not set"}` },

  rollback: (target, before, stamp) => [
    before.reserved === null
      ? request(stamp, "lambda", "DeleteFunctionConcurrency", { FunctionName: target.functionName })
      : request(stamp, "lambda", "PutFunctionConcurrency", {
          FunctionName: target.functionName,
          ReservedConcurrentExecutions: before.reserved,
        }),
  ],

  withdraw: (target, before, now, stamp) =>
    now.reserved === 0 && before.reserved !== 0 ? containLambdaRole.rollback(target, before, stamp) : [],

  refuse: (target, before, stamp) =>
    refuseSpared(target, [target.arn ?? ""], stamp) ??
    (isExempt(String(before.role), [target.arn ?? ""])
      ? null
      : `${target.label}: it runs with another role, ${before.role}`),
};
