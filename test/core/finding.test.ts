import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { CordonError, type Fault } from "../../lib/base/errors.ts";
import { opensCase, parseFindings } from "../../lib/core/finding/finding.ts";
import { parseTime } from "../../lib/core/finding/findingTime.ts";

const FIXTURES = new URL("../fixtures/guardduty/", import.meta.url);
const SEKOIA = new URL("../../../shared/data/test-only/sekoia/aws-guardduty/", import.meta.url);

const fixture = (name: string): unknown => JSON.parse(readFileSync(new URL(name, FIXTURES), "utf8"));
const only = (input: unknown) => {
  const findings = parseFindings(input);
  assert.equal(findings.length, 1);
  return findings[0]!;
};
const faultsOf = (input: unknown): readonly Fault[] => {
  try {
    parseFindings(input);
  } catch (error) {
    assert.ok(error instanceof CordonError);
    assert.equal(error.code, "INPUT_INVALID");
    return error.faults;
  }
  return [];
};
const pathsOf = (input: unknown): readonly string[] => faultsOf(input).map(({ path }) => path);

const bare = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: "f-1",
  type: "Exfiltration:S3/AnomalousBehavior",
  severity: 8,
  accountId: "123456789012",
  region: "us-east-1",
  createdAt: "2026-02-23T04:15:00Z",
  updatedAt: "2026-02-23T04:15:00Z",
  ...over,
});

test("all eight panther findings parse, and exactly those marked sample are samples", () => {
  const cases = fixture("panther.json") as readonly { test: string; log: Record<string, unknown> }[];
  assert.equal(cases.length, 8);
  for (const { test: name, log } of cases) {
    const finding = only(log);
    assert.equal(finding.sample, name.endsWith("As Sample Data"), name);
    assert.equal(finding.type, log.type);
    assert.equal(finding.severity, log.severity);
    assert.deepEqual(finding.principals, []);
  }
});

test("an attack sequence without its sequence member parses and keeps its times as UTC", () => {
  const cases = fixture("panther.json") as readonly { log: unknown }[];
  const finding = only(cases[1]!.log);
  assert.equal(finding.type, "AttackSequence:S3/CompromisedData");
  assert.equal(finding.createdAt, "2025-02-25T20:40:06.765Z");
  assert.deepEqual(finding.window, { firstSeen: "2025-02-25T20:40:06.000Z", lastSeen: "2025-02-25T20:40:06.000Z" });
  assert.deepEqual([finding.principals, finding.buckets, finding.signals], [[], [], []]);
});

test("a PascalCase list with its sample mark inside AdditionalInfo.Value is a sample", () => {
  const finding = only(fixture("onug-csnf.json"));
  assert.equal(finding.sample, true);
  assert.equal(finding.type, "Discovery:S3/MaliciousIPCaller");
  assert.equal(finding.count, 2);
  assert.equal(finding.detectorId, "f6c2881d4202ff653c1f33df4bc1791e");
  assert.deepEqual(finding.window, { firstSeen: "2022-12-15T12:09:08.000Z", lastSeen: "2022-12-15T14:14:49.000Z" });
  assert.deepEqual(finding.buckets, [
    { name: "bucketName", arn: "arn:aws:s3:::bucketName", accountId: "026923064426", public: false },
  ]);
  assert.equal(finding.addresses[0]?.ip, "198.51.100.0");
});

test("an envelope whose detail is PascalCase gives both of its buckets", () => {
  const finding = only(fixture("guardduty-soar-two-buckets.json"));
  assert.deepEqual(
    finding.buckets.map(({ name }) => name),
    ["${bucket_1_name}", "${bucket_2_name}"],
  );
  assert.equal(finding.principals[0]?.accessKeyId, "ASIA_DUMMY_KEY");
  assert.equal(finding.sample, false);
});

