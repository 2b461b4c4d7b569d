import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Stamp } from "../core/plan/action.ts";
import { explicitDeny } from "../core/plan/iamEvaluate.ts";
import { mergeStatements, takenBack } from "../core/plan/mergePolicy.ts";
import { countedLength } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { accessOf, actorNames, deniable, denyStatements, isNamed, isOurDeny, listed } from "./parts/actor.ts";
import { refuseSpared } from "./parts/exempt.ts";
import { refuseUnmodifiable } from "./parts/inlineDeny.ts";
import { captureTrust, TRUST_LIMIT, updateTrust } from "./parts/roleTrust.ts";
import { roleTargets } from "./parts/suspects.ts";

const card: ActionCard = {
  id: "tighten-role-trust",
  title: "Keep the actor from assuming the role again",
  side: "identity",
  reversibility: "reversible",
  offer: "optional",
  permissions: [
    { action: "iam:GetRole", resource: "role/*", for: "read" },
    { action: "iam:UpdateAssumeRolePolicy", resource: "role/*", for: "write" },
  ],
  atExecution: "the deny is merged into the trust policy that is found then; statements of others stay",
  limits: [
    "Adds a deny to the trust policy for the names of the actor that are known; sessions that exist already go on: revoke them as well.",
    "Who logs in through SAML or web identity carries no ARN when assuming the role, and services assume it for themselves: neither is stopped.",
    "A trust policy holds 2,048 characters unless the quota was raised.",
  ],
  sources: ["IAM API reference, UpdateAssumeRolePolicy", "IAM user guide, IAM and STS quotas"],
};

const USE = { Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"] } as const;

const wanted = (target: Target, before: State, stamp: Stamp): string =>
  mergeStatements(String(before.trust), denyStatements(target, USE, stamp));

export const tightenRoleTrust: Action = {
  card,

  targets: (scene) => {
    const names = { ...actorNames(scene, deniable(scene)), anonymous: "" };
    return isNamed(names)
      ? roleTargets(scene).map((target) => ({ ...target, ...names, label: `trust of ${target.label}` }))
      : [];
  },

  capture: captureTrust,

  apply: (target, before, stamp) => {
    const document = wanted(target, before, stamp);
    return document === before.trust ? [] : [updateTrust(target, document, stamp)];
  },

  verify: (target, _before, now) => {
    const asked = accessOf(target, "sts:AssumeRole", target.arn ?? "*");
    const open = asked.find((each) => explicitDeny(String(now.trust), each).is !== "denied");
    return open === undefined
      ? { ok: true, why: "the trust policy denies sts:AssumeRole to every name of the actor" }
      : { ok: false, why: `the trust policy does not deny ${JSON.stringify(open.context)}` };
  },

  rollback: (target, before, stamp) => [updateTrust(target, before.trust, stamp)],
  withdraw: (target, before, now, stamp) => {
    const trust = takenBack(String(now.trust), String(before.trust), isOurDeny(stamp));
    return trust === null || trust === now.trust ? [] : [updateTrust(target, trust, stamp)];
  },

  refuse: (target, before, stamp) => {
    const spared =
      refuseSpared(target, [...listed(target.principalArns), String(before.holderArn ?? "")], stamp) ??
      refuseUnmodifiable(target, before);
    if (spared !== null) return spared;
    const length = countedLength(wanted(target, before, stamp));
    return length > TRUST_LIMIT
      ? `${target.label}: it would have ${length} characters, ${TRUST_LIMIT} are allowed`
      : null;
  },
};
