import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { isApiError } from "../../lib/base/errors.ts";
import type { ServiceName } from "../../lib/case/apiRequest.ts";
import { createAccount, type EmbeddedAccount } from "../../lib/embedded/account.ts";

const FIXTURE = new URL("../fixtures/moto-account/", import.meta.url).pathname;
const ACCOUNT = "123456789012";

interface RecordedCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly output?: Record<string, unknown>;
  readonly error?: string;
}

const scratch = (): string => mkdtempSync(join(tmpdir(), "cordon-account-"));

const open = (overlayDir = scratch(), iamSnapshotPath: string | null = join(FIXTURE, "iam.json")): EmbeddedAccount =>
  createAccount({ iamSnapshotPath, bucketsDir: join(FIXTURE, "buckets"), overlayDir, accountId: ACCOUNT });

const call = async (
  account: EmbeddedAccount,
  service: ServiceName,
  operation: string,
  input: Record<string, unknown>,
) => (await account.call({ service, operation, input, region: "us-east-1", accountId: ACCOUNT })).output;

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return "no error";
  } catch (error) {
    if (isApiError(error)) return error.awsCode;
    throw error;
  }
};

/** Documents as objects, dates as milliseconds, lists in one order, and without what moto adds to every answer. */
const comparable = (value: unknown): unknown => {
  if (typeof value === "string") return comparableText(value);
  if (Array.isArray(value))
    return value.map(comparable).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  const dropped = ["IsTruncated", "MaxSessionDuration", "RoleLastUsed", "Tags", "Description"];
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !dropped.includes(name))
      .map(([name, member]) => [name, comparable(member)]),
  );
};

const comparableText = (text: string): unknown => {
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return Date.parse(text);
  const decoded = text.startsWith("%7B") ? decodeURIComponent(text) : text;
  return decoded.startsWith("{") ? (JSON.parse(decoded) as unknown) : text;
};

const { UserDetailList, RoleDetailList } = JSON.parse(readFileSync(join(FIXTURE, "iam.json"), "utf8"));
const HELD: readonly string[] = [
  ...UserDetailList.map(({ UserName }: { UserName: string }) => UserName),
  ...RoleDetailList.map(({ RoleName }: { RoleName: string }) => RoleName),
];

const recorded = JSON.parse(readFileSync(join(FIXTURE, "calls.json"), "utf8")) as readonly RecordedCall[];

test("the embedded account answers a recorded sequence of calls as moto did", async () => {
  const account = open();
  for (const [index, step] of recorded.entries()) {
    const where = `call ${index}: ${step.operation} ${JSON.stringify(step.input)}`;
    if (step.error !== undefined) {
      // An account is asked; a snapshot of one may have left them out.
      const { UserName = "alice", RoleName = "app" } = step.input as Readonly<Record<string, string>>;
      const isHeld = HELD.includes(UserName) && HELD.includes(RoleName);
      const expected = isHeld || step.error !== "NoSuchEntity" ? step.error : "NotKnown";
      assert.equal(await codeOf(call(account, step.service, step.operation, step.input)), expected, where);
    } else {
      const output = await call(account, step.service, step.operation, step.input);
      assert.deepEqual(comparable(output), comparable(step.output), where);
    }
  }
});

test("a changed setting survives closing and is seen by a second process's handle", async () => {
  const dir = scratch();
  const first = open(dir);
  const second = open(dir);
  const { AccessKeyMetadata } = (await call(first, "iam", "ListAccessKeys", { UserName: "bob" })) as {
    AccessKeyMetadata: { AccessKeyId: string }[];
  };
  const AccessKeyId = AccessKeyMetadata[0]!.AccessKeyId;
  await call(first, "iam", "UpdateAccessKey", { UserName: "bob", AccessKeyId, Status: "Inactive" });
  first.close();
  for (const account of [second, open(dir)]) {
    const now = (await call(account, "iam", "ListAccessKeys", { UserName: "bob" })) as {
      AccessKeyMetadata: { Status: string }[];
    };
    assert.deepEqual(
      now.AccessKeyMetadata.map((key) => key.Status),
      ["Inactive"],
    );
    assert.deepEqual(
      account.calls().map((made) => made.operation),
      ["UpdateAccessKey"],
    );
  }
});