test("a PascalCase envelope with placeholders is a sample, and its unusual behaviour is read from the text", () => {
  const finding = only(fixture("guardduty-soar-credential-access.json"));
  assert.equal(finding.sample, true);
  assert.equal(finding.accountId, "057372331974");
  assert.equal(finding.unusual.unusualAPIsAccountProfiling, "GeneratedFindingAPIName");
  assert.deepEqual(
    finding.addresses.map(({ ip }) => ip),
    ["198.51.100.0", "1234:5678:90ab:cdef:1234:5678:90ab:cde0"],
  );
});

test("the ten sekoia findings parse as samples and agree with their own parse", {
  skip: !existsSync(SEKOIA) && "needs shared/data",
}, () => {
  const names = readdirSync(SEKOIA);
  assert.equal(names.length, 10);
  for (const name of names) {
    const { input, expected } = JSON.parse(readFileSync(new URL(name, SEKOIA), "utf8"));
    const finding = only(JSON.parse(input.message));
    assert.equal(finding.sample, true, name);
    assert.equal(finding.createdAt, expected["@timestamp"].replace("000Z", "Z"), name);
    assert.equal(finding.accountId, expected.cloud.account.id, name);
    assert.equal(finding.region, expected.aws.guardduty.finding.region ?? expected.cloud.region, name);
    assert.equal(finding.severity, expected.event.severity, name);
    assert.equal(finding.type, expected.aws.guardduty.finding.type, name);
    assert.equal(finding.principals[0]?.accessKeyId, expected.aws.guardduty.finding.accesskey?.accessKeyId, name);
    assert.equal(finding.buckets[0]?.name, expected.aws.guardduty.finding.s3bucket?.name, name);
  }
});

test("an attack sequence gives every principal, key, bucket, address and signal once", () => {
  const finding = only(fixture("sequence-event.json"));
  assert.deepEqual(finding.sensitiveData, ["s3"]);
  assert.deepEqual(finding.alsoTypes, ["AttackSequence:IAM/CompromisedCredentials"]);
  assert.equal(finding.accountId, "123456789012", "of the finding, not of the envelope");
  assert.equal(finding.sample, false);
  const jane = {
    type: "IAMUser",
    accountId: "123456789012",
    principalId: "AIDACKCEVSQ6C2EXAMPLE",
    arn: null,
    userName: "developer-jane",
    roleSession: null,
    issuerArn: null,
  };
  assert.deepEqual(finding.principals, [
    { ...jane, accessKeyId: "AKIAIOSFODNN7EXAMPLE" },
    {
      type: "AssumedRole",
      accountId: "210987654321",
      principalId: "AROAIDPPEZS35WEXAMPLE:batch-7",
      arn: null,
      userName: "data-export",
      accessKeyId: "ASIAIOSFODNN7EXAMPLE",
      roleSession: "batch-7",
      issuerArn: "arn:aws:iam::210987654321:role/etl/data-export",
    },
    { ...jane, accessKeyId: "AKIAI44QH8DHBEXAMPLE" },
  ]);
  assert.deepEqual(
    finding.buckets.map((bucket) => [bucket.name, bucket.public]),
    [
      ["acme-customer-records", false],
      ["acme-public-site", true],
      ["acme-exports", null],
    ],
  );
  assert.deepEqual(finding.addresses, [
    { ip: "185.220.101.34", country: "Germany", asn: "60729", organisation: "Stiftung Erneuerbare Freiheit" },
    { ip: "2001:db8::7", country: null, asn: null, organisation: null },
  ]);
  assert.deepEqual(finding.window, { firstSeen: "2026-02-23T02:40:11.000Z", lastSeen: "2026-02-23T04:12:40.000Z" });
  assert.deepEqual(
    finding.signals.map(({ uid, type, severity, count, lastSeen }) => ({ uid, type, severity, count, lastSeen })),
    [
      { uid: "f1", type: "FINDING", severity: 8, count: 1, lastSeen: "2026-02-23T04:12:40.500Z" },
      { uid: "f2", type: "S3_DATA_EVENTS", severity: null, count: 12847, lastSeen: "2026-02-23T04:12:00.000Z" },
    ],
  );
});

