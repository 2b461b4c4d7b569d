import type { Target } from "../case/plan.ts";
import type { ActorChange } from "../case/principal.ts";
import type { ActionCard } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { captureSetting, priorSetting, putSetting, restoreSetting, VERSIONING } from "./parts/bucketSetting.ts";
import { changedBuckets, memberOf } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";

const card: ActionCard = {
  id: "undo-versioning",
  title: "Keep versions of the bucket's objects again",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetBucketVersioning", resource: "bucket", for: "read" },
    { action: "s3:PutBucketVersioning", resource: "bucket", for: "write" },
  ],
  atExecution: "versioning is switched on, whatever it is then",
  limits: [
    "Objects overwritten or deleted while versioning was suspended are gone.",
    "A bucket under MFA delete can be changed by its root user alone: S3 answers AccessDenied.",
    "Where nobody recorded whether versioning was on before, a suspension is taken back all the same; versions cost storage.",
  ],
  sources: ["S3 API reference, PutBucketVersioning"],
};

const isSuspension = ({ request }: ActorChange): boolean =>
  memberOf(request.VersioningConfiguration ?? request, "Status") === "Suspended";

const statusOf = (setting: unknown): unknown => (setting as { readonly Status?: unknown } | null)?.Status;

/** Versioning cannot be told to be as if it had never been on: what was off or suspended before is left as it is. */
const wasOff = (target: Target): string | null => {
  const prior = priorSetting(VERSIONING, target);
  return prior === undefined || statusOf(prior) === "Enabled"
    ? null
    : `${target.label}: versioning was not on before the suspension either; nothing to take back`;
};

export const undoVersioning: Action = {
  card,
  targets: (scene) => changedBuckets({ ...scene, changes: scene.changes.filter(isSuspension) }, "PutBucketVersioning"),
  capture: (target, stamp, account) => captureSetting(VERSIONING, target.bucket!, stamp, account),

  apply: (target, before, stamp) =>
    statusOf(before.setting) === "Enabled"
      ? []
      : putSetting(VERSIONING, target, { Status: "Enabled" }, before.setting, stamp),

  verify: (_target, _before, now) =>
    statusOf(now.setting) === "Enabled"
      ? { ok: true, why: "versioning is on" }
      : { ok: false, why: `versioning is ${statusOf(now.setting) ?? "off"}` },

  rollback: (target, before, stamp) =>
    statusOf(before.setting) === "Suspended"
      ? restoreSetting(VERSIONING, target, before, stamp)
      : putSetting(VERSIONING, target, { Status: "Suspended" }, null, stamp),

  refuse: (target, _before, stamp) => refuseSpared(target, [], stamp) ?? wasOff(target),
};
