import assert from "node:assert/strict";
import test from "node:test";
import { opened } from "../../lib/embedded/ingest-envelopes.ts";
import { printedRow } from "../../lib/embedded/ingest-row.ts";
import { BYTES, csv, type Files, OBJECTS, type Rec, THEFT, THIEF } from "./theftShapes.ts";
import { folderOf, requestOf, scan } from "./trailWorld.ts";

const REQUEST = requestOf({ ...THIEF, addresses: ["198.51.100.77"], buckets: ["harbor-ledgers-0391"] });
const TAKEN = `SELECT count(DISTINCT object_key) AS objects, count(*) AS calls, CAST(sum(bytes_out) AS bigint) AS bytes
  FROM case_events WHERE eventname = 'GetObject' AND errorcode IS NULL AND access_key_id = 'AKIAQ3EXAMPLEFIELD01'`;

const text = JSON.stringify;
/** The columns of Azure Monitor's reference of the table AWSCloudTrail. */
const sentinel = (one: any, time: (iso: string) => string = (iso) => iso): Rec => ({
  TenantId: "46bec743-35fa-4608-b7e2-2aa3c38a97c2",
  TimeGenerated: time(one.eventTime),
  AwsEventId: one.eventID,
  AwsRequestId: "",
  AwsRequestId_: one.requestID ?? "",
  EventVersion: one.eventVersion,
  EventSource: one.eventSource,
  EventTypeName: one.eventType,
  EventName: one.eventName,
  UserIdentityType: one.userIdentity.type,
  UserIdentityPrincipalid: one.userIdentity.principalId,
  UserIdentityArn: one.userIdentity.arn,
  UserIdentityAccountId: one.userIdentity.accountId,
  UserIdentityAccessKeyId: one.userIdentity.accessKeyId,
  UserIdentityUserName: one.userIdentity.userName,
  SessionIssuerArn: "",
  AWSRegion: one.awsRegion,
  SourceIpAddress: one.sourceIPAddress,
  UserAgent: one.userAgent,
  ErrorCode: "",
  RequestParameters: text(one.requestParameters),
  AdditionalEventData: text(one.additionalEventData),
  Resources: text(one.resources ?? []),
  ReadOnly: "true",
  RecipientAccountId: one.recipientAccountId,
  Category: "Data",
  Type: "AWSCloudTrail",
});

const javaMap = (members: Rec): string =>
  `{${Object.entries(members)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ")}}`;
/** As Elastic's pipeline leaves it, `flattened` with those members that it was told to keep. */
const elastic = (one: any, flattened: Rec): Rec => ({
  "@timestamp": one.eventTime.replace("Z", ".000Z"),
  aws: {
    cloudtrail: {
      additional_eventdata: javaMap(one.additionalEventData),
      event_category: "Data",
      event_type: one.eventType,
      event_version: one.eventVersion,
      flattened,
      recipient_account_id: one.recipientAccountId,
      request_parameters: javaMap(one.requestParameters),
      user_identity: { access_key_id: one.userIdentity.accessKeyId, arn: one.userIdentity.arn, type: "IAMUser" },
    },
  },
  cloud: { account: { id: one.userIdentity.accountId }, region: one.awsRegion },
  event: { action: one.eventName, id: one.eventID, outcome: "success", provider: one.eventSource },
  source: { address: one.sourceIPAddress, ip: one.sourceIPAddress },
  user: { id: one.userIdentity.principalId, name: one.userIdentity.userName },
  user_agent: { original: one.userAgent },
});
const american = (iso: string): string => {
  const [, year, month, day, hour, rest] = /^(\d+)-(\d+)-(\d+)T(\d+):(.*)Z$/.exec(iso)!;
  return `${Number(month)}/${Number(day)}/${year}, ${Number(hour) % 12 || 12}:${rest}.000 ${Number(hour) < 12 ? "AM" : "PM"}`;
};

const SHAPES: Readonly<Record<string, Files>> = {
  "Sentinel, as Log Analytics answers": { "a.json": text(THEFT.map((one) => sentinel(one))) },
  "Sentinel, as the portal exports it": {
    "a.csv": csv(THEFT.map((one) => sentinel(one, american))).replace("TimeGenerated", "TimeGenerated [UTC]"),
  },
  "Elastic without the original, members as text": {
    "a.jsonl": THEFT.map((one) => `${text({ _index: "logs", _source: elastic(one, {}) })}\n`).join(""),
  },
  "Elastic without the original, members flattened": {
    "a.json": text({
      hits: {
        hits: THEFT.map((one: any) => ({
          _source: elastic(one, {
            request_parameters: one.requestParameters,
            additional_eventdata: { SSEApplied: "Default_SSE_S3" },
          }),
        })),
      },
    }),
  },
};

for (const [shape, files] of Object.entries(SHAPES))
  test(`read as it is: ${shape}`, async (context) => {
    const scanned = await scan(context, folderOf(context, files), REQUEST);
    assert.deepEqual(scanned.result.filesSetAside, []);
    assert.deepEqual(await scanned.rows(TAKEN), [{ objects: OBJECTS, calls: OBJECTS, bytes: BYTES }]);
  });

test("a day that may be a month is no time, and the file is named", async (context) => {
  const british = (iso: string): string => `04/05/2026, ${iso.slice(11, 19)}.000`;
  const rows = THEFT.map((one) => sentinel(one, british));
  const scanned = await scan(context, folderOf(context, { "a.csv": csv(rows) }), REQUEST);
  assert.equal(scanned.result.filesSetAside.length, 1);
});

test("where Elastic kept the record itself, that is read", () => {
  const [one] = THEFT as readonly any[];
  const kept = elastic({ ...one, eventID: "another" }, {});
  const [found] = opened({ ...kept, event: { ...(kept.event as Rec), original: text(one) } });
  assert.ok(found !== undefined && "record" in found);
  assert.equal(found.record.eventID, one.eventID);
});

test("a key that is written like members makes no row: which of two is the member is not known", () => {
  assert.deepEqual(printedRow("{bucketName=b, key=k}"), { bucketName: "b", key: "k" });
  assert.equal(printedRow("{bucketName=b, key=k, bucketName=other}"), null);
});
