import assert from "node:assert/strict";
import { test } from "node:test";
import { type Call, inWords, type Meaning, meaningOf } from "../../lib/core/meaning/meaning.ts";

const OWN = "111122223333";
const call = (eventName: string, request: Call["request"] = {}, over: Partial<Call> = {}): Call => ({
  eventName,
  eventSource: "",
  readOnly: false,
  bucket: "acme",
  request,
  response: {},
  by: "ana",
  account: OWN,
  ...over,
});
const says = (one: Call): string => {
  const meaning = meaningOf(one);
  return inWords(meaning, meaning.target === null ? [] : [meaning.target]);
};

// Phases and techniques as the seed "Reconstructing a breach" names them, ids as in ATT&CK's cloud matrix.
for (const [eventName, phase, technique] of [
  ["ListObjectsV2", "reconnaissance", "T1619"],
  ["CreateAccessKey", "persistence", "T1098.001"],
  ["AttachUserPolicy", "escalation", "T1098.003"],
  ["AssumeRole", "escalation", "T1550.001"],
  ["GetSecretValue", "credential access", "T1555.006"],
  ["GetObject", "theft", "T1530"],
  ["PutBucketReplication", "theft", "T1537"],
  ["StopLogging", "covering tracks", "T1562.008"],
  ["DeleteDetector", "covering tracks", "T1562.001"],
  ["DeleteObjects", "impact", "T1485"],
  ["UpdateFunctionCode20150331v2", "persistence", "T1525"],
] as const)
  test(`${eventName} is ${phase}`, () => {
    const meaning = meaningOf(call(eventName));
    assert.deepEqual([meaning.phase, meaning.technique], [phase, technique]);
  });

test("a read of settings that no table names is reconnaissance, a write is an effect without a technique", () => {
  assert.equal(meaningOf(call("DescribeNewThing")).phase, "reconnaissance");
  const { phase, technique } = meaningOf(call("FrobnicateNewThing"));
  assert.deepEqual([phase, technique], ["impact", null]);
});

const statement = (over: object) => ({
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*", ...over }],
});
const trust = (principal: unknown): string =>
  JSON.stringify({ Statement: { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" } });
const rights = (action: unknown, effect = "Allow"): string =>
  JSON.stringify({ Statement: { Effect: effect, Action: action, Resource: "*" } });
const selectors = (over: object) => ({ trailName: `arn:aws:cloudtrail:eu-central-1:${OWN}:trail/main`, ...over });

const SENTENCES: readonly (readonly [Call, string, Meaning["phase"]])[] = [
  [
    call("PutBucketPolicy", { bucketPolicy: statement({ Principal: { AWS: "999988887777" } }) }),
    "opened acme to account 999988887777 (s3:GetObject)",
    "theft",
  ],
  [call("PutBucketPolicy", { bucketPolicy: statement({}) }), "opened acme to everybody (s3:GetObject)", "theft"],
  [
    call("PutBucketPolicy", { bucketPolicy: statement({ Effect: "Deny" }) }),
    "set a policy on acme that opens it to nobody else",
    "ordinary",
  ],
  [
    call("PutBucketPolicy", {
      bucketPolicy: statement({ Condition: { IpAddress: { "aws:SourceIp": "203.0.113.66/32" } } }),
    }),
    "opened acme to everybody who meets a condition (s3:GetObject)",
    "theft",
  ],
  [call("PutUserPolicy", { userName: "ana", policyDocument: rights("*") }), "granted themselves *:*", "escalation"],
  [call("PutUserPolicy", { userName: "eve", policyDocument: rights("*") }), "granted eve *:*", "escalation"],
  [
    call("PutUserPolicy", { userName: "eve", policyDocument: rights("*", "Deny") }),
    "took rights from eve by a policy that only denies",
    "ordinary",
  ],
  [
    call("AttachUserPolicy", { userName: "eve", policyArn: "arn:aws:iam::aws:policy/AWSDenyAll" }),
    "took rights from eve (AWSDenyAll)",
    "ordinary",
  ],
  [
    call("AttachRolePolicy", { roleName: "app", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
    "granted app *:* (AdministratorAccess)",
    "escalation",
  ],
  [
    call("UpdateAssumeRolePolicy", {
      roleName: "app",
      policyDocument: trust({ AWS: "arn:aws:iam::999988887777:root" }),
    }),
    "opened the role app to account 999988887777",
    "persistence",
  ],
  [
    call("UpdateAccessKey", { accessKeyId: "AKIAX", status: "Inactive" }),
    "made the access key AKIAX inactive",
    "ordinary",
  ],
  [
    call(
      "PutEventSelectors",
      selectors({
        eventSelectors: [
          { includeManagementEvents: true, dataResources: [{ type: "AWS::S3::Object", values: ["arn:aws:s3"] }] },
        ],
      }),
    ),
    "switched data events on on the trail main",
    "ordinary",
  ],
  [
    call("PutEventSelectors", selectors({ eventSelectors: [{ includeManagementEvents: true }] })),
    "switched data events off on the trail main",
    "covering tracks",
  ],
  [
    call("PutEventSelectors", selectors({ eventSelectors: [{ includeManagementEvents: false }] })),
    "switched management events off on the trail main",
    "covering tracks",
  ],
  [
    call("PutBucketVersioning", { VersioningConfiguration: { Status: "Enabled" } }),
    "switched versioning of acme on",
    "ordinary",
  ],
  [
    call("PutBucketVersioning", { VersioningConfiguration: { Status: "Suspended" } }),
    "switched versioning of acme off",
    "covering tracks",
  ],
  [
    call("PutBucketInventoryConfiguration", {
      InventoryConfiguration: { Destination: { S3BucketDestination: { AccountId: "999988887777" } } },
    }),
    "sent the inventory of acme to account 999988887777",
    "theft",
  ],
  [
    call("PutBucketInventoryConfiguration", {
      InventoryConfiguration: { Destination: { S3BucketDestination: { AccountId: OWN } } },
    }),
    "listed acme by inventory",
    "ordinary",
  ],
  [
    call("CreateGrant", { keyId: "k", granteePrincipal: "arn:aws:iam::999988887777:role/x" }),
    "granted account 999988887777 the use of the key k",
    "theft",
  ],
  [
    call("ModifySnapshotAttribute", {
      snapshotId: "snap-1",
      createVolumePermission: { add: { items: [{ userId: "999988887777" }] } },
    }),
    "shared the snapshot snap-1 with account 999988887777",
    "theft",
  ],
  [
    call("ModifySnapshotAttribute", {
      snapshotId: "snap-1",
      createVolumePermission: { remove: { items: [{ userId: "999988887777" }] } },
    }),
    "shared the snapshot snap-1",
    "ordinary",
  ],
  [
    call("ScheduleKeyDeletion", { keyId: "k", pendingWindowInDays: 7 }),
    "scheduled the key k for deletion in 7 days",
    "impact",
  ],
];
for (const [one, sentence, phase] of SENTENCES)
  test(`${one.eventName} says: ${sentence}`, () => {
    assert.equal(says(one), sentence);
    assert.equal(meaningOf(one).phase, phase);
  });

test("accounts that gained are named, and our own is not", () => {
  const request = {
    bucketPolicy: statement({
      Principal: { AWS: [`arn:aws:iam::${OWN}:root`, "arn:aws:iam::999988887777:role/x", "444455556666"] },
    }),
  };
  assert.deepEqual(meaningOf(call("PutBucketPolicy", request)).accounts, ["444455556666", "999988887777"]);
});
