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

let number = 0;
const read = (over: Event): Event => {
  number += 1;
  return objectCall("GetObject", `key-${number}`, {}, { eventID: `e-${number}`, eventTime: at(number), ...over });
};
const times = (count: number, over: Event): readonly Event[] => Array.from({ length: count }, () => read(over));

/** The thief is session `thief` of App, and uses the key of maintenance, both from one address. */
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
  assert.match((await radiusIn(world, null))(ROLE)[0]!, /not known/);
  await write(world.ports.cases, world.caseId, SCAN_ROUND.at("001"), { request: REQUEST, result: null });
  assert.match((await radiusIn(world, null))(ROLE)[0]!, /not known/);
  await write(world.ports.cases, world.caseId, SCAN_ROUND.at("001"), {
    request: REQUEST,
    result: { ...RESULT, watermark: null },
  });
  assert.match((await radiusIn(world, null))(ROLE)[0]!, /could not be read/);
});

test("who else uses a role, a user and a bucket is counted without the thief's own calls", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-blast-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [world, trail] = [await openWorld(), await scanned(folder)];
  await write(world.ports.cases, world.caseId, SCAN_ROUND.at("001"), {
    request: REQUEST,
    result: { ...RESULT, watermark: at(30) },
  });
  const radius = await radiusIn(world, trail);
  const figures = (text: string): readonly number[] =>
    [...text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|arn:\S+|\d{12}/g, "").matchAll(/\b\d+\b/g)].map(([figure]) =>
      Number(figure),
    );
  // web-1, web-2 and the same session name from the instance itself: 3 sessions, 6 calls, 3 addresses, 2 programs.
  assert.deepEqual(figures(radius(ROLE)[0]!), [3, 6, 3, 2]);
  // 6 reads and one call to STS, from the office with one program.
  assert.deepEqual(figures(radius(OWNER)[0]!), [7, 1, 1]);
  // App, maintenance and Etl used the bucket: 6 + 6 + 2 successful calls.
  assert.deepEqual(figures(radius(BUCKET)[0]!), [3, 14, 6, 6, 2]);
  for (const name of ["role/App", "user/maintenance", "role/Etl"]) assert.ok(radius(BUCKET)[0]!.includes(name), name);
  assert.match(radius({ label: "bucket other", bucket: "other" })[0]!, /Nobody but the thief/);
  assert.match(radius({ label: "detector", detectorId: "1" })[0]!, /do not tell/);
  // Where no address of the thief is known, all calls of the suspects are his.
  const blind = await radiusIn(world, trail, { addresses: [] });
  assert.deepEqual(figures(blind(ROLE)[0]!), [2, 5, 2, 1]);
  const kept = JSON.parse(
    Buffer.from((await world.ports.cases.read(world.caseId, "queries/dependants.json"))!).toString(),
  ) as { rowsTotal: number };
  assert.ok(kept.rowsTotal > 0);
});
