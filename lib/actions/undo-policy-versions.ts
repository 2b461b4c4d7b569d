import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { IAM_PAGES, read, readList, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";

const card: ActionCard = {
  id: "undo-policy-versions",
  title: "Make the policy count again as it was before the actor",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "iam:GetPolicy", resource: "policy/*", for: "read" },
    { action: "iam:ListPolicyVersions", resource: "policy/*", for: "read" },
    { action: "iam:SetDefaultPolicyVersion", resource: "policy/*", for: "write" },
  ],
  atExecution: "the newest version that is there then and that the actor neither made nor chose is made the default",
  limits: [
    "The version that counted before is in no record of the call: the newest one that the actor neither made nor chose is taken. Compare the two before you approve.",
    "The actor's version stays beside it, where it does nothing: it is evidence, and its owner deletes it.",
    "Where no other version is left (the actor made the policy, or deleted the others) nothing is called: undo-privileges detaches it.",
  ],
  sources: [
    "IAM API reference, CreatePolicyVersion and SetDefaultPolicyVersion",
    "CloudTrail record of CreatePolicyVersion (responseElements.policyVersion.versionId)",
  ],
};

/** A policy of this account: those of AWS nobody here can change. */
const POLICY_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):policy\/[\w+=,.@/-]{1,512}$/;
const VERSION = /^v[1-9]\d*$/;

const targets = (scene: Scene): readonly Target[] =>
  [
    ...Map.groupBy(
      changesOf(scene, "CreatePolicyVersion", "SetDefaultPolicyVersion"),
      ({ request: input }) => memberOf(input, "policyArn") ?? "",
    ),
  ]
    .filter(([policyArn]) => POLICY_ARN.exec(policyArn)?.[1] === scene.accountId)
    .flatMap(([policyArn, changes]) => {
      const named = changes.map(
        ({ request: input, response }) => memberOf(response, "versionId") ?? memberOf(input, "versionId"),
      );
      const versions = [...new Set(named)].filter((id) => id !== null && VERSION.test(id));
      if (versions.length === 0) return [];
      const label = `policy ${policyArn.slice(policyArn.indexOf("policy/") + "policy/".length)}`;
      return [{ label, policyArn, actorVersions: versions.join(" "), ...eventsOf(changes) }];
    });

const isActors = (target: Target, id: unknown): boolean => target.actorVersions!.split(" ").includes(String(id));

/** The version that is to count; null where every one is the actor's. */
const wanted = (target: Target, { counts, versions }: State): string | null => {
  if (!isActors(target, counts)) return String(counts);
  const others = (versions as readonly string[]).filter((id) => !isActors(target, id));
  return others.toSorted((a, b) => Number(b.slice(1)) - Number(a.slice(1)))[0] ?? null;
};

const setDefault = (target: Target, VersionId: unknown, stamp: Parameters<Action["apply"]>[2]) =>
  request(stamp, "iam", "SetDefaultPolicyVersion", { PolicyArn: target.policyArn, VersionId });

export const undoPolicyVersions: Action = {
  card,
  targets,

  capture: async ({ policyArn: PolicyArn }, stamp, account) => {
    const { Policy } = await read(account, request(stamp, "iam", "GetPolicy", { PolicyArn }));
    const listing = request(stamp, "iam", "ListPolicyVersions", { PolicyArn });
    const list = (await readList(account, listing, "Versions", IAM_PAGES)) as readonly { readonly VersionId: string }[];
    const versions = list.map(({ VersionId }) => VersionId).sort();
    return { counts: (Policy as Readonly<Record<string, unknown>>).DefaultVersionId as string, versions };
  },

  apply: (target, before, stamp) => {
    const version = wanted(target, before);
    return version === null || version === before.counts ? [] : [setDefault(target, version, stamp)];
  },

  verify: (target, _before, now) =>
    isActors(target, now.counts)
      ? { ok: false, why: `version ${now.counts} counts, which the actor made or chose` }
      : { ok: true, why: `version ${now.counts} counts, which is not the actor's` },

  rollback: (target, before, stamp) =>
    isActors(target, before.counts) ? [setDefault(target, before.counts, stamp)] : [],
  withdraw: (target, before, now, stamp) =>
    now.counts === before.counts ? [] : undoPolicyVersions.rollback(target, before, stamp),

  refuse: (target, before) =>
    wanted(target, before) === null
      ? `${target.label}: every version of it is the actor's. Detach it where it is attached (undo-privileges), and write a version of your own`
      : null,
};
