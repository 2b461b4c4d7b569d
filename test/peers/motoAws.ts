/**
 * The adapters against moto_server, an AWS look-alike by others: S3 with conditional writes and Object Lock, DynamoDB, KMS,
 * SNS, STS and IAM through a member role. What moto gets wrong is left out and named: KMS signatures over a
 * digest, and SendTaskSuccess, which takes any token.
 *
 *     node test/peers/motoAws.ts
 */

import assert from "node:assert/strict";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateRoleCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { STSClient } from "@aws-sdk/client-sts";
import { createAccount } from "../../lib/aws/account.ts";
import { createCases } from "../../lib/aws/cases.ts";
import { createDecisions } from "../../lib/aws/decisions.ts";
import { createLedgerStore } from "../../lib/aws/ledgerStore.ts";
import { createNotifier } from "../../lib/aws/notifier.ts";
import { createObjects } from "../../lib/aws/objects.ts";
import { createServiceClients } from "../../lib/aws/serviceClients.ts";
import { createVault } from "../../lib/aws/vault.ts";
import { brokenLink } from "../../lib/case/auditTrail.ts";
import type { CaseHead } from "../../lib/case/case.ts";
import type { NewCaseEvent } from "../../lib/case/events.ts";
import { withMoto } from "../judges/moto.ts";

const CASE = "case-20260223-0123456789";
const OWNER = "123456789012";
const clock = { now: () => "2026-02-23T10:00:00.000Z" };
const settings = (endpoint: string) => ({
  endpoint,
  region: "us-east-1",
  forcePathStyle: true,
  maxAttempts: 2,
  credentials: { accessKeyId: "setup", secretAccessKey: "setup" },
});

