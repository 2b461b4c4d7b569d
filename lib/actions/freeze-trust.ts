import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Scene, Stamp } from "../core/plan/action.ts";
import { explicitDeny } from "../core/plan/iamEvaluate.ts";
import { mergeStatements, takenBack } from "../core/plan/mergePolicy.ts";
import { countedLength, type Statement } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { refuseSpared } from "./parts/exempt.ts";
import { refuseUnmodifiable } from "./parts/inlineDeny.ts";
import { isReassumable } from "./parts/reassumable.ts";
import { captureTrust, TRUST_LIMIT, updateTrust } from "./parts/roleTrust.ts";
import { roleTargets } from "./parts/suspects.ts";

const card: ActionCard = {
  id: "freeze-trust",
  title: "Let nobody assume the role",
  side: "identity",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "iam:GetRole", resource: "role/*", for: "read" },
    { action: "iam:UpdateAssumeRolePolicy", resource: "role/*", for: "write" },
  ],
  atExecution: "the deny is merged into the trust policy that is found then; statements of others stay",
  limits: [
    "Denies every way of assuming the role to everybody: AssumeRole, AssumeRoleWithSAML, AssumeRoleWithWebIdentity, pods, certificates of Roles Anywhere, other accounts. Sessions that exist go on: deny or revoke them as well.",
    "A workload that fetches new credentials fails at its next refresh.",
    "A service-linked role, and a role of Identity Center, cannot be changed.",
    "A trust policy holds 2,048 characters unless the quota was raised.",
    "The identity provider, the trust anchor or the pod identity association itself stays: whoever controls it still gets into other roles that trust it. The plan names it.",
  ],
  sources: [
    "IAM API reference, UpdateAssumeRolePolicy",
    "STS API reference, AssumeRoleWithSAML and AssumeRoleWithWebIdentity",
    "IAM Roles Anywhere user guide, The role trust policy",
  ],
};

const ASSUMING = [
  "sts:AssumeRole",
  "sts:AssumeRoleWithSAML",
  "sts:AssumeRoleWithWebIdentity",
  "sts:TagSession",
  "sts:SetSourceIdentity",
] as const;

const sidOf = (stamp: Stamp): string => `${stamp.sid}Freeze`;

const frozen = (stamp: Stamp): Statement => ({ Sid: sidOf(stamp), Effect: "Deny", Principal: "*", Action: ASSUMING });

const wanted = (before: State, stamp: Stamp): string => mergeStatements(String(before.trust), [frozen(stamp)]);

/** Where no name is the actor's alone: a login, a pod, a certificate or an account that can come back under any name. */
const targets = (scene: Scene): readonly Target[] =>
  roleTargets(scene)
    .filter(({ roleName }) =>
      scene.suspects.some(
        (suspect) =>
          isReassumable(scene, suspect) && [suspect.userName, suspect.issuerArn?.split("/").at(-1)].includes(roleName),
      ),
    )
    .map((target) => ({ ...target, label: `trust of ${target.label}` }));

export const freezeTrust: Action = {
  card,
  targets,
  capture: captureTrust,

  apply: (target, before, stamp) => {
    const document = wanted(before, stamp);
    return document === before.trust ? [] : [updateTrust(target, document, stamp)];
  },

  verify: (target, _before, now) => {
    const open = ASSUMING.slice(0, 3).find(
      (action) => explicitDeny(String(now.trust), { action, resource: target.arn ?? "*", context: {} }).is !== "denied",
    );
    return open === undefined
      ? { ok: true, why: "the trust policy lets nobody assume the role" }
      : { ok: false, why: `the trust policy does not deny ${open} to everybody` };
  },

  rollback: (target, before, stamp) => [updateTrust(target, before.trust, stamp)],
  withdraw: (target, before, now, stamp) => {
    const trust = takenBack(String(now.trust), String(before.trust), ({ Sid }) => Sid === sidOf(stamp));
    return trust === null || trust === now.trust ? [] : [updateTrust(target, trust, stamp)];
  },

  refuse: (target, before, stamp) => {
    const spared =
      refuseSpared(target, [target.arn ?? "", String(before.holderArn ?? "")], stamp) ??
      refuseUnmodifiable(target, before);
    if (spared !== null) return spared;
    const length = countedLength(wanted(before, stamp));
    return length > TRUST_LIMIT
      ? `${target.label}: it would have ${length} characters, ${TRUST_LIMIT} are allowed; deny-role cuts the sessions off all the same`
      : null;
  },
};
