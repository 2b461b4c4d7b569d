import type { Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { read, request } from "./parts/calls.ts";
import { refuseSpared, withProtection } from "./parts/exempt.ts";
import { INSTANCE_ID } from "./parts/instruction.ts";
import { accountOf } from "./parts/suspects.ts";

interface Association {
  readonly associationId: string;
  readonly profileArn: string;
}

const card: ActionCard = {
  id: "isolate-instance-profile",
  title: "Take the instance profile off the instance",
  side: "identity",
  reversibility: "externally-reversible",
  offer: "optional",
  permissions: [
    { action: "ec2:DescribeIamInstanceProfileAssociations", resource: "*", for: "read" },
    { action: "ec2:DisassociateIamInstanceProfile", resource: "instance/*", for: "write" },
    { action: "ec2:AssociateIamInstanceProfile", resource: "instance/*", for: "write" },
    { action: "iam:PassRole", resource: "role/*", for: "write" },
  ],
  atExecution: "whatever profile the instance has then is taken off",
  limits: [
    "Credentials that the instance was given already stay valid until they run out: revoke the sessions of the role as well, after this.",
    "Everything on the instance that uses the role stops. Other instances with the same role go on.",
    "Rollback gives the same profile back under a new association id, so that it is not the same setting byte for byte.",
    "The instance itself is left running and reachable, for forensics: isolate-instance says how to cut it off the network.",
  ],
  sources: ["EC2 API reference, DisassociateIamInstanceProfile", "IAM user guide, Use instance profiles"],
};

const targets = (scene: Scene): readonly Target[] =>
  scene.roles.flatMap(({ roleName, arn, session }) =>
    session !== null && INSTANCE_ID.test(session) && accountOf(arn) === scene.accountId
      ? [
          withProtection(
            { label: `instance ${session}`, instanceId: session, roleName, arn },
            scene,
            [roleName, arn, session],
            "principals",
          ),
        ]
      : [],
  );

const associationsOf = (state: Readonly<Record<string, unknown>>): readonly Association[] =>
  state.associations as readonly Association[];

export const isolateInstanceProfile: Action = {
  card,
  targets: (scene) => [...new Map(targets(scene).map((target) => [target.instanceId, target])).values()],

  capture: async (target, stamp, account) => {
    const Filters = [{ Name: "instance-id", Values: [target.instanceId] }];
    const output = await read(account, request(stamp, "ec2", "DescribeIamInstanceProfileAssociations", { Filters }));
    const found = (output.IamInstanceProfileAssociations ?? []) as readonly Readonly<Record<string, unknown>>[];
    const live = found.filter(({ State }) => State === "associated" || State === "associating");
    return {
      associations: live.map(({ AssociationId, IamInstanceProfile }) => ({
        associationId: String(AssociationId),
        profileArn: String((IamInstanceProfile as { Arn?: unknown }).Arn),
      })),
    };
  },

  apply: (_target, before, stamp) =>
    associationsOf(before).map(({ associationId }) =>
      request(stamp, "ec2", "DisassociateIamInstanceProfile", { AssociationId: associationId }),
    ),

  verify: (_target, _before, now) =>
    associationsOf(now).length === 0
      ? { ok: true, why: "the instance has no profile" }
      : {
          ok: false,
          why: `still associated: ${associationsOf(now)
            .map(({ profileArn }) => profileArn)
            .join(", ")}`,
        },

  rollback: (target, before, stamp) =>
    associationsOf(before).map(({ profileArn }) =>
      request(stamp, "ec2", "AssociateIamInstanceProfile", {
        InstanceId: target.instanceId,
        IamInstanceProfile: { Arn: profileArn },
      }),
    ),

  refuse: (target, _before, stamp) => refuseSpared(target, [target.arn ?? ""], stamp),
};