const judges: Readonly<Record<string, (endpoint: string) => Promise<void>>> = {
  "cases: one opening, a chain of events by three writers, documents": async (endpoint) => {
    const s3 = new S3Client(settings(endpoint));
    await s3.send(new CreateBucketCommand({ Bucket: "cases" }));
    const cases = () =>
      createCases(
        createObjects({ s3, bucket: "cases", owner: OWNER, folder: "cases/", fault: "AUDIT_UNAVAILABLE" }),
        clock,
      );
    const head = {
      caseId: CASE,
      status: "open",
      version: 1,
      openedBy: "a",
      findings: [],
      revisions: {},
      notKnown: [],
      sealed: [],
    } as unknown as CaseHead;
    assert.deepEqual([await cases().open(head), await cases().open({ ...head, openedBy: "b" })], [true, false]);
    const writers = [cases(), cases(), cases()];
    await Promise.all(
      writers.flatMap((writer, at) =>
        [0, 1, 2].map((n) =>
          writer.append(CASE, { type: `w${at}.${n}`, actor: "t", data: {} } as unknown as NewCaseEvent),
        ),
      ),
    );
    const events = await cases().events(CASE);
    assert.deepEqual([events.length, brokenLink(events)], [9, null]);
    await Promise.all(
      [0, 1, 2, 3].map((n) =>
        cases().update(CASE, (before) => ({ ...before, revisions: { ...before.revisions, [`r${n}`]: 1 } })),
      ),
    );
    assert.equal(Object.keys((await cases().head(CASE)).revisions).length, 4);
    await cases().putOnce(CASE, "a/b.json", Buffer.from("1"));
    assert.equal(Buffer.from(await cases().putOnce(CASE, "a/b.json", Buffer.from("2"))).toString(), "1");
    assert.deepEqual(await cases().names(CASE, "a/"), ["a/b.json"]);
  },
  "vault and ledger store: locked, once, and not to be taken away": async (endpoint) => {
    const s3 = new S3Client(settings(endpoint));
    await s3.send(new CreateBucketCommand({ Bucket: "evidence", ObjectLockEnabledForBucket: true }));
    await s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket: "evidence",
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 1 } },
        },
      }),
    );
    const until = new Date("2033-01-01T00:00:00.000Z");
    const objects = createObjects({
      s3,
      bucket: "evidence",
      owner: OWNER,
      folder: "bundles/",
      fault: "SEAL_FAILED",
      lock: () => ({ ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: until }),
    });
    const vault = createVault(objects, s3, OWNER);
    const place = await vault.put(`${CASE}/r1`, new Map([["data/a", Buffer.from("x")]]));
    const VersionId = new URL(place.replace("s3://", "http://")).searchParams.get("versionId")!;
    const Key = `bundles/${CASE}/r1.zip`;
    const locked = await s3.send(new HeadObjectCommand({ Bucket: "evidence", Key }));
    assert.deepEqual(
      [locked.ObjectLockMode, locked.ObjectLockRetainUntilDate?.toISOString()],
      ["COMPLIANCE", until.toISOString()],
    );
    await assert.rejects(s3.send(new DeleteObjectCommand({ Bucket: "evidence", Key, VersionId })), {
      name: "AccessDenied",
    });
    await assert.rejects(vault.put(`${CASE}/r1`, new Map([["data/a", Buffer.from("y")]])), {
      code: "DOCUMENT_CONFLICT",
    });
    const store = createLedgerStore(objects);
    assert.deepEqual(
      await Promise.all([store.create("entry/1", Buffer.from("a")), store.create("entry/1", Buffer.from("b"))]).then(
        (won) => won.filter(Boolean).length,
      ),
      1,
    );
  },
  "decisions: parked under KMS, listed without the token, nonces claimed once": async (endpoint) => {
    const dynamo = new DynamoDBClient(settings(endpoint));
    const kms = new KMSClient(settings(endpoint));
    const named = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
    await dynamo.send(
      new CreateTableCommand({
        TableName: "decisions",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [named("kind"), named("id")],
        KeySchema: [
          { AttributeName: "kind", KeyType: "HASH" },
          { AttributeName: "id", KeyType: "RANGE" },
        ],
      }),
    );
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const decisions = createDecisions({
      dynamo,
      kms,
      sfn: new SFNClient(settings(endpoint)),
      table: "decisions",
      tokenKey: KeyMetadata!.KeyId!,
      clock,
    });
    const question = {
      caseId: CASE,
      planId: "contain-1",
      planDigest: "d",
      token: "t",
      deadline: "2026-02-24T00:00:00.000Z",
    };
    await decisions.park(question);
    await decisions.park({ ...question, token: "u", deadline: "2027-01-01T00:00:00.000Z" });
    assert.deepEqual(await decisions.open(), [{ ...question, token: "" }]);
    assert.deepEqual(
      [await decisions.claim("n", "a"), await decisions.claim("n", "a"), await decisions.claim("n", "b")],
      [true, true, false],
    );
  },
  "notices: published, and a topic that is gone is reported, not thrown": async (endpoint) => {
    const sns = new SNSClient(settings(endpoint));
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "notices" }));
    const notice = { caseId: CASE, kind: "opened", severity: 8, text: "Case opened." } as const;
    assert.equal(
      (await createNotifier({ sns, topicArn: TopicArn!, pageOrigin: null, chat: null }).notify(notice)).delivered,
      true,
    );
    assert.equal(
      (await createNotifier({ sns, topicArn: `${TopicArn}-gone`, pageOrigin: null, chat: null }).notify(notice))
        .delivered,
      false,
    );
  },
  "the member account: by an assumed role, in another account, with the services' own codes": async (endpoint) => {
    const member = "210987654321";
    const inMember = { ...settings(endpoint), credentials: { accessKeyId: member, secretAccessKey: "x" } };
    const options = { region: "us-east-1", attempts: 2, connectTimeoutMs: 2000, answerTimeoutMs: 10_000 };
    process.env["AWS_ENDPOINT_URL"] = endpoint;
    const account = createAccount(
      createServiceClients(
        {
          sts: new STSClient(settings(endpoint)),
          roleName: "cordon-read",
          externalId: "an-external-id",
          partition: "aws",
          sessionName: "judge",
        },
        options,
      ),
    );
    const ask = (operation: string, input: Readonly<Record<string, unknown>>, accountId = member) =>
      account.call({ service: "iam", operation, region: "us-east-1", accountId, input });
    await assert.rejects(ask("GetUser", { UserName: "nobody" }), { awsCode: "NoSuchEntity" });
    const own = new IAMClient(inMember);
    await own.send(new CreateRoleCommand({ RoleName: "x", AssumeRolePolicyDocument: "{}" })).catch(() => undefined);
    await new IAMClient(settings(endpoint)).send(new CreateUserCommand({ UserName: "home" }));
    await assert.rejects(
      ask("GetUser", { UserName: "home" }),
      { awsCode: "NoSuchEntity" },
      "the user of the security account is seen from the member",
    );
    assert.equal(
      ((await ask("GetUser", { UserName: "home" }, OWNER)).output.User as { UserName: string }).UserName,
      "home",
    );
    await ask(
      "PutUserPolicy",
      {
        UserName: "home",
        PolicyName: "p",
        PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
      },
      OWNER,
    );
    assert.deepEqual((await ask("ListUserPolicies", { UserName: "home" }, OWNER)).output.PolicyNames, ["p"]);
  },
};

await withMoto({}, async (endpoint) => {
  let failed = 0;
  for (const [what, judge] of Object.entries(judges)) {
    try {
      await judge(endpoint);
      console.log(`holds  ${what}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILS  ${what}\n       ${(error as Error).stack!.split("\n").slice(0, 12).join("\n       ")}`);
    }
  }
  process.exitCode = failed === 0 ? 0 : 1;
});