test("the answer of GetFindings, as botocore prints it, gives the same finding as the event", () => {
  assert.deepEqual(parseFindings(fixture("sequence-api.json")), parseFindings(fixture("sequence-event.json")));
});

test("a list, a list of envelopes, an answer and a bare finding give the same", () => {
  const expected = parseFindings(bare());
  for (const input of [
    [bare()],
    [{ detail: bare() }],
    { Findings: [bare()] },
    { findings: [bare()] },
    { detail: bare() },
  ]) {
    assert.deepEqual(parseFindings(input), expected);
  }
  assert.deepEqual(parseFindings([]), []);
});

test("live and retired S3 types parse under their own names", () => {
  const types = [
    "Discovery:S3/TorIPCaller",
    "Exfiltration:S3/MaliciousIPCaller",
    "Exfiltration:S3/ObjectRead.Unusual",
    "Impact:S3/AnomalousBehavior.Delete",
    "PenTest:S3/KaliLinux",
    "Policy:S3/BucketAnonymousAccessGranted",
    "Stealth:S3/ServerAccessLoggingDisabled",
    "UnauthorizedAccess:S3/MaliciousIPCaller.Custom",
  ];
  assert.deepEqual(
    parseFindings(types.map((type) => bare({ type }))).map(({ type }) => type),
    types,
  );
});

test("a caller from another account keeps that account, and an anonymous one has none", () => {
  const called = (accessKeyDetails: unknown, remoteAccountDetails?: unknown) =>
    only(
      bare({
        resource: { accessKeyDetails },
        service: { action: { awsApiCallAction: { api: "GetObject", remoteAccountDetails } } },
      }),
    );
  const foreign = called(
    { userType: "AWSAccount", principalId: "AIDAX" },
    { accountId: "210987654321", affiliated: false },
  );
  assert.equal(foreign.principals[0]?.accountId, "210987654321");
  assert.deepEqual(foreign.remoteAccount, { accountId: "210987654321", affiliated: false });
  assert.equal(called({ userType: "AWSAccount", principalId: "AIDAX" }).principals[0]?.accountId, null);
  const anonymous = called({ userType: "AWSAccount", principalId: "ANONYMOUS_PRINCIPAL" });
  assert.deepEqual([anonymous.principals[0]?.type, anonymous.principals[0]?.accountId], ["Anonymous", null]);
  const role = called({ userType: "AssumedRole", principalId: "AROAX:night:shift", userName: "etl", accessKeyId: "" });
  assert.deepEqual([role.principals[0]?.roleSession, role.principals[0]?.accessKeyId], ["night:shift", null]);
});

test("every place where a sample marks itself is seen", () => {
  const marks = [
    { title: "[SAMPLE] The API GetObject was invoked" },
    { service: { additionalInfo: { sample: true } } },
    { service: { additionalInfo: { value: '{"sample":true}' } } },
    { Service: { AdditionalInfo: { Value: '{"sample":true}', Type: "default" } } },
    { resource: { accessKeyDetails: { accessKeyId: "GeneratedFindingAccessKeyId" } } },
    { resource: { accessKeyDetails: { userName: "GeneratedFindingUserName" } } },
    { resource: { s3BucketDetails: [{ name: "bucketName" }] } },
    { resource: { s3BucketDetails: [{ name: "GeneratedFindingS3Bucket" }] } },
    { service: { action: { awsApiCallAction: { api: "GeneratedFindingAPIName" } } } },
  ];
  for (const mark of marks) assert.equal(only(bare(mark)).sample, true, JSON.stringify(mark));
});

test("names that an attacker may choose do not make a finding a sample", () => {
  const attempts = [
    { title: "The user [SAMPLE] read objects" },
    { service: { additionalInfo: { sample: false, value: "{not json" } } },
    { resource: { accessKeyDetails: { userName: "GeneratedFindingUserName", accessKeyId: "AKIAIOSFODNN7EXAMPLE" } } },
    { resource: { accessKeyDetails: { principalId: "AROAX:GeneratedFinding", userName: "etl" } } },
    { resource: { s3BucketDetails: [{ name: "generatedfinding-bucketname" }] } },
  ];
  for (const attempt of attempts) assert.equal(only(bare(attempt)).sample, false, JSON.stringify(attempt));
});

