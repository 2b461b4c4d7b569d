import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Stamp } from "../core/plan/action.ts";
import { explicitDeny } from "../core/plan/iamEvaluate.ts";
import { mergeStatements, takenBack } from "../core/plan/mergePolicy.ts";
import type { Account } from "../ports/ports.ts";
import type { Action } from "./parts/action.ts";
import { accessOf, actorNames, deniable, denyStatements, isNamed, isOurDeny, listed } from "./parts/actor.ts";
import { bucketTargets } from "./parts/bucketPolicy.ts";
import { read, readOrNull, request } from "./parts/calls.ts";
import { refuseSpared } from "./parts/exempt.ts";

/** Bytes of a key policy (KMS quotas: 32 KB). */
const KEY_POLICY_LIMIT = 32_768;

const card: ActionCard = {
  id: "deny-kms-decrypt",
  title: "Deny the actor the use of the bucket's KMS key",
  side: "bucket",
  reversibility: "reversible",
  offer: "optional",
  permissions: [
    { action: "s3:GetEncryptionConfiguration", resource: "bucket", for: "read" },
    { action: "kms:DescribeKey", resource: "key/*", for: "read" },
    { action: "kms:GetKeyPolicy", resource: "key/*", for: "read" },
    { action: "kms:PutKeyPolicy", resource: "key/*", for: "write" },
  ],
  atExecution:
    "the deny is merged into the policy of the key that the bucket encrypts with then; statements of others stay",
  limits: [
    "Stops reads of objects under SSE-KMS with the bucket's default key only; objects under other keys, SSE-S3 or SSE-C are not touched.",
    "The actor loses everything else that this key protects as well.",
    "The key of AWS itself (aws/s3) has a policy that nobody can change.",
    "With bucket keys S3 may serve reads for some minutes from a data key that it holds.",
  ],
  sources: ["KMS API reference, PutKeyPolicy", "KMS developer guide, Key policies"],
};

const USE = {
  Action: ["kms:Decrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:CreateGrant"],
  Resource: ["*"],
} as const;

type Doc = Readonly<Record<string, unknown>>;

/** The customer's key behind the bucket's default encryption, or null where there is none. */
const keyOf = async (target: Target, stamp: Stamp, account: Account): Promise<Doc | null> => {
  const asked = request(stamp, "s3", "GetBucketEncryption", { Bucket: target.bucket });
  const output = await readOrNull(account, asked, "ServerSideEncryptionConfigurationNotFoundError");
  const rules = ((output?.ServerSideEncryptionConfiguration as Doc | undefined)?.Rules ?? []) as readonly Doc[];
  const defaults = rules.map((rule) => rule.ApplyServerSideEncryptionByDefault as Doc | undefined);
  const id = defaults.find((each) => String(each?.SSEAlgorithm).startsWith("aws:kms"))?.KMSMasterKeyID;
  if (typeof id !== "string") return null;
  return (await read(account, request(stamp, "kms", "DescribeKey", { KeyId: id }))).KeyMetadata as Doc;
};

const wanted = (target: Target, before: State, stamp: Stamp): string =>
  mergeStatements(String(before.policy), denyStatements(target, USE, stamp));

const put = (before: State, Policy: unknown, stamp: Stamp) =>
  request(stamp, "kms", "PutKeyPolicy", { KeyId: before.keyId, PolicyName: "default", Policy });

export const denyKmsDecrypt: Action = {
  card,

  targets: (scene) => {
    const names = { ...actorNames(scene, deniable(scene)), anonymous: "" };
    return isNamed(names)
      ? bucketTargets(scene, scene.buckets).map((target) => ({
          ...target,
          ...names,
          label: `KMS key of ${target.label}`,
        }))
      : [];
  },

  capture: async (target, stamp, account) => {
    const key = await keyOf(target, stamp, account);
    if (key === null) return { keyId: null, manager: null, policy: null };
    const keyId = String(key.Arn);
    const policy = (await read(account, request(stamp, "kms", "GetKeyPolicy", { KeyId: keyId, PolicyName: "default" })))
      .Policy;
    return { keyId, manager: String(key.KeyManager), policy: String(policy) };
  },

  apply: (target, before, stamp) => {
    if (before.keyId === null) return [];
    const policy = wanted(target, before, stamp);
    return policy === before.policy ? [] : [put(before, policy, stamp)];
  },

  verify: (target, _before, now) => {
    const asked = accessOf(target, "kms:Decrypt", String(now.keyId));
    const denied = now.policy !== null && asked.every((each) => explicitDeny(String(now.policy), each).is === "denied");
    return denied
      ? { ok: true, why: "the key policy denies kms:Decrypt to every name of the actor" }
      : { ok: false, why: "the key policy does not deny the actor" };
  },

  rollback: (_target, before, stamp) => (before.keyId === null ? [] : [put(before, before.policy, stamp)]),
  withdraw: (_target, before, now, stamp) => {
    if (typeof now.policy !== "string") return [];
    const policy = takenBack(now.policy, before.policy as string | null, isOurDeny(stamp));
    return policy === null || policy === now.policy ? [] : [put(now, policy, stamp)];
  },

  refuse: (target, before, stamp) => {
    const spared = refuseSpared(target, listed(target.principalArns), stamp);
    if (spared !== null) return spared;
    if (before.keyId === null) return `${target.label}: objects are not encrypted with a key of KMS by default`;
    if (before.manager === "AWS") return `${target.label}: the key belongs to AWS, its policy cannot be changed`;
    const bytes = Buffer.byteLength(wanted(target, before, stamp));
    return bytes > KEY_POLICY_LIMIT
      ? `${target.label}: the key policy would have ${bytes} bytes, ${KEY_POLICY_LIMIT} are allowed`
      : null;
  },
};
