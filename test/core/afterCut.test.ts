import assert from "node:assert/strict";
import { test } from "node:test";
import { type AfterRow, type Promised, successesAfter, type WatchedActor } from "../../lib/core/plan/afterCut.ts";
import { type CutChangeRow, changesToCut, type Guarded } from "../../lib/core/plan/cutChanges.ts";

const OURS = "arn:aws:iam::123456789012:policy/Cordon0123-deny-session";
const SINCE = "2026-11-21T03:10:00.400Z";
const NOBODY: WatchedActor = { accessKeyIds: [], principalIds: [], addresses: [], buckets: [] };

const row = (members: Partial<AfterRow>): AfterRow => ({
  eventsource: "s3.amazonaws.com",
  eventname: "GetObject",
  bucket: "exports",
  source_bucket: null,
  principal_type: "IAMUser",
  principal_id: "AIDAX",
  principal_arn: "arn:aws:iam::123456789012:user/x",
  principal_account: "123456789012",
  access_key_id: "AKIAX",
  issuer_arn: null,
  session_created: null,
  sourceip: "203.0.113.7",
  vpcendpointid: null,
  invoked_by: null,
  calls: 1,
  objects: 1,
  first_at: "2026-11-21T03:11:00Z",
  last_at: "2026-11-21T03:11:00Z",
  example: "e1",
  ...members,
});
const promise = (members: Partial<Promised>): Promised => ({
  id: "a1",
  kind: "test",
  since: SINCE,
  document: null,
  on: null,
  accessKeyIds: [],
  sessionNames: [],
  signIn: null,
  ...members,
});
const bucketPolicy = (statement: Readonly<Record<string, unknown>>): Promised =>
  promise({
    on: { to: "bucket", bucket: "exports" },
    document: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Deny", Principal: "*", Action: "s3:GetObject*", Resource: "arn:aws:s3:::exports/*", ...statement },
      ],
    }),
  });
const breaches = (rows: readonly AfterRow[], promised: readonly Promised[], actor = NOBODY): readonly string[] =>
  successesAfter(rows, promised, actor).map(({ is, eventKey }) => `${is} ${eventKey}`);

test("a perimeter deny: what came through the endpoint or from an AWS service is no breach, what came from outside is", () => {
  // The conditions of require-vpc-endpoint (S3 user guide, controlling access from VPC endpoints).
  const perimeter = bucketPolicy({
    Condition: {
      StringNotEquals: { "aws:SourceVpce": ["vpce-1"] },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false" },
    },
  });
  const rows = [
    row({ example: "inside", vpcendpointid: "vpce-1" }),
    row({ example: "other endpoint", vpcendpointid: "vpce-2" }),
    row({ example: "outside" }),
    row({ example: "service", principal_type: "AWSService", invoked_by: "macie.amazonaws.com" }),
    row({ example: "on behalf", invoked_by: "athena.amazonaws.com" }),
    row({ example: "other bucket", bucket: "elsewhere" }),
  ];
  assert.deepEqual(breaches(rows, [perimeter]), ["through other endpoint", "through outside"]);
});

test("what a policy does not clearly deny is no breach: an operator that is not understood accuses nobody", () => {
  const odd = bucketPolicy({ Condition: { "ForAnyValue:StringLike": { "aws:TagKeys": "x" } } });
  assert.deepEqual(breaches([row({})], [odd]), []);
});

test("names in CloudTrail are held against the permission they need", () => {
  const rows = [
    row({ example: "head", eventname: "HeadObject" }),
    row({ example: "copy", eventname: "CopyObject" }),
    row({ example: "list", eventname: "ListObjectsV2" }),
  ];
  assert.deepEqual(breaches(rows, [bucketPolicy({})]), ["through head", "through copy"]);
});

test("a session of a role that only the bucket's policy names is stopped there, also where the log names no issuer or the bucket is a copy's source", () => {
  const role = "arn:aws:iam::123456789012:role/app";
  const named = bucketPolicy({ Condition: { ArnEquals: { "aws:PrincipalArn": [role] } } });
  const session = (members: Partial<AfterRow>) =>
    row({
      principal_type: "AssumedRole",
      principal_id: "AROAX:s",
      principal_arn: "arn:aws:sts::123456789012:assumed-role/app/s",
      ...members,
    });
  const rows = [
    session({ example: "issuer", issuer_arn: role }),
    session({ example: "no issuer" }),
    session({ example: "copied out", eventname: "CopyObject", bucket: "elsewhere", source_bucket: "exports" }),
    session({ example: "elsewhere", bucket: "elsewhere" }),
    session({ example: "other role", principal_arn: "arn:aws:sts::123456789012:assumed-role/apps/s" }),
  ];
  assert.deepEqual(breaches(rows, [named]), ["through issuer", "through no issuer", "through copied out"]);
});

test("a user who was renamed since is still the one whom a deny binds", () => {
  const document = JSON.stringify({ Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }] });
  const denied = promise({ document, on: { to: "user", arn: "arn:aws:iam::123456789012:user/before", id: "AIDAX" } });
  const rows = [row({ example: "renamed" }), row({ example: "other", principal_id: "AIDAY" })];
  assert.deepEqual(breaches(rows, [denied]), ["through renamed"]);
});

test("a key that was switched off must not work, and the second of the look itself says nothing", () => {
  const off = promise({ accessKeyIds: ["AKIAX"] });
  const at = (last_at: string) => row({ example: last_at, last_at });
  assert.deepEqual(
    breaches([at("2026-11-21T03:09:59Z"), at("2026-11-21T03:10:00Z"), at("2026-11-21T03:10:01Z")], [off]),
    ["through 2026-11-21T03:10:01Z"],
  );
});

test("around a cut counts only after the last of its changes was in force", () => {
  const early = promise({ id: "a1" });
  const late = promise({ id: "a2", since: "2026-11-21T03:20:00.000Z" });
  const actor = { ...NOBODY, accessKeyIds: ["AKIAX"] };
  assert.deepEqual(breaches([row({})], [early, late], actor), []);
  assert.deepEqual(breaches([row({ last_at: "2026-11-21T03:21:00Z" })], [early, late], actor), ["around e1"]);
});

const change = (members: Partial<CutChangeRow>): CutChangeRow => ({
  event_key: "e1",
  eventtime: "2026-11-21T03:11:00Z",
  eventsource: "s3.amazonaws.com",
  eventname: "PutBucketPolicy",
  requestid: "R1",
  bucket: null,
  principal_id: "AIDAX",
  principal_arn: "arn:aws:iam::123456789012:user/x",
  access_key_id: "AKIAX",
  invoked_by: null,
  sourceip: "203.0.113.7",
  requestparameters: null,
  ...members,
});
const guard = (
  service: "s3" | "iam" | "kms",
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Guarded => ({
  id: "a1",
  since: SINCE,
  requests: [{ service, operation, region: "us-east-1", accountId: "123456789012", input }],
});
/** CloudTrail's names and parameters for the calls (CloudTrail user guide, S3 and KMS; IAM API reference). */
const TOUCHES: readonly (readonly [
  Guarded,
  Partial<CutChangeRow>,
  Readonly<Record<string, unknown>>,
  string | null,
])[] = [
  [
    guard("s3", "PutPublicAccessBlock", { Bucket: "b" }),
    { eventname: "DeleteBucketPublicAccessBlock" },
    { bucketName: "b" },
    "removed",
  ],
  [
    guard("s3", "PutPublicAccessBlock", { Bucket: "b" }),
    { eventname: "PutBucketPublicAccessBlock" },
    { bucketName: "b" },
    "rewritten",
  ],
  [
    guard("s3", "PutBucketPolicy", { Bucket: "b" }),
    { eventname: "DeleteBucketPolicy" },
    { bucketName: "b" },
    "removed",
  ],
  [guard("s3", "PutBucketPolicy", { Bucket: "b" }), { eventname: "PutBucketPolicy" }, { bucketName: "other" }, null],
  [
    guard("s3", "PutBucketPolicy", { Bucket: "b" }),
    { eventname: "PutBucketPolicy", requestid: "OURS" },
    { bucketName: "b" },
    null,
  ],
  [
    guard("kms", "PutKeyPolicy", { KeyId: "arn:aws:kms:us-east-1:123456789012:key/k-1" }),
    { eventsource: "kms.amazonaws.com", eventname: "PutKeyPolicy" },
    { keyId: "k-1" },
    "rewritten",
  ],
  [
    guard("iam", "UpdateAccessKey", { UserName: "x", AccessKeyId: "AKIAX", Status: "Inactive" }),
    { eventsource: "iam.amazonaws.com", eventname: "UpdateAccessKey" },
    { userName: "x", accessKeyId: "AKIAX", status: "Active" },
    "removed",
  ],
  [
    guard("iam", "UpdateAccessKey", { UserName: "x", AccessKeyId: "AKIAX", Status: "Inactive" }),
    { eventsource: "iam.amazonaws.com", eventname: "UpdateAccessKey" },
    { userName: "x", accessKeyId: "AKIAX", status: "Inactive" },
    "rewritten",
  ],
  [
    guard("iam", "DeleteLoginProfile", { UserName: "x" }),
    { eventsource: "iam.amazonaws.com", eventname: "CreateLoginProfile" },
    { userName: "x" },
    "removed",
  ],
  [
    guard("iam", "PutRolePolicy", { RoleName: "r", PolicyName: "p" }),
    { eventsource: "iam.amazonaws.com", eventname: "DeleteRolePolicy", eventtime: "2026-11-21T03:10:00Z" },
    { roleName: "r", policyName: "p" },
    null,
  ],
  [
    guard("iam", "AttachRolePolicy", { RoleName: "app", PolicyArn: OURS }),
    { eventsource: "iam.amazonaws.com", eventname: "DetachRolePolicy" },
    { roleName: "app", policyArn: OURS },
    "removed",
  ],
  [
    guard("iam", "AttachRolePolicy", { RoleName: "app", PolicyArn: OURS }),
    { eventsource: "iam.amazonaws.com", eventname: "CreatePolicyVersion" },
    { policyArn: OURS, setAsDefault: true },
    "rewritten",
  ],
  [
    guard("iam", "AttachRolePolicy", { RoleName: "app", PolicyArn: OURS }),
    { eventsource: "iam.amazonaws.com", eventname: "DetachRolePolicy" },
    { roleName: "app", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
    null,
  ],
];

for (const [guarded, members, parameters, expected] of TOUCHES) {
  const { operation } = guarded.requests[0]!;
  test(`${operation} and later ${members.eventname} ${JSON.stringify({ ...parameters, ...members })}: ${expected ?? "not ours to tell"}`, () => {
    const found = changesToCut(
      [change({ ...members, requestparameters: JSON.stringify(parameters) })],
      [guarded],
      new Set(["OURS"]),
    );
    assert.deepEqual(
      found.map(({ is }) => is),
      expected === null ? [] : [expected],
    );
  });
}

test("parameters that are no JSON touch nothing", () => {
  const found = changesToCut(
    [change({ requestparameters: "[torn" })],
    [guard("s3", "PutBucketPolicy", { Bucket: "b" })],
    new Set(),
  );
  assert.deepEqual(found, []);
});
