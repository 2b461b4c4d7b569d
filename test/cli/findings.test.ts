import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { chosen, readFindings } from "../../lib/cli/sources.ts";

const FIELD = new URL("../fixtures/field-cases/", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "cordon-findings-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const EVENT = JSON.parse(readFileSync(join(FIELD, "silent-half-elastic/finding.json"), "utf8"));
const FINDING = EVENT.detail;
const OPEN_ON = { openOn: ["Exfiltration:S3/*"], minimumSeverity: 0 } as unknown as Parameters<typeof chosen>[1];

let files = 0;
const read = (content: string | Buffer) => {
  const path = join(folder, `finding-${files++}`);
  writeFileSync(path, content);
  return readFindings(path);
};
const json = JSON.stringify;
const sns = { Type: "Notification", MessageId: "m", TopicArn: "t", Message: json(EVENT) };
const other = { ...FINDING, id: "0".repeat(32), type: "Recon:EC2/PortProbeUnprotectedPort" };

/** After the examples of the Security Hub user guide. */
const ASFF = {
  SchemaVersion: "2018-10-08",
  Id: FINDING.arn,
  ProductArn: "arn:aws:securityhub:eu-west-1::product/aws/guardduty",
  AwsAccountId: "444455556666",
  Types: ["TTPs/Exfiltration/Exfiltration:S3-AnomalousBehavior"],
  FirstObservedAt: FINDING.service.eventFirstSeen,
  LastObservedAt: FINDING.service.eventLastSeen,
  CreatedAt: FINDING.createdAt,
  UpdatedAt: FINDING.updatedAt,
  Severity: { Product: 8, Normalized: 80, Label: "HIGH" },
  Title: FINDING.title,
  Description: FINDING.description,
  ProductFields: {
    "aws/guardduty/service/count": "1",
    "aws/guardduty/service/detectorId": "aabbccddeeff00112233445566778899",
    "aws/guardduty/service/archived": "false",
    "aws/guardduty/service/eventFirstSeen": FINDING.service.eventFirstSeen,
    "aws/guardduty/service/eventLastSeen": FINDING.service.eventLastSeen,
    "aws/guardduty/service/action/awsApiCallAction/api": "GetObject",
    "aws/guardduty/service/action/awsApiCallAction/remoteIpDetails/ipAddressV4": "198.51.100.77",
  },
  Resources: [
    {
      Type: "AwsIamAccessKey",
      Id: "AWS::IAM::AccessKey:AKIAQ3EXAMPLEFIELD01",
      Details: {
        AwsIamAccessKey: { PrincipalId: "AIDAQ3EXAMPLENADIA01", PrincipalName: "nadia.k", PrincipalType: "IAMUser" },
      },
    },
    { Type: "AwsS3Bucket", Id: "arn:aws:s3:::harbor-ledgers-0391" },
  ],
};

const OCSF = {
  class_uid: 2004,
  metadata: { product: { name: "GuardDuty", vendor_name: "AWS" }, uid: FINDING.arn },
  cloud: { account: { uid: "444455556666" }, region: "eu-west-1" },
  severity_id: 4,
  finding_info: {
    uid: FINDING.arn,
    types: ["Exfiltration:S3/AnomalousBehavior"],
    title: FINDING.title,
    created_time_dt: FINDING.createdAt,
    modified_time_dt: FINDING.updatedAt,
    first_seen_time_dt: FINDING.service.eventFirstSeen,
    last_seen_time_dt: FINDING.service.eventLastSeen,
  },
  evidences: [
    {
      src_endpoint: { ip: "198.51.100.77" },
      actor: {
        user: { name: "nadia.k", uid: "AIDAQ3EXAMPLENADIA01", type: "IAMUser", credential_uid: "AKIAQ3EXAMPLEFIELD01" },
      },
    },
  ],
  resources: [{ type: "AwsS3Bucket", uid: "arn:aws:s3:::harbor-ledgers-0391" }],
};

const base64 = (bytes: string | Buffer): string => Buffer.from(bytes).toString("base64");
const subscription = (...events: readonly unknown[]): string =>
  json({
    ...{ messageType: "DATA_MESSAGE", owner: "444455556666", logGroup: "/aws/events/guardduty", logStream: "s" },
    logEvents: events.map((event, at) => ({ id: String(at), timestamp: at, message: json(event) })),
  });

const SHAPES: Readonly<Record<string, string | Buffer>> = {
  "an event": json(EVENT),
  "a byte order mark": `\uFEFF${json(EVENT)}`,
  "UTF-16, as PowerShell writes it": Buffer.from(`\uFEFF${json(EVENT)}`, "utf16le"),
  packed: gzipSync(json(EVENT)),
  "an SNS notice": json(sns),
  "messages of a queue": json({ Messages: [{ Body: json(sns) }] }),
  "a message of a queue by itself": json({ MessageId: "m", Body: json(EVENT) }),
  "a Lambda event of SNS": json({ Records: [{ EventSource: "aws:sns", Sns: sns }] }),
  "a Lambda event of SQS, around SNS": json({ Records: [{ eventSource: "aws:sqs", body: json(sns) }] }),
  "Security Hub's event": json({ "detail-type": "Security Hub Findings - Imported", detail: { findings: [ASFF] } }),
  "Security Hub's own format": json({ Findings: [ASFF] }),
  "Security Hub's OCSF event": json({ "detail-type": "Findings Imported V2", detail: { findings: [OCSF] } }),
  "what Lambda is handed of Kinesis": json({
    Records: [{ eventSource: "aws:kinesis", eventID: "shardId-0:1", kinesis: { data: base64(json(EVENT)) } }],
  }),
  "what `aws kinesis get-records` prints": json({
    Records: [{ SequenceNumber: "1", PartitionKey: "p", Data: base64(json(EVENT)) }],
  }),
  "what Firehose hands over": json({ invocationId: "i", records: [{ recordId: "1", data: base64(json(sns)) }] }),
  "what Lambda is handed of CloudWatch Logs": json({ awslogs: { data: base64(gzipSync(subscription(EVENT))) } }),
  "a subscription of CloudWatch Logs through Kinesis": json({
    Records: [{ eventSource: "aws:kinesis", kinesis: { data: base64(gzipSync(subscription(EVENT))) } }],
  }),
  "a subscription of CloudWatch Logs through Firehose into S3": gzipSync(subscription(EVENT)),
  "events of a log group": json({ events: [{ logStreamName: "s", timestamp: 1, message: json(EVENT) }] }),
  "an answer of Logs Insights": json({
    results: [
      [
        { field: "@timestamp", value: "2026-11-20" },
        { field: "@message", value: json(EVENT) },
      ],
    ],
    status: "Complete",
  }),
  "a hit of Elastic": json({
    took: 1,
    hits: { hits: [{ _index: "i", _source: { event: { original: json(FINDING) } } }] },
  }),
  "a document of Elastic, flat": json({ _id: "1", _source: { "event.original": json(EVENT), message: "x" } }),
  "an export of Splunk": json({ preview: false, result: { _time: "1", _raw: json(EVENT) } }),
  "an answer of Splunk": json({ init_offset: 0, results: [{ _raw: json(EVENT), _time: "1" }] }),
  "what goes into Splunk": json({ time: 1, sourcetype: "aws:guardduty", event: EVENT }),
  "a line of syslog": json({ message: `Nov 20 14:00:00 host gd: ${json(EVENT)}` }),
  "two forms of one finding": json({ detail: FINDING, message: json(EVENT) }),
};

for (const [shape, content] of Object.entries(SHAPES))
  test(`a finding is read out of ${shape}`, () => {
    const { intakes, refused } = read(content);
    assert.deepEqual(refused, []);
    const [{ finding }, ...more] = intakes as [(typeof intakes)[number]];
    assert.deepEqual(more, []);
    const { id, type, severity, accountId, region, window } = finding;
    assert.deepEqual(
      { id, type, severity, accountId, region, window },
      {
        id: "f1e2d3c4b5a697887766554433221100",
        type: "Exfiltration:S3/AnomalousBehavior",
        severity: 8,
        accountId: "444455556666",
        region: "eu-west-1",
        window: { firstSeen: "2026-11-20T13:58:00.000Z", lastSeen: "2026-11-20T14:11:10.000Z" },
      },
    );
    assert.deepEqual(
      finding.principals.map(({ type: kind, accessKeyId, principalId, userName }) => [
        kind,
        accessKeyId,
        principalId,
        userName,
      ]),
      [["IAMUser", "AKIAQ3EXAMPLEFIELD01", "AIDAQ3EXAMPLENADIA01", "nadia.k"]],
    );
    assert.deepEqual(
      [finding.buckets.map(({ name }) => name), finding.addresses.map(({ ip }) => ip)],
      [["harbor-ledgers-0391"], ["198.51.100.77"]],
    );
  });

test("several findings in one envelope are each read, wherever they stand in it", () => {
  const second = { ...FINDING, id: "1".repeat(32) };
  const hits = [FINDING, second].map((one) => ({ _source: { event: { original: json(one) } } }));
  for (const content of [
    json({ hits: { hits } }),
    json({ Records: [{ Body: json([EVENT]) }], detail: second }),
    json({ awslogs: { data: base64(gzipSync(subscription(EVENT, { detail: second }))) } }),
    json({ records: [{ data: base64(json(EVENT) + json({ detail: second })) }] }),
    json({ Records: [{ kinesis: { data: base64(json(EVENT)) } }], detail: second }),
    json({ detail: FINDING, message: json(second) }),
    json(EVENT) + json({ detail: second }),
  ])
    assert.deepEqual(
      read(content).intakes.map(({ finding }) => finding.id),
      [FINDING.id, second.id],
    );
});

test("an envelope without a finding in it is refused in one sentence", () => {
  const normalised = { hits: { hits: [{ _index: "i", _source: { aws: { guardduty: { type: "x" } } } }] } };
  const control = json({ messageType: "CONTROL_MESSAGE", logEvents: [{ message: "CWL CONTROL MESSAGE: x" }] });
  for (const content of [json(normalised), json({ awslogs: { data: base64(gzipSync(control)) } }), json({ data: "?" })])
    assert.throws(() => read(content), /expected a GuardDuty finding, got a document of [\w ,]+$/);
});

test("of an export with one finding a line the one about S3 is responded to, and the other is named", () => {
  for (const content of [`${json(other)}\n${json(FINDING)}\n`, gzipSync(`${json(other)}\n${json(FINDING)}\n`)]) {
    const { intakes, refused } = chosen(read(content), OPEN_ON);
    assert.deepEqual(
      intakes.map(({ finding }) => finding.id),
      [FINDING.id],
    );
    assert.match(refused[0]!, /Recon:EC2\/PortProbeUnprotectedPort/);
  }
});

test("one broken finding among many is refused by its place, and the rest is read", () => {
  const { intakes, refused } = read(
    json([FINDING, { ...FINDING, severity: "high" }, { ...FINDING, id: "1".repeat(32) }]),
  );
  assert.equal(intakes.length, 2);
  assert.match(refused[0]!, /^\[1\]: .*severity/);
});

test("many findings about identities of which none opens a case by itself are all responded to: somebody means them", () => {
  const meant = { ...other, type: "Recon:IAMUser/MaliciousIPCaller" };
  assert.equal(chosen(read(json([meant, { ...meant, id: "1".repeat(32) }])), OPEN_ON).intakes.length, 2);
});

test("what is no finding is refused with what it lacks", () => {
  assert.throws(() => read(json({ Type: "Notification", Message: "hello" })), { code: "INPUT_INVALID" });
  assert.throws(() => read("not JSON"), { code: "INPUT_INVALID" });
  assert.throws(() => read("[]"), { code: "INPUT_INVALID" });
});
