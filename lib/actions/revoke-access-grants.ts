import type { Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { readOrNull, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";

/** What is needed to make the grant anew (S3 control API, CreateAccessGrant). */
const REMADE = [
  "AccessGrantsLocationId",
  "AccessGrantsLocationConfiguration",
  "Grantee",
  "Permission",
  "ApplicationArn",
] as const;

const card: ActionCard = {
  id: "revoke-access-grants",
  title: "Delete the S3 access grant that the actor made",
  side: "undo",
  reversibility: "externally-reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetAccessGrant", resource: "access-grants/*", for: "read" },
    { action: "s3:DeleteAccessGrant", resource: "access-grants/*", for: "write" },
    { action: "s3:CreateAccessGrant", resource: "access-grants/*", for: "write" },
  ],
  atExecution: "the grant is taken away if it is there then",
  limits: [
    "Credentials that were vended under the grant live on until they run out, up to 12 hours: the deny of the actor in the bucket policy does not name them.",
    "Rollback makes a new grant of the same content; it has another id.",
  ],
  sources: ["S3 API reference, DeleteAccessGrant", "S3 user guide, Managing access with S3 Access Grants"],
};

const targets = (scene: Scene): readonly Target[] =>
  changesOf(scene, "CreateAccessGrant").flatMap((change) => {
    const grantId = memberOf(change.response, "accessGrantId");
    if (grantId === null || !/^[A-Za-z0-9-]{1,64}$/.test(grantId)) return [];
    return [{ label: `access grant ${grantId}`, grantId, ...eventsOf([change]) }];
  });

export const revokeAccessGrants: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => {
    const asked = request(stamp, "s3control", "GetAccessGrant", {
      AccountId: stamp.accountId,
      AccessGrantId: target.grantId,
    });
    const output = await readOrNull(account, asked, "AccessGrantNotExistsError", "NoSuchAccessGrantError");
    return {
      grant:
        output === null
          ? null
          : Object.fromEntries(
              REMADE.flatMap((member) => (output[member] === undefined ? [] : [[member, output[member]]])),
            ),
    };
  },

  apply: (target, before, stamp) =>
    before.grant === null
      ? []
      : [
          request(stamp, "s3control", "DeleteAccessGrant", {
            AccountId: stamp.accountId,
            AccessGrantId: target.grantId,
          }),
        ],

  verify: (_target, _before, now) =>
    now.grant === null ? { ok: true, why: "the grant is gone" } : { ok: false, why: "the grant is there" },

  rollback: (_target, before, stamp) =>
    before.grant === null
      ? []
      : [request(stamp, "s3control", "CreateAccessGrant", { AccountId: stamp.accountId, ...(before.grant as object) })],

  refuse: (target, _before, stamp) => refuseSpared(target, [], stamp),
};
