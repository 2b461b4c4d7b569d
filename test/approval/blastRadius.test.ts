/** Who else a change hurts, counted by hand from a small log and compared with what the case table gives. */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SCAN_ROUND, write } from "../../lib/case/documents.ts";
import type { Target } from "../../lib/case/plan.ts";
import type { ScanRequest, ScanResult } from "../../lib/case/scan.ts";
import type { Scene } from "../../lib/core/plan/action.ts";
import { createTrail } from "../../lib/embedded/trail.ts";
import type { Trail } from "../../lib/ports/ports.ts";
import { type BlastRadius, blastRadiusOf } from "../../lib/response/contain/blastRadius.ts";
import { at, call, type Event, OFFICE_IP, OWN, objectCall, roleSession, THIEF_IP, USER } from "../detections/events.ts";
import { openWorld, type World } from "./world.ts";

const ROLE: Target = { label: "role App", roleName: "App", arn: `arn:aws:iam::${OWN}:role/App` };
const OWNER: Target = { label: "user maintenance", userName: "maintenance", arn: USER.arn };
const BUCKET: Target = { label: "bucket acme-data", bucket: "acme-data" };

type Change = Parameters<BlastRadius>[0];
const policy = (...statements: readonly Record<string, unknown>[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const change = (target: Target, operation: string, input: Record<string, unknown>, before = {}): Change => ({
  target,
  before,
  requests: [{ service: "iam", operation, region: "us-east-1", accountId: OWN, input }],
});
const DENY = { Effect: "Deny", Action: "*", Resource: "*" };
const denyRole = (condition = {}): Change =>
  change(ROLE, "PutRolePolicy", { PolicyDocument: policy({ ...DENY, ...condition }) });
const denyUser = change(OWNER, "PutUserPolicy", { PolicyDocument: policy(DENY) });
const inBucket = (bucket: string, condition: Record<string, unknown>, before = {}): Change =>
  change(
    { ...BUCKET, bucket },
    "PutBucketPolicy",
    { Policy: policy({ ...DENY, Principal: { AWS: "*" }, Action: "s3:*", ...condition }) },
    before,
  );

let number = 0;
const read = (over: Event): Event => {
  number += 1;
  return objectCall("GetObject", `key-${number}`, {}, { eventID: `e-${number}`, eventTime: at(number), ...over });
};
const times = (count: number, over: Event): readonly Event[] => Array.from({ length: count }, () => read(over));

/** The actor is session `thief` of App, and uses the key of maintenance, both from one address. */
const LOG: readonly Event[] = [
  ...times(5, { userIdentity: roleSession("thief") }),
  ...times(4, { userIdentity: USER }),
  ...times(3, { userIdentity: roleSession("web-1"), sourceIPAddress: "10.0.0.1", userAgent: "app/1" }),
  ...times(2, { userIdentity: roleSession("web-2"), sourceIPAddress: "10.0.0.2", userAgent: "app/1" }),
  ...times(1, { userIdentity: roleSession("thief"), sourceIPAddress: "10.0.0.3", userAgent: "app/2" }),
  ...times(6, { userIdentity: USER, sourceIPAddress: OFFICE_IP, userAgent: "aws-cli/2" }),
  ...times(2, { userIdentity: roleSession("nightly", "Etl"), sourceIPAddress: "10.0.0.9" }),
  ...times(9, { userIdentity: roleSession("nightly", "Etl"), sourceIPAddress: "10.0.0.9", errorCode: "AccessDenied" }),
  call("sts", "GetCallerIdentity", null, {
    eventID: "e-sts",
    userIdentity: USER,
    sourceIPAddress: OFFICE_IP,
    userAgent: "aws-cli/2",
  }),
];

const REQUEST: ScanRequest = {
  caseId: "case-20260223-0123456789",
  round: 1,
  from: "2026-02-22T00:00:00.000Z",
  to: "2026-02-24T00:00:00.000Z",
  indicators: {
    accessKeyIds: [USER.accessKeyId],
    principalIds: ["AROAEXAMPLEAPP:thief", "AROAEXAMPLEAPP", USER.principalId],
    arns: [],
    addresses: [],
    buckets: ["acme-data"],
  },
};

const session = roleSession("thief") as { principalId: string; arn: string };
const SCENE = {
  caseId: "",
  suspects: [
    {
      type: "AssumedRole",
      accountId: OWN,
      principalId: session.principalId,
      arn: session.arn,
      userName: "App",
      accessKeyId: null,
      roleSession: "thief",
      issuerArn: ROLE.arn,
    },
    {
      type: "IAMUser",
      accountId: OWN,
      principalId: USER.principalId,
      arn: USER.arn,
      userName: "maintenance",
      accessKeyId: USER.accessKeyId,
      roleSession: null,
      issuerArn: null,
    },
  ],
  keys: [],
  addresses: [THIEF_IP],
} as unknown as Scene;

const scanned = async (folder: string): Promise<Trail> => {
  mkdirSync(join(folder, "logs"));
  writeFileSync(join(folder, "logs", "records.json"), LOG.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const trail = createTrail({
    logsDir: join(folder, "logs"),
    caseDir: () => join(folder, "case"),
    memoryLimitMb: 500,
    threads: 1,
  });
  const ticket = await trail.start(REQUEST);
  for (let status = await trail.check(ticket); status.state !== "done"; status = await trail.check(ticket)) {
    if (status.state === "failed") throw new Error(status.reason);
    await new Promise((done) => setTimeout(done, 20));
  }
  return trail;
};

const RESULT: ScanResult = {
  engine: "DuckDB",
  filesRead: 1,
  filesSetAside: [],
  bytesScanned: 1,
  eventsSeen: 1,
  eventsKept: 1,
  watermark: null,
  earliest: null,
};

const radiusIn = async (world: World, trail: Trail | null, scene: Partial<Scene> = {}): Promise<BlastRadius> => {
  const ports =
    trail === null
      ? world.ports
      : {
          ...world.ports,
          trail: {
            ...trail,
            query: (_: string, name: string, sql: string, parameters: readonly string[]) =>
              trail.query(REQUEST.caseId, name, sql, parameters),
          },
        };
  return blastRadiusOf({ ...SCENE, caseId: world.caseId, ...scene }, ports);
};

test("before the logs are read it is said that nobody knows; after a failed query too, and the plan is made", async () => {
  const world = await openWorld();
  assert.match((await radiusIn(world, null))(denyRole())[0]!, /not known/);
  await write(world.ports.cases, world.caseId, SCAN_ROUND.at("001"), { request: REQUEST, result: null });
  assert.match((await radiusIn(world, null))(denyRole())[0]!, /not known/);
  await write(world.ports.cases, world.caseId, SCAN_ROUND.at("001"), {
    request: REQUEST,
    result: { ...RESULT, watermark: null },
  });
  assert.match((await radiusIn(world, null))(denyRole())[0]!, /could not be read/);
});

test("who else uses a role, a user and a bucket is found by the change's own condition, without the actor's own calls", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-blast-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [world, trail] = [await openWorld(), await scanned(folder)];
  await write(world.ports.cases, world.caseId, SCAN_ROUND.at("001"), {
    request: REQUEST,
    result: { ...RESULT, watermark: at(30) },
  });
  const radius = await radiusIn(world, trail);
  const figures = (change: Change, of = radius): readonly number[] =>
    [
      ...of(change)[0]!
        .replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z| UTC)|arn:\S+|\d{12}/g, "")
        .matchAll(/\b\d+\b/g),
    ].map(([figure]) => Number(figure));
  // web-1, web-2 and the same session name from the instance itself: one role, 6 calls in 3 sessions.
  assert.deepEqual(figures(denyRole()), [1, 6, 6, 3]);
  // Only the name of the actor's session: it has one honest call from the instance itself.
  const named = { Condition: { StringEquals: { "aws:userid": session.principalId } } };
  assert.deepEqual(figures(denyRole(named)), [1, 1, 1, 1]);
  // Sessions made until now, of that role: the same three.
  const older = { Condition: { DateLessThan: { "aws:TokenIssueTime": "2026-02-24T00:00:00Z" } } };
  assert.deepEqual(figures(denyRole(older)), [1, 6, 6, 3]);
  // 6 reads and one call to STS, from the office.
  assert.deepEqual(figures(denyUser), [1, 7, 7]);
  assert.deepEqual(figures(change(OWNER, "UpdateAccessKey", { AccessKeyId: USER.accessKeyId })), [1, 7, 7]);
  // App, maintenance and Etl used the bucket: 6 + 6 + 2 successful calls, App's in 3 sessions and Etl's in one.
  assert.deepEqual(figures(inBucket("acme-data", {})), [3, 14, 6, 3, 6, 2, 1]);
  for (const name of ["role/App", "user/maintenance", "role/Etl"])
    assert.ok(radius(inBucket("acme-data", {}))[0]!.includes(name), name);
  // The same bucket, and another condition: nobody came through an endpoint, or from a partner's account.
  const outside = { Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } } };
  assert.deepEqual(figures(inBucket("acme-data", outside)), [3, 14, 6, 3, 6, 2, 1]);
  const partner = { Condition: { StringEquals: { "aws:PrincipalAccount": "999999999999" } } };
  assert.match(radius(inBucket("acme-data", partner))[0]!, /nobody but the actor/);
  assert.match(radius(inBucket("other", {}))[0]!, /nobody but the actor/);
  // A grant that goes is a deny to those whom it let in.
  const etl = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${OWN}:role/Etl` }, Action: "s3:*", Resource: "*" };
  assert.deepEqual(figures(change(BUCKET, "DeleteBucketPolicy", {}, { policy: policy(etl) })), [1, 2, 2, 1]);
  // A deny that stood there before is another change's: this one takes the grant alone.
  const stood = { ...DENY, Sid: "Earlier", Principal: { AWS: "*" }, Action: "s3:*" };
  const after = change(BUCKET, "PutBucketPolicy", { Policy: policy(stood) }, { policy: policy(stood, etl) });
  assert.deepEqual(figures(after), [1, 2, 2, 1]);
  // What no condition of ours can tell is said, and nothing is "not known".
  const odd = inBucket("acme-data", { Condition: { "ForAnyValue:StringLike": { "aws:TagKeys": "x" } } });
  assert.match(radius(odd).join(" "), /14 more calls/);
  assert.match(radius(change({ label: "detector" }, "UpdateDetector", {}))[0]!, /nobody but the actor/);
  // Where no address of the actor is known, all calls of the suspects are theirs.
  const blind = await radiusIn(world, trail, { addresses: [] });
  assert.deepEqual(figures(denyRole(), blind), [1, 5, 5, 2]);
  const kept = JSON.parse(
    Buffer.from((await world.ports.cases.read(world.caseId, "queries/dependants.json"))!).toString(),
  ) as { rowsTotal: number };
  assert.ok(kept.rowsTotal > 0);
});
