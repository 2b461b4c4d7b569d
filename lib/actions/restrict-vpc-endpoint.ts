import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Scene, Stamp } from "../core/plan/action.ts";
import { explicitDeny } from "../core/plan/iamEvaluate.ts";
import { mergeStatements, takenBack } from "../core/plan/mergePolicy.ts";
import type { Action } from "./parts/action.ts";
import { accessOf, actorNames, deniable, denyStatements, isNamed, isOurDeny, listed } from "./parts/actor.ts";
import { request } from "./parts/calls.ts";
import { type Endpoint, readEndpoints } from "./parts/endpoints.ts";
import { refuseSpared } from "./parts/exempt.ts";

/** CloudTrail shows the private address of a caller who comes through an endpoint (RFC 1918). */
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/;

const card: ActionCard = {
  id: "restrict-vpc-endpoint",
  title: "Deny the actor in the policies of the S3 VPC endpoints",
  side: "bucket",
  reversibility: "reversible",
  offer: "optional",
  permissions: [
    { action: "ec2:DescribeVpcEndpoints", resource: "*", for: "read" },
    { action: "ec2:ModifyVpcEndpoint", resource: "vpc-endpoint/*", for: "write" },
  ],
  atExecution: "the deny is merged into the policy of every S3 endpoint of the account that is found then",
  limits: [
    "Offered when the actor came from private addresses. It stops the actor on the way to every bucket, also those of other accounts, but only inside the VPCs of this account and region.",
    "Lock-out: everybody who works under a denied name loses S3 in those VPCs; the exempt roles are not among the names.",
    "An interface endpoint needs some minutes to take a new policy over.",
  ],
  sources: [
    "EC2 API reference, ModifyVpcEndpoint",
    "VPC guide, Control access to VPC endpoints using endpoint policies",
  ],
};

const USE = { Action: "s3:*", Resource: ["*"] } as const;

const endpointsOf = (state: State): readonly Endpoint[] => state.endpoints as readonly Endpoint[];

const modify = ({ id }: Endpoint, PolicyDocument: string, stamp: Stamp) =>
  request(stamp, "ec2", "ModifyVpcEndpoint", { VpcEndpointId: id, PolicyDocument });

const targets = (scene: Scene): readonly Target[] => {
  const names = { ...actorNames(scene, deniable(scene)), anonymous: "" };
  const inside = scene.addresses.some((address) => PRIVATE.test(address));
  return inside && isNamed(names) ? [{ label: `S3 endpoints in ${scene.region}`, ...names }] : [];
};

export const restrictVpcEndpoint: Action = {
  card,
  targets,
  capture: async (_target, stamp, account) => ({ endpoints: await readEndpoints(stamp, account) }),

  apply: (target, before, stamp) =>
    endpointsOf(before).flatMap((endpoint) => {
      const policy = mergeStatements(endpoint.policy, denyStatements(target, USE, stamp));
      return policy === endpoint.policy ? [] : [modify(endpoint, policy, stamp)];
    }),

  verify: (target, _before, now) => {
    const asked = accessOf(target, "s3:GetObject", "arn:aws:s3:::any/key");
    const open = endpointsOf(now).find(({ policy }) =>
      asked.some((each) => explicitDeny(policy, each).is !== "denied"),
    );
    return open === undefined
      ? { ok: true, why: "every endpoint denies the actor" }
      : { ok: false, why: `${open.id} does not deny the actor` };
  },

  withdraw: (_target, before, now, stamp) =>
    endpointsOf(now).flatMap((endpoint) => {
      const former = endpointsOf(before).find(({ id }) => id === endpoint.id)?.policy ?? null;
      const policy = takenBack(endpoint.policy, former, isOurDeny(stamp));
      return policy === null || policy === endpoint.policy ? [] : [modify(endpoint, policy, stamp)];
    }),

  rollback: (_target, before, stamp) => endpointsOf(before).map((endpoint) => modify(endpoint, endpoint.policy, stamp)),
  refuse: (target, _before, stamp) => refuseSpared(target, listed(target.principalArns), stamp),
};