test("a refused call changes nothing and is not noted as made", async () => {
  const account = open();
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }],
  });
  assert.equal(
    await codeOf(call(account, "iam", "PutUserPolicy", { UserName: "alice", PolicyName: "x", PolicyDocument })),
    "MalformedPolicyDocument",
  );
  assert.deepEqual(await call(account, "iam", "ListUserPolicies", { UserName: "alice" }), {
    PolicyNames: ["work"],
    IsTruncated: false,
  });
  assert.deepEqual(account.calls(), []);
});

// 2,048 for a user, 10,240 for a role, all inline policies together, white space not counted: IAM and STS quotas.
for (const { kind, name, limit } of [
  { kind: "User", name: "carol", limit: 2048 },
  { kind: "Role", name: "fn", limit: 10_240 },
] as const) {
  test(`inline policies of a ${kind.toLowerCase()} fit up to ${limit} characters, white space apart, and no further`, async () => {
    const account = open();
    if (kind === "Role") await call(account, "iam", "DeleteRolePolicy", { RoleName: name, PolicyName: "work" });
    const sized = (length: number): string => {
      const empty = { Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "*", Resource: "arn:aws:s3:::" }] };
      const padding = "x".repeat(length - JSON.stringify(empty).length);
      empty.Statement[0]!.Resource += padding;
      return JSON.stringify(empty, null, 4);
    };
    const put = (PolicyName: string, PolicyDocument: string) =>
      call(account, "iam", `Put${kind}Policy`, { [`${kind}Name`]: name, PolicyName, PolicyDocument });
    await put("a", sized(limit - 100));
    await put("b", sized(100));
    assert.equal(await codeOf(put("b", sized(101))), "LimitExceeded");
    await put("a", sized(limit - 101));
    await put("b", sized(101));
  });
}

test("what no snapshot holds is NotKnown, a user or a role that it lacks too; a group that it lacks does not exist", async () => {
  const blind = open(scratch(), null);
  assert.equal(await codeOf(call(blind, "iam", "GetUser", { UserName: "alice" })), "NotKnown");
  assert.equal(await codeOf(call(blind, "s3", "GetBucketPolicy", { Bucket: "elsewhere" })), "NotKnown");
  assert.equal(
    await codeOf(call(blind, "s3", "PutBucketPolicy", { Bucket: "elsewhere", Policy: DENY_ELSEWHERE })),
    "NotKnown",
  );
  assert.equal(await codeOf(call(blind, "s3", "HeadObject", { Bucket: "plain", Key: "a" })), "NotKnown");
  const account = open();
  assert.equal(await codeOf(call(account, "iam", "GetUser", { UserName: "mallory" })), "NotKnown");
  assert.equal(await codeOf(call(account, "iam", "GetRole", { RoleName: "mallory" })), "NotKnown");
  const joining = { GroupName: "nobody", UserName: "alice" };
  assert.equal(await codeOf(call(account, "iam", "AddUserToGroup", joining)), "NoSuchEntity");
  assert.equal(await codeOf(call(account, "iam", "InventSomething", {})), "UnknownOperation");
  assert.equal(await codeOf(call(account, "iam", "constructor", {})), "UnknownOperation");
  const elsewhere = {
    service: "iam",
    operation: "GetUser",
    region: "us-east-1",
    accountId: "210987654321",
    input: { UserName: "alice" },
  } as const;
  assert.equal(await codeOf(account.call(elsewhere)), "NotKnown");
});

test("a bucket name cannot lead out of the folder of buckets", async () => {
  const dir = scratch();
  writeFileSync(join(dir, "iam.json"), JSON.stringify({ GetBucketPolicy: { Policy: "{}" } }));
  const account = open();
  for (const Bucket of ["../iam", "..", "a/../../iam", "buckets/../../iam"]) {
    assert.equal(await codeOf(call(account, "s3", "GetBucketPolicy", { Bucket })), "NotKnown");
  }
});

