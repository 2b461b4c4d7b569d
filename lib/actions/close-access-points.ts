import type { State, Target } from "../case/plan.ts";
import type { ActorChange } from "../case/principal.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import { statementsIn } from "../core/plan/foreign.ts";
import type { Statement } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { readOrNull, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { refuseSpared, withProtection } from "./parts/exempt.ts";
import { grantTargets, isStillIn, withoutGrants } from "./parts/grants.ts";

/** S3 user guide, naming of access points. */
const NAME = /^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/;

const card: ActionCard = {
  id: "close-access-points",
  title: "Take out of access point policies what the actor granted to outsiders",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetAccessPointPolicy", resource: "accesspoint/*", for: "read" },
    { action: "s3:PutAccessPointPolicy", resource: "accesspoint/*", for: "write" },
    { action: "s3:DeleteAccessPointPolicy", resource: "accesspoint/*", for: "write" },
  ],
  atExecution: "the outsiders are taken out of the policy that is found then; everything else in it stays",
  limits: [
    "Covers access points whose policy the actor put. The access point itself stays; through it nobody gets more than the bucket policy and its own policy allow together.",
    "The deny of the actor in the bucket policy holds through access points too.",
    "Multi-region access points are not covered.",
  ],
  sources: [
    "S3 API reference, PutAccessPointPolicy",
    "S3 user guide, Configuring IAM policies for using access points",
  ],
};

const nameIn = ({ request: input }: ActorChange): string => memberOf(input, "name", "accessPointName") ?? "";

const statementsOf = (changes: readonly ActorChange[]): readonly Statement[] =>
  changes.flatMap(({ request: input }) =>
    statementsIn(input.policy ?? input.Policy ?? memberOf(input, "policy") ?? ""),
  );

const targets = (scene: Scene): readonly Target[] =>
  [...Map.groupBy(changesOf(scene, "PutAccessPointPolicy"), nameIn)].flatMap(([name, changes]) => {
    if (!NAME.test(name)) return [];
    const target = { label: `access point ${name}`, name, ...eventsOf(changes) };
    return grantTargets(target, statementsOf(changes), scene.accountId).map((each) =>
      withProtection(each, scene, [name, changes.at(-1)?.bucket ?? null], "buckets"),
    );
  });

const wanted = (target: Target, state: State, accountId: string): string | null =>
  state.policy === null ? null : withoutGrants(state.policy, target, accountId);

const put = (target: Target, policy: unknown, stamp: Parameters<typeof request>[0]) => {
  const input = { AccountId: stamp.accountId, Name: target.name };
  return policy === null
    ? request(stamp, "s3control", "DeleteAccessPointPolicy", input)
    : request(stamp, "s3control", "PutAccessPointPolicy", { ...input, Policy: policy });
};

export const closeAccessPoints: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => {
    const asked = request(stamp, "s3control", "GetAccessPointPolicy", {
      AccountId: stamp.accountId,
      Name: target.name,
    });
    const output = await readOrNull(account, asked, "NoSuchAccessPointPolicy");
    return { policy: output === null ? null : String(output.Policy) };
  },

  apply: (target, before, stamp) => {
    const policy = wanted(target, before, stamp.accountId);
    return policy === before.policy ? [] : [put(target, policy, stamp)];
  },

  verify: (target, _before, now, stamp) =>
    isStillIn(now.policy, target, stamp.accountId)
      ? { ok: false, why: "outsiders whom the actor let in are still let in" }
      : { ok: true, why: "nobody whom the actor let in from outside is let in" },

  rollback: (target, before, stamp) => [put(target, before.policy, stamp)],
  refuse: (target, _before, stamp) => refuseSpared(target, [], stamp),
};
