import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { STSClient } from "@aws-sdk/client-sts";
import { createAccount } from "../../lib/aws/account.ts";
import { createServiceClients } from "../../lib/aws/serviceClients.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import type { Account } from "../../lib/ports/ports.ts";
import { json, optionsAt, type Reply, refusal, serve, type Wire, xml } from "./wire.ts";

const MEMBER = "222222222222";
const ask = (
  service: ApiRequest["service"],
  operation: string,
  input: ApiRequest["input"] = {},
  accountId = MEMBER,
): ApiRequest => ({ service, operation, region: "eu-central-1", accountId, input });

const role = (expires: string): Reply =>
  xml(
    200,
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAMEMBER</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expires}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  );
const iamError = (status: number, code: string): Reply =>
  xml(
    status,
    `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  );
const iamOk = (operation: string, body = ""): Reply =>
  xml(
    200,
    `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result>${body}</${operation}Result><ResponseMetadata><RequestId>req-iam</RequestId></ResponseMetadata></${operation}Response>`,
  );

/** Every endpoint of every service is this server, as the SDK takes it from the environment. */
const rig = async (
  t: TestContext,
  answer: (wire: Wire, index: number) => Reply,
  // Long, because a busy machine answers late; a test whose server hangs has less patience.
  answerTimeoutMs = 20_000,
): Promise<{ account: Account; calls: () => readonly Wire[]; all: readonly Wire[] }> => {
  const isAssume = ({ body }: Wire): boolean => body.includes("Action=AssumeRole");
  let index = 0;
  const server = await serve((wire) => (isAssume(wire) ? role("2099-01-01T00:00:00Z") : answer(wire, index++)));
  process.env["AWS_ENDPOINT_URL"] = server.endpoint;
  t.after(server.close);
  t.after(() => delete process.env["AWS_ENDPOINT_URL"]);
  const sts = new STSClient(optionsAt(server.endpoint));
  const options = { region: "eu-central-1", attempts: 3, connectTimeoutMs: 20_000, answerTimeoutMs };
  const clients = createServiceClients(
    { sts, roleName: "cordon-read", externalId: "the-external-id", partition: "aws", sessionName: "cordon-test" },
    options,
  );
  return {
    account: createAccount(clients),
    calls: () => server.seen.filter((wire) => !isAssume(wire)),
    all: server.seen,
  };
};

test("every call is made as the member role of its account, assumed once, with the external id", async (t) => {
  const { account, all } = await rig(t, () =>
    iamOk(
      "GetUser",
      "<User><UserName>alice</UserName><Path>/</Path><CreateDate>2025-01-02T03:04:05Z</CreateDate></User>",
    ),
  );
  const answer = await account.call(ask("iam", "GetUser", { UserName: "alice" }));
  await account.call(ask("iam", "GetUser", { UserName: "alice" }));
  const assumed = all
    .filter(({ body }) => body.includes("Action=AssumeRole"))
    .map(({ body }) => new URLSearchParams(body.toString()));
  assert.equal(assumed.length, 1);
  assert.deepEqual(
    ["RoleArn", "ExternalId", "RoleSessionName"].map((name) => assumed[0]!.get(name)),
    [`arn:aws:iam::${MEMBER}:role/cordon-read`, "the-external-id", "cordon-test"],
  );
  assert.match(all.at(-1)!.headers["authorization"]!, /Credential=ASIAMEMBER\//);
  assert.deepEqual(answer.output, { User: { UserName: "alice", Path: "/", CreateDate: "2025-01-02T03:04:05.000Z" } });
});

test("errors carry the service's own code, in XML and in JSON", async (t) => {
  const { account } = await rig(t, (wire) =>
    wire.headers["x-amz-target"] === undefined ? iamError(404, "NoSuchEntity") : refusal(400, "NotFoundException"),
  );
  await assert.rejects(account.call(ask("iam", "GetUser", { UserName: "x" })), {
    name: "ApiError",
    awsCode: "NoSuchEntity",
  });
  await assert.rejects(account.call(ask("kms", "DescribeKey", { KeyId: "k" })), {
    name: "ApiError",
    awsCode: "NotFoundException",
  });
});

test("bucket calls name the account that must own the bucket", async (t) => {
  const { account, calls } = await rig(t, () => ({ status: 200, body: "{}" }));
  await account.call(ask("s3", "PutBucketPolicy", { Bucket: "plain", Policy: "{}" }));
  assert.equal(calls()[0]!.headers["x-amz-expected-bucket-owner"], MEMBER);
});

test("throttling that outlasts the retries heals; a denial, a fault and no answer are told apart by code", async (t) => {
  const cases: readonly (readonly [Reply, Readonly<Record<string, string>>])[] = [
    [iamError(400, "Throttling"), { name: "TransientError" }],
    [iamError(403, "AccessDenied"), { name: "ApiError", awsCode: "AccessDenied" }],
    [iamError(500, "ServiceFailure"), { name: "ApiError", awsCode: "ServiceFailure" }],
    ["hang", { name: "ApiError", awsCode: "TimeoutError" }],
    [{ status: 200, body: "this is not XML <" }, { name: "ApiError" }],
  ];
  for (const [reply, expected] of cases) {
    const { account } = await rig(t, () => reply, reply === "hang" ? 300 : undefined);
    await assert.rejects(account.call(ask("iam", "GetUser", { UserName: "x" })), expected);
  }
});

test("a put whose answer was lost is sent again and done", async (t) => {
  const { account, calls } = await rig(t, (_wire, index) => (index === 0 ? "drop" : iamOk("PutUserPolicy")));
  await account.call(ask("iam", "PutUserPolicy", { UserName: "x", PolicyName: "p", PolicyDocument: "{}" }));
  assert.equal(calls().length, 2);
});

test("a removal whose answer was lost and that then finds nothing was done before", async (t) => {
  const { account } = await rig(t, (_wire, index) => (index === 0 ? "hang" : iamError(404, "NoSuchEntity")), 300);
  assert.deepEqual((await account.call(ask("iam", "DeleteLoginProfile", { UserName: "x" }))).output, {});
});

test("a removal of what is not there is an error when nothing was lost", async (t) => {
  const { account } = await rig(t, () => iamError(404, "NoSuchEntity"));
  await assert.rejects(account.call(ask("iam", "DeleteLoginProfile", { UserName: "x" })), { awsCode: "NoSuchEntity" });
});

test("a call that must not happen twice is sent once, whatever becomes of its answer", async (t) => {
  const { account, calls } = await rig(t, () => "drop");
  await assert.rejects(
    account.call(ask("ec2", "AssociateIamInstanceProfile", { InstanceId: "i-0", IamInstanceProfile: { Arn: "arn" } })),
    { name: "ApiError" },
  );
  assert.equal(calls().length, 1);
});

test("an operation outside the table, or an account that nobody named, is never asked", async (t) => {
  const { account, all } = await rig(t, () => iamOk("x"));
  for (const odd of [
    ask("iam", "CreateAccessKey"),
    ask("s3", "GetObject"),
    ask("organizations", "ListAccounts"),
    ask("iam", "constructor"),
  ])
    await assert.rejects(account.call(odd), { awsCode: "UnknownOperation" });
  await assert.rejects(account.call(ask("iam", "GetUser", { UserName: "x" }, "")), { awsCode: "NotKnown" });
  assert.equal(all.length, 0);
});

test("the size of an object comes from the listing, so that no right to read objects is needed", async (t) => {
  const list = (key: string): Reply =>
    xml(
      200,
      `<ListBucketResult><Contents><Key>${key}</Key><Size>1234</Size><ETag>"e"</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents></ListBucketResult>`,
    );
  const { account, calls } = await rig(t, (wire) =>
    list(wire.query.get("prefix") === "a.csv" ? "a.csv" : "absent.csv.bak"),
  );
  assert.equal(
    (await account.call(ask("s3", "HeadObject", { Bucket: "plain", Key: "a.csv" }))).output.ContentLength,
    1234,
  );
  await assert.rejects(account.call(ask("s3", "HeadObject", { Bucket: "plain", Key: "absent.csv" })), {
    awsCode: "NotFound",
  });
  assert.ok(
    calls().every(
      ({ method, query }) => method === "GET" && query.get("list-type") === "2" && query.get("max-keys") === "1",
    ),
  );
});

test("tags of an object are asked for by S3's own call, and come as names and values", async (t) => {
  const { account, calls } = await rig(t, () => ({
    status: 200,
    headers: { "content-type": "application/xml" },
    body: "<Tagging><TagSet><Tag><Key>pii</Key><Value>true</Value></Tag></TagSet></Tagging>",
  }));
  const { output } = await account.call(ask("s3", "GetObjectTagging", { Bucket: "plain", Key: "a.csv" }));
  assert.deepEqual(output.TagSet, [{ Key: "pii", Value: "true" }]);
  assert.equal(calls()[0]!.query.has("tagging"), true);
});

test("a lifecycle that was captured as plain JSON is put back with its dates", async (t) => {
  const { account, calls } = await rig(t, () => ({ status: 200 }));
  const Rules = [
    { ID: "r", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Date: "2030-01-01T00:00:00.000Z" } },
  ];
  await account.call(
    ask("s3", "PutBucketLifecycleConfiguration", { Bucket: "plain", LifecycleConfiguration: { Rules } }),
  );
  assert.match(calls()[0]!.body.toString(), /<Expiration><Date>2030-01-01T00:00:00(\.000)?Z<\/Date><\/Expiration>/);
});

test("instance profiles, endpoints and GuardDuty answer as plain JSON through their own protocols", async (t) => {
  const ec2 = `<DescribeVpcEndpointsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><state>available</state><creationTimestamp>2026-01-01T00:00:00.000Z</creationTimestamp></item></vpcEndpointSet></DescribeVpcEndpointsResponse>`;
  const { account } = await rig(t, (wire) =>
    wire.path.startsWith("/detector")
      ? json(200, { status: "ENABLED", serviceRole: "r", createdAt: "x" })
      : xml(200, ec2),
  );
  assert.deepEqual((await account.call(ask("ec2", "DescribeVpcEndpoints"))).output.VpcEndpoints, [
    { VpcEndpointId: "vpce-1", State: "available", CreationTimestamp: "2026-01-01T00:00:00.000Z" },
  ]);
  assert.equal((await account.call(ask("guardduty", "GetDetector", { DetectorId: "d" }))).output.Status, "ENABLED");
});
