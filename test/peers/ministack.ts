/**
 * The whole deployment on an emulator that nobody here wrote: the templates through CloudFormation, a finding through
 * EventBridge, the real bundles as Lambdas, containment in IAM, the decision of a human, evidence sealed and verified
 * outside. Athena's calls are answered by a real Trino where one can be had: the ledger then equals the generator's truth.
 * Without one the investigation fails, as it would with logs that cannot be read, and the response goes on.
 *
 *     node test/peers/ministack.ts
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListUserPoliciesCommand,
} from "@aws-sdk/client-iam";
import { GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { createCases } from "../../lib/aws/cases.ts";
import { MembersAnswer, type MembersRequest } from "../../lib/aws/doctor/memberRoles.ts";
import { createObjects } from "../../lib/aws/objects.ts";
import { createVault } from "../../lib/aws/vault.ts";
import { sha256Hex } from "../../lib/base/jcs.ts";
import type { Plan } from "../../lib/case/plan.ts";
import type { Cases } from "../../lib/ports/ports.ts";
import { choicesFor, signDecision } from "../../lib/response/approve/sign.ts";
import { READING } from "../../lib/response/caseState.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { packZip } from "../evidence/wholeZip.ts";
import { type CallRecorder, startCallRecorder } from "./callRecorder.ts";
import { judgePrivileges } from "./leastPrivilege.ts";
import { auditByCommandLine, decideByCommandLine, signIn } from "./ministackCli.ts";
import { ACCOUNT, clientsAt, deploy, type Outputs, REGION, SOURCE } from "./ministackDeploy.ts";
import { type Lake, openLake, TRAIL_BUCKET } from "./ministackLake.ts";
import { installMiniStack, startMiniStack } from "./ministackServer.ts";
import { installTrino } from "./trinoInstall.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ALICE = "arn:aws:sts::111111111111:assumed-role/Responder/alice";
/** The one whose key was stolen, where there are no logs. */
const USER = "mallory-took-this";
const clock = { now: () => new Date().toISOString() };
const approver = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const approverKey = approver.publicKey.export({ type: "spki", format: "der" });

const synthesise = (folder: string): string => {
  const settings = JSON.parse(readFileSync(join(ROOT, "docs/settings.example.json"), "utf8"));
  const { context } = JSON.parse(readFileSync(join(ROOT, "cdk.json"), "utf8"));
  const approvers = [
    { humanId: "alice", keys: [sha256Hex(approverKey)], principals: [ALICE], since: "2026-01-01T00:00:00.000Z" },
  ];
  const waits = { scan: 1, classification: 1, propagation: 1, watch: 1, lateLogs: null, reminder: 3600 };
  writeFileSync(
    join(folder, "settings.json"),
    JSON.stringify({
      ...settings,
      mode: "enforce",
      approvers,
      quorum: { ...settings.quorum, reversible: 1, externallyReversible: 1 },
      watchMinutes: 0,
      waits,
    }),
  );
  const cordon = {
    ...context.cordon,
    region: REGION,
    settings: join(folder, "settings.json"),
    logs: { bucket: TRAIL_BUCKET, regions: [REGION] },
  };
  const env = {
    ...process.env,
    CDK_OUTDIR: join(folder, "cdk.out"),
    CDK_VALIDATION: "false",
    CDK_CONTEXT_JSON: JSON.stringify({ cordon }),
  };
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "bin/app.ts")], {
    cwd: ROOT,
    env,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return join(folder, "cdk.out");
};

/** A user whose key was stolen. Returns the finding that GuardDuty would send. */
const makeIncident = async (endpoint: string): Promise<unknown> => {
  const iam = new IAMClient(clientsAt(endpoint));
  const { User } = await iam.send(new CreateUserCommand({ UserName: USER }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: USER }));
  await new S3Client(clientsAt(endpoint)).send(new CreateBucketCommand({ Bucket: "payroll" }));
  const event = JSON.parse(readFileSync(join(ROOT, "test/fixtures/otrf-case/finding.json"), "utf8"));
  const now = clock.now();
  return {
    ...event.detail,
    accountId: ACCOUNT,
    region: REGION,
    createdAt: now,
    updatedAt: now,
    resource: {
      resourceType: "S3Bucket",
      accessKeyDetails: {
        accessKeyId: AccessKey!.AccessKeyId,
        principalId: User!.UserId,
        userName: User!.UserName,
        userType: "IAMUser",
      },
      s3BucketDetails: [{ arn: "arn:aws:s3:::payroll", name: "payroll", type: "Destination" }],
    },
    service: { ...event.detail.service, eventFirstSeen: now, eventLastSeen: now },
  };
};