test("service-linked roles and roles of Identity Center cannot be changed", async () => {
  const dir = scratch();
  const role = (RoleName: string, Path: string) => ({
    RoleName,
    Path,
    Arn: `arn:aws:iam::${ACCOUNT}:role${Path}${RoleName}`,
    RoleId: "AROA1",
    RolePolicyList: [],
    AttachedManagedPolicies: [],
    InstanceProfileList: [],
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "macie.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
  });
  const pages = [
    role("AWSServiceRoleForAmazonMacie", "/aws-service-role/macie.amazonaws.com/"),
    role("AWSReservedSSO_Admin_0a", "/aws-reserved/sso.amazonaws.com/"),
  ];
  writeFileSync(
    join(dir, "iam.json"),
    pages.map((each) => JSON.stringify({ RoleDetailList: [each] }, null, 2)).join("\n"),
  );
  const account = open(dir, join(dir, "iam.json"));
  for (const { RoleName } of pages) {
    const input = {
      RoleName,
      PolicyName: "x",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
      }),
    };
    assert.equal(await codeOf(call(account, "iam", "PutRolePolicy", input)), "UnmodifiableEntity");
  }
});

test("a public bucket policy is refused while public policies are blocked", async () => {
  const account = open();
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: false,
    IgnorePublicAcls: false,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: false,
  };
  await call(account, "s3", "PutPublicAccessBlock", { Bucket: "plain", PublicAccessBlockConfiguration });
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::plain/*" }],
  });
  assert.equal(await codeOf(call(account, "s3", "PutBucketPolicy", { Bucket: "plain", Policy })), "AccessDenied");
  assert.equal(
    await codeOf(call(account, "s3", "PutBucketPolicy", { Bucket: "plain", Policy: DENY_ELSEWHERE })),
    "MalformedPolicy",
  );
});

const DENY_ELSEWHERE = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::elsewhere/*" }],
});

test("four processes that write at once lose none of each other's changes", async () => {
  const dir = scratch();
  const options = { iamSnapshotPath: join(FIXTURE, "iam.json"), bucketsDir: null, overlayDir: dir, accountId: ACCOUNT };
  const program = `
    const { createAccount } = await import(${JSON.stringify(new URL("../../lib/embedded/account.ts", import.meta.url).href)});
    const account = createAccount(${JSON.stringify(options)});
    for (let n = 0; n < 5; n += 1) await account.call({ service: "iam", operation: "PutRolePolicy", region: "us-east-1", accountId: "${ACCOUNT}",
      input: { RoleName: "app", PolicyName: process.argv[1] + n, PolicyDocument: '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}' } });`;
  const run = promisify(execFile);
  await Promise.all(
    ["a", "b", "c", "d"].map((name) => run(process.execPath, ["--input-type=module", "-e", program, name])),
  );
  const { PolicyNames } = (await call(open(dir), "iam", "ListRolePolicies", { RoleName: "app" })) as {
    PolicyNames: string[];
  };
  const expected = ["work", ...["a", "b", "c", "d"].flatMap((name) => [0, 1, 2, 3, 4].map((n) => `${name}${n}`))];
  assert.deepEqual(PolicyNames.toSorted(), expected.toSorted());
});

test("tags of an object are those of the list of objects; a list without tags does not say that there are none", async () => {
  const bucketsDir = scratch();
  mkdirSync(join(bucketsDir, "exports"));
  const lines = [
    { Key: "tagged", Size: 1, Tags: [{ Key: "pii", Value: "true" }] },
    { Key: "untagged", Size: 1, Tags: [] },
    { Key: "listed", Size: 1 },
  ];
  writeFileSync(join(bucketsDir, "exports/objects.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const account = createAccount({ iamSnapshotPath: null, bucketsDir, overlayDir: scratch(), accountId: ACCOUNT });
  const tags = (Key: string) => call(account, "s3", "GetObjectTagging", { Bucket: "exports", Key });
  assert.deepEqual(await tags("tagged"), { TagSet: [{ Key: "pii", Value: "true" }] });
  assert.deepEqual(await tags("untagged"), { TagSet: [] });
  assert.equal(await codeOf(tags("listed")), "NotKnown");
  assert.equal(await codeOf(tags("gone")), "NotFound");
});
