import { bucketCall, by, call, OWN, objectCall, SERVICE, times, when } from "../events.ts";
import { fires, lookAlike, quiet, type Scenarios, three } from "../scenario.ts";

const log = (n: number): string => `AWSLogs/${OWN}/CloudTrail/eu-central-1/2026/02/23/${n}.json.gz`;

export const tampering: Scenarios = {
  "security-service-tampering": three(
    [
      ["Security Hub disabled", call("securityhub", "DisableSecurityHub", null), { severity: "critical" }],
      ["findings suppressed", call("securityhub", "BatchUpdateFindings", { workflow: { status: "SUPPRESSED" } })],
      [
        "a rule of Config deleted",
        call("config", "DeleteConfigRule", { configRuleName: "s3-public" }),
        { target: "s3-public" },
      ],
    ],
    ["findings given a note", call("securityhub", "BatchUpdateFindings", { note: { text: "seen" } })],
    ["a standard enabled", call("securityhub", "BatchEnableStandards", {})],
  ),
  "alarms-silenced": three(
    [
      [
        "the rule for GuardDuty disabled",
        call("events", "DisableRule", { name: "guardduty-to-sns" }),
        { severity: "high" },
      ],
      ["alarms deleted", call("monitoring", "DeleteAlarms", { alarmNames: ["cpu"] })],
      [
        "the security contact changed",
        call("account", "PutAlternateContact", { alternateContactType: "SECURITY", emailAddress: "eve@example.com" }),
        { target: "eve@example.com" },
      ],
    ],
    ["a rule enabled", call("events", "EnableRule", { name: "guardduty-to-sns" })],
    ["alarms described", call("monitoring", "DescribeAlarms", null)],
  ),
  "organization-guardrail-removed": three(
    [["a policy detached", call("organizations", "DetachPolicy", { policyId: "p-1", targetId: OWN }), { target: OWN }]],
    ["a policy attached", call("organizations", "AttachPolicy", { policyId: "p-1", targetId: OWN })],
    ["policies listed", call("organizations", "ListPolicies", null)],
  ),
  "identities-removed": three(
    [
      ["a user deleted", call("iam", "DeleteUser", { userName: "ana" }), { severity: "medium", target: "ana" }],
      ["a policy detached", call("iam", "DetachUserPolicy", { userName: "ana", policyArn: "arn:p" })],
    ],
    ["a user deleted by a tool", call("iam", "DeleteUser", { userName: "ana" }, { userAgent: "Terraform/1.7" })],
    ["a user tagged", call("iam", "TagUser", { userName: "ana" })],
  ),
  "log-retention-shortened": three(
    [
      [
        "a trail's group kept one day",
        call("logs", "PutRetentionPolicy", { logGroupName: "CloudTrail", retentionInDays: 1 }),
        { severity: "high" },
      ],
    ],
    ["a group kept a year", call("logs", "PutRetentionPolicy", { logGroupName: "CloudTrail", retentionInDays: 365 })],
    ["a group made", call("logs", "CreateLogGroup", { logGroupName: "app" })],
  ),
  "trail-logs-deleted": [
    fires(
      "twelve log files",
      times(12, (n) => when(n, objectCall("DeleteObject", log(n)))),
      { items: 12 },
    ),
    lookAlike(
      "twelve log files read",
      times(12, (n) => when(n, objectCall("GetObject", log(n)))),
    ),
    quiet(
      "other objects deleted",
      times(12, (n) => when(n, objectCall("DeleteObject", `data/${n}`))),
    ),
  ],
  "kms-key-endangered": three(
    [
      [
        "a key scheduled for deletion",
        call("kms", "ScheduleKeyDeletion", { keyId: "k", pendingWindowInDays: 7 }),
        { severity: "critical", target: "k" },
      ],
      ["a key disabled", call("kms", "DisableKey", { keyId: "k" })],
      ["material put in from outside", call("kms", "ImportKeyMaterial", { keyId: "k" })],
    ],
    ["a deletion cancelled", call("kms", "CancelKeyDeletion", { keyId: "k" })],
    ["an ordinary key made", call("kms", "CreateKey", { origin: "AWS_KMS" })],
  ),
  "backup-endangered": three(
    [
      [
        "a recovery point deleted",
        call("backup", "DeleteRecoveryPoint", { backupVaultName: "v", recoveryPointArn: "r" }),
      ],
      [
        "deletion protection switched off",
        call("rds", "ModifyDBInstance", { dBInstanceIdentifier: "d", deletionProtection: false }),
      ],
      [
        "point-in-time recovery switched off",
        call("dynamodb", "UpdateContinuousBackups", {
          tableName: "t",
          pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false },
        }),
      ],
    ],
    [
      "deletion protection switched on",
      call("rds", "ModifyDBInstance", { dBInstanceIdentifier: "d", deletionProtection: true }),
    ],
    ["a recovery point that ran out", by(SERVICE, call("backup", "DeleteRecoveryPoint", { backupVaultName: "v" }))],
  ),
  "object-lock-weakened": three(
    [
      ["retention bypassed", objectCall("PutObjectRetention", "k", { "x-amz-bypass-governance-retention": "true" })],
      [
        "the default retention removed",
        bucketCall("PutBucketObjectLockConfiguration", { ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } }),
      ],
      ["a legal hold lifted", objectCall("PutObjectLegalHold", "k", { LegalHold: { Status: "OFF" } })],
    ],
    ["retention set", objectCall("PutObjectRetention", "k", { Retention: { Mode: "COMPLIANCE" } })],
    ["a legal hold set", objectCall("PutObjectLegalHold", "k", { LegalHold: { Status: "ON" } })],
  ),
};