const putEvent = async (endpoint: string, detail: unknown): Promise<void> => {
  const entry = {
    Source: SOURCE,
    DetailType: "GuardDuty Finding",
    Detail: JSON.stringify(detail),
    EventBusName: "default",
  };
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "AWSEvents.PutEvents",
    authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/${REGION}/events/aws4_request, SignedHeaders=host, Signature=0`,
  };
  const answer = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify({ Entries: [entry] }) });
  assert.deepEqual([answer.status, ((await answer.json()) as { FailedEntryCount: number }).FailedEntryCount], [200, 0]);
};

const until = async <T>(
  what: string,
  seconds: number,
  look: () => Promise<T | null | undefined | false>,
): Promise<T> => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(300)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${what}: not within ${seconds} seconds`);
};

const casesAt = (endpoint: string, { FoundCaseBucket }: Outputs): Cases => {
  const s3 = new S3Client(clientsAt(endpoint));
  return createCases(
    createObjects({ s3, bucket: FoundCaseBucket!, owner: ACCOUNT, folder: "cases/", fault: "AUDIT_UNAVAILABLE" }),
    clock,
  );
};

const decide = async (endpoint: string, plan: Plan): Promise<void> => {
  const signer = {
    sign: async (message: Uint8Array) => sign("sha256", message, approver.privateKey),
    publicKey: async () => approverKey,
  };
  const answer = {
    humanId: "alice",
    kind: "decide",
    choices: choicesFor(plan, "all"),
    reason: "confirmed with the owner of the key",
    channel: "api",
    assurance: "key-file",
    decidedAt: clock.now(),
  } as const;
  const { caseId, planId, envelope, publicKey } = await signDecision(plan, answer, signer);
  const body = JSON.stringify({
    caseId,
    planId,
    envelope: Buffer.from(envelope).toString("base64"),
    publicKey: Buffer.from(publicKey).toString("base64"),
  });
  // What API Gateway hands to the function; MiniStack proves no caller by SigV4.
  const event = { body, requestContext: { authorizer: { iam: { userArn: ALICE } } } };
  const lambda = new LambdaClient(clientsAt(endpoint));
  const { Payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: `cordon-${REGION}-receiveDecision`,
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
  const reply = JSON.parse(Buffer.from(Payload!).toString());
  assert.equal(reply.statusCode, 200, JSON.stringify(reply));
};

const run = async (endpoint: string, folder: string, lake: Lake | null, recorder: CallRecorder): Promise<void> => {
  const userName = lake?.userName ?? USER;
  const cdkOut = synthesise(folder);
  const outputs = await deploy(endpoint, cdkOut, ["CordonTrailStack", "CordonMemberStack", "CordonStack"], {
    ...recorder.variables,
    ...lake?.variables,
  });
  console.log("deployed");
  const s3 = new S3Client(clientsAt(endpoint));
  // MiniStack leaves the lock of a bucket out of its template (facts: asl-engines.md, 2.5).
  await s3.send(
    new PutObjectLockConfigurationCommand({
      Bucket: outputs.FoundEvidenceBucket!,
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 30 } },
      },
    }),
  );
  const finding = await (lake === null ? makeIncident(endpoint) : lake.fill(endpoint));
  await putEvent(endpoint, finding);
  await putEvent(endpoint, finding);
  const cases = casesAt(endpoint, outputs);
  const head = await until("a case", 90, async () => (await cases.list())[0]);
  console.log(`case ${head.caseId} opened`);
  await until("the question", 180, async () => (await cases.head(head.caseId)).status === "awaiting-decision");
  const planName = (await cases.names(head.caseId, "plans/"))[0]!;
  const plan = JSON.parse(Buffer.from((await cases.read(head.caseId, planName))!).toString()) as Plan;
  assert.ok(
    plan.actions.some(({ kind }) => kind === "deny-user") &&
      plan.actions.some(({ kind }) => kind === "deactivate-access-keys"),
  );
  console.log(`asked: ${plan.actions.map(({ kind }) => kind).join(", ")}`);
  const iam = new IAMClient(clientsAt(endpoint));
  const keyStatus = async () =>
    (await iam.send(new ListAccessKeysCommand({ UserName: userName }))).AccessKeyMetadata![0]!.Status;
  assert.equal(await keyStatus(), "Active", "something was changed before anybody approved");
  const cordon = await signIn(endpoint, outputs, folder, approver.privateKey);
  await decideByCommandLine(cordon, head.caseId);
  await until("containment", 90, async () => (await keyStatus()) === "Inactive");
  const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName: userName }));
  const { PolicyDocument } = await iam.send(
    new GetUserPolicyCommand({ UserName: userName, PolicyName: PolicyNames[0]! }),
  );
  assert.equal(JSON.parse(decodeURIComponent(PolicyDocument!)).Statement[0].Effect, "Deny");
  console.log("contained: the key is inactive, the user is denied everything");
  const closed = await until("the end of the case", 900, async () => {
    const now = await cases.head(head.caseId);
    if (now.status === "awaiting-decision") await decideFurther(endpoint, cases, head.caseId);
    return now.closedAt === null ? null : now;
  });
  console.log(`closed as ${closed.status}, ${closed.sealed.length} revision(s) sealed`);
  const said = `what the case says is not known: ${JSON.stringify(closed.notKnown)}`;
  const steps = [...new Set(closed.notKnown.map(({ step }) => step))].sort();
  assert.equal(
    steps.some((step) => READING.includes(step)),
    lake === null,
    said,
  );
  // Macie is not in MiniStack: its step fails, a person is called, and the case says so.
  if (lake !== null) assert.deepEqual(steps, ["investigate", "startClassification"], said);
  await lake?.judge(cases, head.caseId);
  await judgeEvidence(endpoint, outputs, head.caseId, closed.sealed.length, folder);
  await auditByCommandLine(cordon, head.caseId);
  await judgeDuplicates(endpoint, cases, head.caseId);
  await judgeMembers(endpoint);
  await judgeSigning(endpoint);
  judgePrivileges(cdkOut, recorder);
};