test("all faults of all findings are reported at once, by path", () => {
  assert.deepEqual(
    pathsOf({ detail: { severity: "8", resource: { s3BucketDetails: [{}] }, service: { count: -1 } } }),
    [
      "detail.id",
      "detail.type",
      "detail.severity",
      "detail.accountId",
      "detail.region",
      "detail.createdAt",
      "detail.updatedAt",
      "detail.resource.s3BucketDetails[0].name",
      "detail.service.count",
    ],
  );
  assert.deepEqual(pathsOf({ Findings: [bare(), bare({ severity: 11 }), bare({ createdAt: "soon" })] }), [
    "Findings[1].severity",
    "Findings[2].createdAt",
  ]);
  assert.deepEqual(pathsOf([{ detail: bare({ accountId: "../12345" }) }]), ["[0].detail.accountId"]);
  assert.deepEqual(faultsOf({ detail: bare({ severity: "8" }) })[0]?.got, '"8"');
});

test("what is no finding at all is refused", () => {
  for (const input of [undefined, null, 5, "finding", {}, [1], { detail: null }, { Findings: "x" }]) {
    assert.ok(faultsOf(input).length > 0, JSON.stringify(input));
  }
});

test("nesting 10,000 deep in unknown members and in texts is passed over", () => {
  const deep = `${'{"a":['.repeat(10_000)}1${"]}".repeat(10_000)}`;
  const finding = only(
    bare({ unknown: JSON.parse(deep), service: { additionalInfo: { value: deep, x: JSON.parse(deep) } } }),
  );
  assert.deepEqual(finding.unusual, {});
  assert.ok(
    pathsOf(bare({ resource: { accessKeyDetails: JSON.parse(deep), s3BucketDetails: JSON.parse(deep) } })).length > 0,
  );
  assert.ok(pathsOf(JSON.parse(`${"[".repeat(10_000)}${"]".repeat(10_000)}`)).length > 0);
});

test("a list beyond the model's limit is one fault, however long", () => {
  const actors = Array.from({ length: 100_000 }, () => ({ nothing: 1 }));
  assert.deepEqual(pathsOf(bare({ service: { detection: { sequence: { actors } } } })), [
    "service.detection.sequence.actors",
  ]);
  assert.deepEqual(pathsOf(bare({ resource: { s3BucketDetails: actors } })), ["resource.s3BucketDetails"]);
  assert.deepEqual(pathsOf(actors), [""]);
  const most = Array.from({ length: 400 }, (_, at) => ({ user: { uid: `AIDA${at}` } }));
  assert.equal(only(bare({ service: { detection: { sequence: { actors: most } } } })).principals.length, 400);
});

test("control characters, markup and __proto__ stay data", () => {
  const name = 'a\u0000\u001b[31m\u202e<script>"\n';
  const finding = only(
    bare({
      title: name,
      resource: { accessKeyDetails: { userName: name, principalId: "AIDAX" }, s3BucketDetails: [{ name }] },
      service: { additionalInfo: JSON.parse('{"unusualBehavior":{"__proto__":"x","constructor":"y"}}') },
      __proto__: null,
    }),
  );
  assert.deepEqual([finding.title, finding.principals[0]?.userName, finding.buckets[0]?.name], [name, name, name]);
  assert.deepEqual(Object.getOwnPropertyNames(finding.unusual).sort(), ["__proto__", "constructor"]);
  assert.equal(Object.getPrototypeOf(finding.unusual), Object.prototype);
});

test("any JSON either parses or is refused with paths, and never fails otherwise", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 6 }),
      fc.constantFrom(...Object.keys(bare()), "resource", "service"),
      (value, member) => {
        faultsOf(value);
        for (const fault of faultsOf({ detail: bare({ [member]: value }) })) assert.match(fault.path, /^detail\./);
      },
    ),
  );
});

