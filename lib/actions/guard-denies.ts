import type { Target } from "../case/plan.ts";
import type { Scene } from "../core/plan/action.ts";
import { isBucketName } from "./parts/bucketPolicy.ts";
import { instruction, sidOf } from "./parts/instruction.ts";

/** Calls that take a cut away. */
const IAM_CALLS = [
  "iam:DeleteUserPolicy",
  "iam:PutUserPolicy",
  "iam:DeleteRolePolicy",
  "iam:PutRolePolicy",
  "iam:DetachRolePolicy",
  "iam:*PermissionsBoundary",
  "iam:UpdateAccessKey",
  "iam:CreateAccessKey",
  "iam:*LoginProfile",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateUser",
  "iam:DeleteUser",
  "iam:DeleteRole",
];
/** The same of a managed policy of ours, which hangs on a role whose inline policies are full. */
const POLICY_CALLS = [
  "iam:CreatePolicyVersion",
  "iam:SetDefaultPolicyVersion",
  "iam:DeletePolicyVersion",
  "iam:DeletePolicy",
];
const BUCKET_CALLS = ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketPublicAccessBlock"];

/** Names come from logs: only what has the form of one stands in a policy. */
const IDENTITY = /^arn:aws[a-z-]*:iam::\d{12}:(?:user|role)\/[\w+=,.@/-]+$/;

const policyOf = (scene: Scene): string => {
  const identities = scene.suspects
    .flatMap(({ arn, issuerArn }) => [arn, issuerArn])
    .concat(scene.roles.map(({ arn }) => arn))
    .filter((arn): arn is string => arn !== null && IDENTITY.test(arn));
  const buckets = scene.buckets.filter(isBucketName).map((bucket) => `arn:${scene.partition}:s3:::${bucket}`);
  const Condition = { ArnNotLike: { "aws:PrincipalArn": scene.exemptArns } };
  const sid = sidOf(scene.caseId);
  const guard = (suffix: string, Action: readonly string[], resources: readonly string[]) => ({
    Sid: `${sid}${suffix}`,
    Effect: "Deny",
    Action,
    Resource: [...new Set(resources)].sort(),
    Condition,
  });
  const ours = `arn:${scene.partition}:iam::${scene.accountId}:policy/${sid}*`;
  const statements = [
    ...(identities.length === 0
      ? []
      : [guard("GuardIam", IAM_CALLS, identities), guard("GuardPolicies", POLICY_CALLS, [ours])]),
    ...(buckets.length === 0 ? [] : [guard("GuardS3", BUCKET_CALLS, buckets)]),
  ];
  return statements.length === 0 ? "" : JSON.stringify({ Version: "2012-10-17", Statement: statements });
};

/** A service control policy holds 5,120 characters (Organizations quotas). */
const SCP_LIMIT = 5120;

const targets = (scene: Scene): readonly Target[] => {
  const policy = policyOf(scene);
  if (policy === "" || policy.length > SCP_LIMIT || scene.exemptArns.length === 0) return [];
  const name = `${sidOf(scene.caseId)}-guard`;
  const steps = [
    `1. In the management account, as a file guard.json: ${policy}`,
    `2. aws organizations create-policy --type SERVICE_CONTROL_POLICY --name ${name} --description "Cordon ${scene.caseId}" --content file://guard.json`,
    `3. aws organizations attach-policy --policy-id ID-OF-2 --target-id ${scene.accountId}`,
    "4. When the case is released: aws organizations detach-policy and delete-policy with the same ids.",
  ];
  return [{ label: `guard over account ${scene.accountId}`, policy, instruction: steps.join("\n") }];
};

export const guardDenies = instruction(
  {
    id: "guard-denies",
    title: "Guard the denies by a service control policy",
    side: "identity",
    offer: "optional",
    limits: [
      "Against an actor who still has administrator rights in the account under a name that nobody knows: without it they can take the denies away, and the watch puts them back a few times.",
      "Nobody but the named list changes the contained identities and buckets meanwhile, honest administrators included.",
      "A service control policy binds no management account and no service-linked role. Only the management account can do this.",
    ],
    sources: [
      "Organizations user guide, Service control policies",
      "Organizations API reference, CreatePolicy and AttachPolicy",
    ],
  },
  targets,
);