/** What the actor left behind is found in the logs later, and asked about in a plan of its own. */
const decideFurther = async (endpoint: string, cases: Cases, caseId: string): Promise<void> => {
  const decided = new Set((await cases.names(caseId, "decisions/")).map((name) => name.split("/")[1]));
  for (const name of await cases.names(caseId, "plans/")) {
    const plan = JSON.parse(Buffer.from((await cases.read(caseId, name))!).toString()) as Plan;
    if (decided.has(plan.planId) || plan.planId === undefined) continue;
    await decide(endpoint, plan);
    console.log(`asked again and decided: ${plan.planId}: ${plan.actions.map(({ kind }) => kind).join(", ")}`);
  }
};

/** The sealed object is locked, and our verifier accepts it with the key that KMS gives out, and with no other. */
const judgeEvidence = async (
  endpoint: string,
  outputs: Outputs,
  caseId: string,
  revision: number,
  folder: string,
): Promise<void> => {
  assert.ok(revision >= 1, "nothing was sealed");
  const s3 = new S3Client(clientsAt(endpoint));
  const Key = `bundles/${caseId}/r${revision}.zip`;
  const { ObjectLockMode, ObjectLockRetainUntilDate } = await s3.send(
    new HeadObjectCommand({ Bucket: outputs.FoundEvidenceBucket!, Key }),
  );
  assert.equal(ObjectLockMode, "GOVERNANCE");
  assert.ok(ObjectLockRetainUntilDate!.getTime() > Date.now() + 29 * 86_400_000);
  const objects = createObjects({
    s3,
    bucket: outputs.FoundEvidenceBucket!,
    owner: ACCOUNT,
    folder: "bundles/",
    fault: "SEAL_FAILED",
  });
  const files = await sealedFiles(createVault(objects, s3, ACCOUNT), `${caseId}/r${revision}`);
  const [zip, pem] = [join(folder, "case.zip"), join(folder, "evidence.pem")];
  writeFileSync(zip, packZip(files));
  const { PublicKey } = await new KMSClient(clientsAt(endpoint)).send(
    new GetPublicKeyCommand({ KeyId: outputs.FoundEvidenceKey! }),
  );
  const pemOf = (key: Uint8Array): string =>
    `-----BEGIN PUBLIC KEY-----\n${Buffer.from(key)
      .toString("base64")
      .replaceAll(/(.{64})/g, "$1\n")
      .trimEnd()}\n-----END PUBLIC KEY-----\n`;
  writeFileSync(pem, pemOf(PublicKey!));
  const verify = (trust: string) =>
    spawnSync(process.execPath, [join(ROOT, "bin/cordon.js"), "evidence", "verify", zip, "--trust", trust], {
      encoding: "utf8",
    });
  const verdict = verify(pem);
  assert.equal(verdict.status, 0, verdict.stdout + verdict.stderr);
  writeFileSync(pem, pemOf(approverKey));
  assert.equal(verify(pem).status, 3);
  console.log("sealed: locked, and verified outside with the key of KMS");
};