test("a case opens on an exact type or a prefix, at or above the severity", () => {
  const finding = { type: "Exfiltration:S3/AnomalousBehavior", severity: 7 };
  const opens = (openOn: readonly string[], minimumSeverity = 7) => opensCase(finding, { openOn, minimumSeverity });
  assert.ok(opens(["Exfiltration:S3/AnomalousBehavior"]));
  assert.ok(opens(["Impact:S3/*", "Exfiltration:S3/*"]));
  assert.ok(opens(["*"]));
  assert.ok(!opens(["Exfiltration:S3/*"], 7.1));
  assert.ok(!opens(["Exfiltration:S3/Anomalous"]), "no prefix without a star");
  assert.ok(!opens(["*:S3/AnomalousBehavior"]), "a star counts at the end only");
  assert.ok(!opens(["exfiltration:s3/*"]), "types are case sensitive");
  assert.ok(!opens([]));
});

test("every form of time becomes ISO 8601 UTC with milliseconds", () => {
  const forms: readonly [unknown, string | null][] = [
    ["2025-02-25 20:40:06.000000000", "2025-02-25T20:40:06.000Z"],
    ["2025-02-25 20:40:06.721", "2025-02-25T20:40:06.721Z"],
    ["2020-02-14T18:12:22.316Z", "2020-02-14T18:12:22.316Z"],
    ["2020-02-14T18:12:22Z", "2020-02-14T18:12:22.000Z"],
    ["2020-02-14T18:12:22.9999999Z", "2020-02-14T18:12:22.999Z"],
    ["2020-02-14T23:30:00-01:30", "2020-02-15T01:00:00.000Z"],
    ["20131102T010628Z", "2013-11-02T01:06:28.000Z"],
    // date -u -d @1636625755.218 +%FT%T.%3NZ
    [1636625755.218, "2021-11-11T10:15:55.218Z"],
    [1636625755218, "2021-11-11T10:15:55.218Z"],
    [0, "1970-01-01T00:00:00.000Z"],
    ["2025-02-30 00:00:00", null],
    ["2025-02-25T24:00:00Z", null],
    ["2025-02-25", null],
    ["1969-12-31T23:59:59Z", null],
    ["", null],
    [-1, null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
    [null, null],
    [{}, null],
  ];
  for (const [given, expected] of forms) assert.equal(parseTime(given), expected, String(given));
});

test("a normalised time is a fixed point", () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true }),
      (date) => {
        assert.equal(parseTime(date.toISOString()), date.toISOString());
      },
    ),
  );
});

test("an attack sequence of any name that is about buckets or reads of objects opens a case where those on S3 do", () => {
  const settings = { openOn: ["AttackSequence:S3/*"], minimumSeverity: 0 };
  const sequence = { type: "AttackSequence:IAM/CompromisedCredentials", severity: 9 };
  const bucket = { name: "b", arn: "arn:aws:s3:::b", accountId: null, public: null };
  const signal = {
    uid: "1",
    type: "S3_DATA_EVENTS",
    name: "GetObject",
    severity: null,
    count: 1,
    firstSeen: null,
    lastSeen: null,
  };
  assert.equal(opensCase(sequence, settings), false);
  assert.equal(opensCase({ ...sequence, buckets: [bucket] }, settings), true);
  assert.equal(opensCase({ ...sequence, signals: [signal] }, settings), true);
  assert.equal(opensCase({ ...sequence, buckets: [bucket] }, { ...settings, openOn: ["Exfiltration:S3/*"] }), false);
});

test("a sequence on something else that is part of one on S3 opens a case", () => {
  const sequence = { type: "AttackSequence:EC2/CompromisedInstanceGroup", severity: 9 };
  const settings = { openOn: ["AttackSequence:S3/CompromisedData"], minimumSeverity: 7 };
  assert.equal(opensCase(sequence, settings), false);
  assert.equal(opensCase({ ...sequence, alsoTypes: ["AttackSequence:S3/CompromisedData"] }, settings), true);
});
