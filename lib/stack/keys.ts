import { Aws, RemovalPolicy } from "aws-cdk-lib";
import {
  AccountRootPrincipal,
  AnyPrincipal,
  Effect,
  PolicyDocument,
  PolicyStatement,
  type PolicyStatementProps,
  ServicePrincipal,
} from "aws-cdk-lib/aws-iam";
import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import type { CordonContext } from "./context.ts";

/** Everything an administrator needs and nothing that uses the key. Actions are named: `kms:*` would include signing. */
const ADMINISTER = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateKeyDescription",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:CancelKeyDeletion",
  "kms:DisableKey",
  "kms:ScheduleKeyDeletion",
];
const READ_PUBLIC = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Verify"];

/** A P-256 key that these roles alone can sign with, in the one way that can be verified outside AWS. */
export const makeSigningKey = (
  scope: Construct,
  id: string,
  description: string,
  signers: readonly string[],
  context: CordonContext,
): Key =>
  new Key(scope, id, {
    description,
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    removalPolicy: RemovalPolicy.RETAIN,
    policy: new PolicyDocument({
      statements: [
        allow("Administer", new AccountRootPrincipal(), ADMINISTER),
        allow("ReadPublicKey", new AccountRootPrincipal(), READ_PUBLIC),
        // By condition and not as principals: KMS refuses a policy that names a role which IAM does not show everywhere yet,
        // and keeps the id of one that was made anew later (KMS developer guide, key policies).
        allow("Sign", new AccountRootPrincipal(), ["kms:Sign"], {
          StringEquals: { "kms:SigningAlgorithm": "ECDSA_SHA_256", "kms:MessageType": "DIGEST" },
          ArnEquals: { "aws:PrincipalArn": [...signers] },
        }),
        deny("NobodyElseSigns", ["kms:Sign"], {
          ArnNotEquals: { "aws:PrincipalArn": signers.length === 1 ? signers[0] : signers },
        }),
        // A grant would be a second way to sign, past this policy.
        deny("NoGrants", ["kms:CreateGrant"], {}),
        deny("KeepTheKey", ["kms:ScheduleKeyDeletion", "kms:DisableKey"], exceptBreakGlass(context)),
      ],
    }),
  });

/** Task tokens: who may park may encrypt, who may wake may decrypt, each by a role of their own. */
export const makeTokenKey = (scope: Construct): Key =>
  new Key(scope, "TokenKey", {
    description: "Cordon: task tokens of parked questions",
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });

/** Case documents, notices, tables and logs. */
export const makeDataKey = (scope: Construct): Key => {
  const key = new Key(scope, "DataKey", {
    description: "Cordon: cases, notices, logs",
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const own = { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } };
  for (const service of ["cloudwatch", "events"])
    key.addToResourcePolicy(
      allow(
        `${service}Notices`,
        new ServicePrincipal(`${service}.amazonaws.com`),
        ["kms:Decrypt", "kms:GenerateDataKey"],
        own,
      ),
    );
  key.addToResourcePolicy(
    allow(
      "Logs",
      // The one principal here that is named by region and partition (CDK's own table of them, region-info).
      new ServicePrincipal(`logs.${Aws.REGION}.${Aws.URL_SUFFIX}`),
      ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"],
      {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:*`,
        },
      },
    ),
  );
  return key;
};

type Principal = NonNullable<PolicyStatementProps["principals"]>[number];

const allow = (
  sid: string,
  principal: Principal,
  actions: readonly string[],
  conditions: Record<string, unknown> = {},
): PolicyStatement =>
  new PolicyStatement({
    sid: sid.replaceAll(/[^A-Za-z0-9]/g, ""),
    principals: [principal],
    actions: [...actions],
    resources: ["*"],
    conditions,
  });

const deny = (sid: string, actions: readonly string[], conditions: Record<string, unknown>): PolicyStatement =>
  new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: [...actions],
    resources: ["*"],
    conditions,
  });

const exceptBreakGlass = ({ breakGlassRole }: CordonContext): Record<string, unknown> =>
  breakGlassRole === null ? {} : { ArnNotEquals: { "aws:PrincipalArn": breakGlassRole } };