/** Two copies of one finding were delivered: one execution, one case. */
const judgeDuplicates = async (endpoint: string, cases: Cases, caseId: string): Promise<void> => {
  const sfn = new SFNClient(clientsAt(endpoint));
  const stateMachineArn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:cordon-respond`;
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  assert.equal(executions.length, 1);
  const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: executions[0]!.executionArn! }));
  const events = await cases.events(caseId);
  assert.deepEqual([(await cases.list()).length, events.filter(({ type }) => type === "case.opened").length], [1, 1]);
  console.log(`one execution (${status}), ${events.length} lines of audit trail`);
};

/** What the doctor asks: the roles of the member stack are there, and trust the functions that need them. */
const judgeMembers = async (endpoint: string): Promise<void> => {
  const request: MembersRequest = {
    region: REGION,
    accounts: [ACCOUNT],
    containRole: "cordon-contain",
    container: `arn:aws:iam::${ACCOUNT}:role/cordon-${REGION}-applyContainment`,
    externalId: JSON.parse(readFileSync(join(ROOT, "cdk.json"), "utf8")).context.cordon.externalId,
    logs: { regions: [REGION], since: "2026/01/01" },
  };
  const { Payload } = await new LambdaClient(clientsAt(endpoint)).send(
    new InvokeCommand({
      FunctionName: `cordon-${REGION}-examineMembers`,
      Payload: Buffer.from(JSON.stringify(request)),
    }),
  );
  const answer: unknown = JSON.parse(Buffer.from(Payload!).toString());
  const states = MembersAnswer.parse(answer).map(({ accountId, state }) => [accountId, state]);
  assert.deepEqual(states, [[ACCOUNT, "ready"]], JSON.stringify(answer));
  console.log("member roles: there, and they trust the functions that need them");
};

/** What the rule of the hour calls: everything in the ledger is under a signature afterwards. */
const judgeSigning = async (endpoint: string): Promise<void> => {
  const { Payload, FunctionError } = await new LambdaClient(clientsAt(endpoint)).send(
    new InvokeCommand({ FunctionName: `cordon-${REGION}-signLedger`, Payload: Buffer.from("{}") }),
  );
  const answer = Buffer.from(Payload!).toString();
  assert.equal(FunctionError, undefined, answer);
  assert.ok(JSON.parse(answer).size > 0, answer);
  console.log(`ledger: signed by the clock, ${JSON.parse(answer).size} entries`);
};

const installed = installMiniStack();
if (typeof installed === "string") console.log(`skipped: ${installed}`);
else {
  const folder = mkdtempSync(join(tmpdir(), "cordon-ministack-"));
  const trino = installTrino();
  if (typeof trino === "string") console.log(`without Athena: ${trino}`);
  const server = await startMiniStack(installed.program);
  const recorder = await startCallRecorder(server.endpoint);
  let lake: Lake | null = null;
  try {
    lake = typeof trino === "string" ? null : await openLake(trino, folder);
    await run(server.endpoint, folder, lake, recorder);
  } catch (error) {
    console.log(`FAILS: ${(error as Error).stack}\nlog: ${server.log}`);
    process.exitCode = 1;
  } finally {
    server.stop();
    await lake?.stop();
    await recorder.close();
  }
}
