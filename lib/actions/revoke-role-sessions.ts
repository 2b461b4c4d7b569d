import type { Target } from "../case/plan.ts";
import type { ActionCard, Stamp } from "../core/plan/action.ts";
import { policyOf } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { refuseSpared } from "./parts/exempt.ts";
import { refuseUnmodifiable } from "./parts/inlineDeny.ts";
import {
  captureOwn,
  isDeniedByOwn,
  OWN_POLICY_LIMIT,
  OWN_POLICY_PERMISSIONS,
  type OwnPolicy,
  putOwn,
  refuseNoRoom,
  restoreOwn,
  withdrawOwn,
} from "./parts/ownPolicy.ts";
import { roleTargets } from "./parts/suspects.ts";

/**
 * How far behind the carrying out sessions are still revoked, in seconds: covers clocks that differ. Longer would also
 * deny honest sessions made after the actor was cut off.
 */
const AHEAD_SECONDS = 60;

const card: ActionCard = {
  id: "revoke-role-sessions",
  title: "Revoke all sessions of the role made until now",
  side: "identity",
  reversibility: "reversible",
  offer: "default",
  permissions: OWN_POLICY_PERMISSIONS,
  atExecution: `the date is that of the carrying out, ${AHEAD_SECONDS} seconds ahead: every session issued until then is denied`,
  limits: [
    `Denies every session of the role issued until ${AHEAD_SECONDS} seconds after it is carried out, whoever holds it; workloads go on when they fetch new credentials.`,
    "Whoever may still assume the role gets a new session that is not revoked: contain the caller or the trust policy as well.",
    "Sessions of other roles that were assumed from this one are not revoked: every hop of the chain needs its own action.",
    "An actor on an instance, task or function gets fresh credentials from it at once.",
    OWN_POLICY_LIMIT,
  ],
  sources: ["IAM user guide, Revoking IAM role temporary security credentials"],
};

const nameOf = (stamp: Stamp): string => `${stamp.sid}-revoke-older-sessions`;

const document = (stamp: Stamp): string => {
  const until = new Date(Date.parse(stamp.at) + AHEAD_SECONDS * 1000).toISOString();
  const condition = { DateLessThan: { "aws:TokenIssueTime": until } };
  return policyOf([{ Sid: `${stamp.sid}Revoke`, Effect: "Deny", Action: "*", Resource: "*", Condition: condition }]);
};

const ownOf = (target: Target, stamp: Stamp): OwnPolicy => ({
  roleName: target.roleName!,
  policyName: nameOf(stamp),
  document: document(stamp),
});

export const revokeRoleSessions: Action = {
  card,
  targets: roleTargets,
  capture: (target, stamp, account) => captureOwn(ownOf(target, stamp), stamp, account),
  apply: (target, before, stamp) => putOwn(ownOf(target, stamp), before, stamp),

  verify: (_target, _before, now, stamp) => {
    const context = { "aws:TokenIssueTime": stamp.at };
    return isDeniedByOwn(now, { action: "s3:GetObject", resource: "arn:aws:s3:::any/key", context })
      ? { ok: true, why: `sessions issued until ${stamp.at} are denied by ${nameOf(stamp)}` }
      : { ok: false, why: `no policy ${nameOf(stamp)} that denies sessions issued until ${stamp.at}` };
  },

  rollback: (target, before, stamp) => restoreOwn(ownOf(target, stamp), before, stamp),
  withdraw: (target, before, now, stamp) => withdrawOwn(ownOf(target, stamp), before, now, stamp),

  refuse: (target, before, stamp) =>
    refuseSpared(target, [target.arn ?? "", String(before.holderArn ?? "")], stamp) ??
    refuseUnmodifiable(target, before) ??
    refuseNoRoom(target, ownOf(target, stamp), before),
};
