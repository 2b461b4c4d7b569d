import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Stamp } from "../core/plan/action.ts";
import { isSame } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { read, request } from "./parts/calls.ts";
import { changedBuckets } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";

const card: ActionCard = {
  id: "undo-bucket-acl",
  title: "Take everybody but the owner out of the bucket's ACL, where the actor changed it",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetBucketAcl", resource: "bucket", for: "read" },
    { action: "s3:PutBucketAcl", resource: "bucket", for: "write" },
  ],
  atExecution:
    "grants to everybody, to anybody who signs, and to other accounts are taken out of the ACL that is found then",
  limits: [
    "The grant of the log delivery group stays; every other grant to a group, and to a canonical user that is not the owner, goes, also one that stood there before the actor came.",
    "ACLs of objects are not changed: with Block Public Access (IgnorePublicAcls) they let nobody in.",
    "A bucket whose ownership is enforced has no ACL that counts, and S3 refuses to change it.",
  ],
  sources: ["S3 user guide, Access control list (ACL) overview", "S3 API reference, PutBucketAcl"],
};

interface Grant {
  readonly Grantee?: { readonly ID?: string; readonly URI?: string };
}
interface Acl {
  readonly Owner?: { readonly ID?: string };
  readonly Grants?: readonly Grant[];
}

const LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";

const kept = ({ Owner, Grants = [] }: Acl): readonly Grant[] =>
  Grants.filter(
    ({ Grantee }) => Grantee?.URI === LOG_DELIVERY || (Grantee?.ID !== undefined && Grantee.ID === Owner?.ID),
  );

const put = (target: Target, acl: Acl, stamp: Stamp) =>
  request(stamp, "s3", "PutBucketAcl", {
    Bucket: target.bucket,
    AccessControlPolicy: { Owner: acl.Owner, Grants: acl.Grants },
  });

const aclOf = (state: State): Acl => state.acl as Acl;

export const undoBucketAcl: Action = {
  card,
  targets: (scene) => changedBuckets(scene, "PutBucketAcl"),

  capture: async (target, stamp, account) => {
    const { Owner, Grants } = await read(account, request(stamp, "s3", "GetBucketAcl", { Bucket: target.bucket }));
    return { acl: JSON.parse(JSON.stringify({ Owner, Grants })) as Record<string, unknown> };
  },

  apply: (target, before, stamp) => {
    const acl = aclOf(before);
    return isSame(kept(acl), acl.Grants ?? []) ? [] : [put(target, { ...acl, Grants: kept(acl) }, stamp)];
  },

  verify: (_target, _before, now) =>
    isSame(kept(aclOf(now)), aclOf(now).Grants ?? [])
      ? { ok: true, why: "the ACL names the owner alone" }
      : { ok: false, why: "the ACL lets others in" },

  rollback: (target, before, stamp) => [put(target, aclOf(before), stamp)],
  refuse: (target, before, stamp) =>
    refuseSpared(target, [], stamp) ??
    (aclOf(before).Owner?.ID === undefined ? `${target.label}: the ACL does not say who owns the bucket` : null),
};
