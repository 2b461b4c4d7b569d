import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { opened } from "../../lib/embedded/ingest-envelopes.ts";
import { INNER_NAMES } from "../../lib/embedded/ingest-normalise.ts";
import { createReader } from "../../lib/embedded/ingest-reader.ts";
import { sampled } from "../sample.ts";
import { NAMED, READ } from "./oddShapes.ts";
import { BYTES, csv, type Files, OBJECTS, THEFT, THIEF } from "./theftShapes.ts";
import { folderOf, getObject, requestOf, scan, tempDir } from "./trailWorld.ts";

const REQUEST = requestOf({ ...THIEF, addresses: ["198.51.100.77"], buckets: ["harbor-ledgers-0391"] });
const TAKEN = `SELECT count(DISTINCT object_key) AS objects, count(*) AS calls, CAST(sum(bytes_out) AS bigint) AS bytes
  FROM case_events WHERE eventname = 'GetObject' AND errorcode IS NULL AND access_key_id = 'AKIAQ3EXAMPLEFIELD01'`;

for (const [shape, filesOf] of sampled(Object.entries(READ), 5))
  test(`read as it is: ${shape}`, async (context) => {
    const scanned = await scan(context, folderOf(context, filesOf(THEFT)), REQUEST);
    assert.deepEqual(scanned.result.filesSetAside, []);
    assert.deepEqual(await scanned.rows(TAKEN), [{ objects: OBJECTS, calls: OBJECTS, bytes: BYTES }]);
  });

for (const [shape, filesOf] of Object.entries(NAMED))
  test(`named: ${shape}`, async (context) => {
    const files: Files = filesOf(THEFT);
    const linesDir = tempDir(context);
    const reader = createReader({ request: REQUEST, logsDir: folderOf(context, files), linesDir, label: "x" });
    for (const name of Object.keys(files)) {
      const reports = await reader.read(name);
      assert.ok(reports.some(({ lost, reasons }) => lost > 0 && reasons.length > 0));
    }
  });

test("two records of one shared id that say different things are told apart", async (context) => {
  const sharedEventID = "11111111-1111-4111-8111-111111111111";
  const records = THEFT.map((one) => ({ ...one, sharedEventID }));
  const scanned = await scan(context, folderOf(context, { "a.json": JSON.stringify({ Records: records }) }), REQUEST);
  assert.deepEqual(await scanned.rows("SELECT is_contested FROM case_events"), [{ is_contested: true }]);
});

const { userIdentity: _, ...BARE } = getObject({ eventID: "real", eventName: "Publish" });
const FORGED = getObject({ eventID: "forged" });
const idsAndLosses = (value: unknown) => {
  const found = opened(value);
  return {
    ids: found.map((one) => ("record" in one ? one.record.eventID : null)).filter((id) => id !== null),
    lost: found.filter((one) => "lost" in one).length,
  };
};

test("a record in what a call without a caller asked for, or was told, is never read, and the call stays", () => {
  for (const text of [
    { requestParameters: { message: JSON.stringify(FORGED) } },
    { requestParameters: FORGED },
    { userAgent: JSON.stringify(FORGED) },
    { responseElements: JSON.stringify({ body: FORGED }) },
    { requestparameters: JSON.stringify({ detail: FORGED }) },
  ])
    assert.deepEqual(idsAndLosses({ ...BARE, ...text }), { ids: ["real"], lost: 1 });
});

test("the same record inside takes the place of its outside, another one beside it does not", () => {
  const inside = (EventId: string) => ({ EventId, EventName: "GetObject", CloudTrailEvent: JSON.stringify(FORGED) });
  const outside = { EventSource: "s3.amazonaws.com", EventTime: 1 };
  assert.deepEqual(idsAndLosses({ ...outside, ...inside("forged") }), { ids: ["forged"], lost: 0 });
  const { EventId: _id, ...nameless } = inside("");
  assert.deepEqual(idsAndLosses({ ...outside, ...nameless }), { ids: ["forged"], lost: 0 });
  const found = opened({ ...outside, ...inside("another") });
  assert.deepEqual(
    found.map((one) => Object.keys(one)[0]),
    ["record", "record", "lost"],
  );
});

