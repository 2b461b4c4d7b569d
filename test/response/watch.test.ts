import assert from "node:assert/strict";
import { test } from "node:test";
import { isReleased } from "../../lib/response/contain/released.ts";
import { TASK } from "../actions/services.ts";
import { PLAN } from "../approval/world.ts";
import { ALICE, BOB, watched } from "./watchWorld.ts";

const statusOf = async ({ ports, caseId }: Parameters<typeof headOf>[0]) => (await headOf({ ports, caseId })).status;
const headOf = ({
  ports,
  caseId,
}: {
  ports: { cases: { head(id: string): Promise<{ status: string }> } };
  caseId: string;
}) => ports.cases.head(caseId);

const deniedCall = { errorCode: "AccessDenied", errorMessage: "explicit deny", userIdentity: ALICE };
/** The bucket concerned is what `resources` names first. */
const readOf = (bucket: string, key: string) => ({
  requestParameters: { bucketName: bucket, key },
  resources: [
    { type: "AWS::S3::Object", ARN: `arn:aws:s3:::${bucket}/${key}` },
    { accountId: "123456789012", type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${bucket}` },
  ],
});
const elsewhere = readOf("elsewhere", "x");
const session = (name: string, creationDate: string, accessKeyId: string) => ({
  type: "AssumedRole",
  principalId: `AROARZPUZDIKF3GA73QXJ:${name}`,
  arn: `arn:aws:sts::123456789012:assumed-role/app/${name}`,
  accountId: "123456789012",
  accessKeyId,
  sessionContext: {
    attributes: { creationDate, mfaAuthenticated: "false" },
    sessionIssuer: {
      type: "Role",
      principalId: "AROARZPUZDIKF3GA73QXJ",
      arn: "arn:aws:iam::123456789012:role/app",
      accountId: "123456789012",
      userName: "app",
    },
  },
});
const inPlain = readOf("plain", "a.csv");

test("a success of the contained user after the cut calls a person, and nothing more is done to anybody", async (context) => {
  const world = await watched(context, ["a1"]);
  const made = world.changes();
  world.deliver([60, { userIdentity: ALICE }], [61, { userIdentity: ALICE }], [90, { userIdentity: BOB }]);
  assert.equal(await world.look(2), "watch");
  const { breaches } = await world.watch();
  assert.deepEqual(
    breaches.map(({ is, actions, call, by, calls }) => ({ is, actions, call, by, calls })),
    [{ is: "through", actions: ["a1"], call: "s3:GetObject", by: ALICE.arn, calls: 2 }],
  );
  assert.equal(await statusOf(world), "attention");
  assert.equal(world.disk.notices.at(-1)?.kind, "attention");
  assert.equal(world.disk.notices.at(-1)?.severity, 10);
  assert.ok(!world.disk.notices.some(({ text }) => text.includes("alice")), "no name from the logs in a notice");
  const [breached] = (world.disk.events.get(world.caseId) ?? []).filter((one) => one.type === "containment.breached");
  assert.deepEqual(
    breached!.data.further!.map(({ id }) => id),
    world.plan.actions.map(({ id }) => id).filter((id) => id !== "a1"),
  );
  assert.deepEqual(world.changes(), made);
});

test("the same breach is told once, and the case stays with a person to the end of the watch", async (context) => {
  const world = await watched(context, ["a1"]);
  world.deliver([60, { userIdentity: ALICE }]);
  await world.look(2);
  world.deliver([700, { userIdentity: ALICE }]);
  await world.look(13);
  const told = world.disk.notices.filter(({ severity }) => severity === 10).length;
  assert.equal(told, 1);
  assert.equal(await world.look(31), "done");
  assert.equal(await statusOf(world), "attention");
  assert.equal(world.ended()?.activity, "breached");
});

test("quiet logs: the record says up to when they are known, and no further", async (context) => {
  const world = await watched(context, ["a1"]);
  world.deliver([30, deniedCall], [1200, { userIdentity: BOB }]);
  assert.equal(await world.look(21), "watch");
  assert.equal(await world.look(31), "done");
  const ended = world.ended();
  assert.equal(ended?.activity, "quiet");
  assert.equal(ended?.settledUntil, (await world.watch()).settledUntil);
  // 1200 seconds after the verification, the last event in the logs.
  assert.equal(
    Date.parse(String(ended?.settledUntil)),
    Math.floor(Date.parse((await world.watch()).from) / 1000) * 1000 + 1_200_000,
  );
  assert.equal(await statusOf(world), "contained");
});

test("logs that have not reached the cut mean not known, never quiet", async (context) => {
  const world = await watched(context, ["a1"]);
  world.deliver([-600, { userIdentity: ALICE }]);
  await world.look(2);
  assert.equal(await world.look(31), "done");
  assert.equal(world.ended()?.activity, "not-known");
  assert.equal(world.ended()?.settledUntil, null);
});

test("where files come late, what is younger than the delivery lag is not called quiet, and a last scan follows", async (context) => {
  const world = await watched(context, ["a1"], { waits: { ...WAITS, lateLogs: 3600 } });
  world.deliver([1500, { userIdentity: BOB }]);
  await world.look(26);
  const { settledUntil, from } = await world.watch();
  // Read 26 minutes after the cut, of which the last 15 may still be on their way.
  assert.equal(Date.parse(settledUntil!) - Date.parse(from), 11 * 60_000);
  assert.equal(await world.look(31), "watch");
  world.deliver([1700, { userIdentity: ALICE }], [2700, { userIdentity: BOB }]);
  assert.equal(await world.look(46), "done");
  assert.equal(world.ended()?.activity, "breached");
});

test("what happened before the change was in force is propagation, no breach", async (context) => {
  const world = await watched(context, ["a1"]);
  world.deliver([-5, { userIdentity: ALICE }], [0, { userIdentity: ALICE }], [300, { userIdentity: BOB }]);
  await world.look(6);
  assert.deepEqual((await world.watch()).breaches, []);
});

test("a call that no deny can stop is no breach", async (context) => {
  const world = await watched(context, ["a1"]);
  world.deliver([60, { userIdentity: ALICE, eventSource: "sts.amazonaws.com", eventName: "GetCallerIdentity" }]);
  await world.look(2);
  assert.deepEqual((await world.watch()).breaches, []);
});

test("with only the bucket cut, the stolen key elsewhere is a way around, and its owner from home is not", async (context) => {
  const world = await watched(context, ["a4"]);
  const owner = { ...ALICE, accessKeyId: "AKIAANOTHERKEY" };
  world.deliver(
    [60, { userIdentity: ALICE, ...elsewhere }],
    [61, { userIdentity: owner, sourceIPAddress: "192.0.2.9", ...elsewhere }],
    [62, { userIdentity: session(TASK, "2026-11-21T01:00:00Z", "ASIATASK"), ...inPlain }],
    [63, { userIdentity: session("other", "2026-11-21T01:00:00Z", "ASIAOTHER"), ...inPlain }],
  );
  await world.look(2);
  assert.deepEqual(
    (await world.watch()).breaches.map(({ is, actions, accessKeyId }) => ({ is, actions, accessKeyId })),
    [
      { is: "around", actions: [], accessKeyId: ALICE.accessKeyId },
      { is: "through", actions: ["a4"], accessKeyId: "ASIATASK" },
    ],
  );
});

test("a session of the role from before is stopped, a new one of an honest workload is not the thief", async (context) => {
  const world = await watched(context, ["a3"]);
  world.deliver(
    [600, { userIdentity: session("other-task", "2026-11-21T01:00:00Z", "ASIAOLD") }],
    [610, { userIdentity: session("other-task", "20261121T010000Z", "ASIABASIC") }],
    [620, { userIdentity: session("other-task", "2026-11-21T03:14:00Z", "ASIANEW") }],
  );
  await world.look(11);
  assert.deepEqual(
    (await world.watch()).breaches.map(({ is, accessKeyId }) => `${is} ${accessKeyId}`),
    ["through ASIAOLD", "through ASIABASIC"],
  );
});

test("who took our deny away is on record, the change is made again, and our own calls are nobody's", async (context) => {
  const world = await watched(context, ["a1"]);
  const [put] = world.plan.actions[0]!.requests;
  const removal = { userName: "alice", policyName: put!.input.PolicyName };
  const iam = { eventSource: "iam.amazonaws.com", userIdentity: BOB, additionalEventData: null };
  await world.ports.account.call(world.plan.actions[0]!.rollback[0]!);
  assert.equal(await world.look(3), "apply");
  const own = JSON.parse(
    Buffer.from((await world.ports.cases.read(world.caseId, `actions/${PLAN}/a1.json`))!).toString(),
  ) as {
    calls: { requestId: string }[];
  };
  world.deliver(
    [120, { ...iam, eventName: "DeleteUserPolicy", requestParameters: removal }],
    [180, { ...iam, eventName: "PutUserPolicy", requestParameters: removal, requestID: own.calls[0]!.requestId }],
    [190, { ...iam, eventName: "DeleteUserPolicy", requestParameters: { ...removal, policyName: "another" } }],
    [200, { ...iam, eventName: "DeleteUserPolicy", requestParameters: { ...removal, userName: "carol" } }],
  );
  await world.look(4);
  await world.look(31);
  assert.deepEqual(
    (await world.watch()).breaches.map(({ is, call, by }) => ({ is, call, by })),
    [{ is: "removed", call: "iam:DeleteUserPolicy", by: BOB.arn }],
  );
  assert.equal(await isReleased(world.plan, world.plan.actions[0]!, world.ports), false);
});

test("a log that cannot be read ends no watch: it is written down as not known", async (context) => {
  const world = await watched(context, ["a1"]);
  const broken = {
    ...world.ports,
    trail: { ...world.ports.trail, start: () => Promise.reject(new Error("no right to read the lake")) },
  };
  const { watchContainment } = await import("../../lib/response/contain/verifyContainment.ts");
  const input = { caseId: world.caseId, planId: PLAN };
  assert.equal((await watchContainment(input, broken)).next, "watch");
  assert.ok(world.eventTypes().includes("watch.failed"));
  assert.equal(await statusOf(world), "contained");
});

const WAITS = { scan: 0, classification: 0, propagation: 0, watch: 0, reminder: 3600 };