test("an insight, which has no caller, is whole", () => {
  const insightDetails = { eventSource: "s3.amazonaws.com", eventName: "GetObject", state: "Start" };
  const { eventName: __, ...insight } = BARE;
  assert.deepEqual(idsAndLosses({ ...insight, eventCategory: "Insight", insightDetails }), { ids: ["real"], lost: 0 });
});

const IDENTITY = "userIdentity.";
const flatRow = (cells: Readonly<Record<string, string>>) => ({
  ...{ eventTime: "2026-11-20T14:00:10Z", eventSource: "s3.amazonaws.com", eventName: "GetObject" },
  ...{ sourceIPAddress: "203.0.113.77", requestID: "R1", errorCode: "False", sharedEventID: "-" },
  ...{ requestParameters: '{"bucketName":"exports","key":"-"}' },
  ...{ additionalEventData: '{"bytesTransferredOut":100}' },
  [`${IDENTITY}type`]: "IAMUser",
  [`${IDENTITY}arn`]: "arn:aws:iam::111122223333:user/none",
  [`${IDENTITY}principalId`]: "AIDATHIEF",
  [`${IDENTITY}accessKeyId`]: "null",
  [`${IDENTITY}userName`]: "none",
  [`${IDENTITY}invokedBy`]: "-",
  [`${IDENTITY}sessionContext.sessionIssuer.arn`]: "None",
  [`${IDENTITY}sessionContext.sessionIssuer.userName`]: "-",
  ...cells,
});
const ROW = `SELECT errorcode, object_key, principal_id, principal_arn, access_key_id, user_name, invoked_by, issuer_arn
  FROM case_events ORDER BY eventid`;
const SAID = { errorcode: null, object_key: "-", principal_id: "AIDATHIEF", access_key_id: null, invoked_by: null };

test("a cell of one column for each inner member that says that there is nothing is none; a user and a key may be called so", async (context) => {
  const table = csv([
    flatRow({ eventID: "1" }),
    flatRow({ eventID: "2", errorCode: "0", [`${IDENTITY}arn`]: "N/A" }),
    flatRow({ eventID: "3", errorCode: "AccessDenied", [`${IDENTITY}arn`]: "arn:aws:sts::1:assumed-role/a/b" }),
  ]);
  const { rows, result } = await scan(
    context,
    folderOf(context, { "a.csv": table }),
    requestOf({ buckets: ["exports"] }),
  );
  assert.deepEqual(result.filesSetAside, []);
  const arn = "arn:aws:iam::111122223333:user/none";
  assert.deepEqual(await rows(ROW), [
    { ...SAID, principal_arn: arn, user_name: "none", issuer_arn: null },
    { ...SAID, principal_arn: null, user_name: "none", issuer_arn: null },
    {
      ...{ ...SAID, errorcode: "AccessDenied", principal_arn: "arn:aws:sts::1:assumed-role/a/b" },
      ...{ user_name: null, issuer_arn: null },
    },
  ]);
});

test("a caller of whom a table says nothing in every cell is no caller", async (context) => {
  const none = ["type", "arn", "principalId"].map((name) => [`${IDENTITY}${name}`, "-"] as const);
  const logs = folderOf(context, { "a.csv": csv([flatRow({ eventID: "1", ...Object.fromEntries(none) })]) });
  const request = requestOf({ buckets: ["exports"] });
  const [report] = await createReader({ request, logsDir: logs, linesDir: tempDir(context), label: "x" }).read("a.csv");
  assert.match(report!.reasons.join(), /no caller/);
});

test("inner names that the case table asks for are spelt as CloudTrail does, whatever a table made of them", () => {
  const sql = ["case-table", "reads"].map((name) =>
    readFileSync(new URL(`../../lib/sql/${name}.sql`, import.meta.url), "utf8"),
  );
  const asked = sql
    .flatMap((text) => [...text.matchAll(/'\$\.([A-Za-z.]+)'/g)])
    .flatMap(([, path]) => path!.split("."));
  const inOrders = ["JobId", "locationArn", "ReplicationConfiguration", "Role"];
  assert.deepEqual(
    asked.filter((name) => !INNER_NAMES.includes(name) && !inOrders.includes(name) && name !== name.toLowerCase()),
    [],
  );
});
