import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { contextOf, flat, ROOT, resourcesOf, synth } from "./synth.ts";

const tableIn = (over: Readonly<Record<string, unknown>> = {}) =>
  Object.values(resourcesOf(synth(over).trail, "AWS::Glue::Table"))[0]!.Properties.TableInput;

test("the table projects account, region and day over the paths of a single account's trail", () => {
  const { Parameters, PartitionKeys, StorageDescriptor } = tableIn();
  assert.deepEqual(
    PartitionKeys.map(({ Name }: any) => Name),
    ["account", "region", "day"],
  );
  assert.equal(
    Parameters["storage.location.template"],
    "s3://the-trail/AWSLogs/${account}/CloudTrail/${region}/${day}",
  );
  assert.equal(Parameters["projection.account.values"], "111111111111,222222222222");
  assert.equal(Parameters["projection.region.values"], "eu-central-1,us-east-1");
  assert.deepEqual([Parameters["projection.day.format"], Parameters["projection.day.type"]], ["yyyy/MM/dd", "date"]);
  assert.equal(StorageDescriptor.InputFormat, "com.amazon.emr.cloudtrail.CloudTrailInputFormat");
});

test("an organisation's trail has one folder more", () => {
  const { Parameters } = tableIn({
    logs: {
      ...{ bucket: "the-trail", owner: "333333333333", prefix: "org/", organizationId: "o-abcdefghij" },
      regions: ["eu-central-1"],
    },
  });
  assert.equal(
    Parameters["storage.location.template"],
    "s3://the-trail/org/AWSLogs/o-abcdefghij/${account}/CloudTrail/${region}/${day}",
  );
});

const SIDES = {
  accessLogs: { bucket: "the-access-logs", layout: "by-day", sources: ["222222222222/eu-central-1/exports"] },
  flowLogs: { bucket: "the-flows", prefix: "vpc/", keyArn: "arn:aws:kms:eu-central-1:333333333333:key/flows" },
  identityLogs: { bucket: "the-okta", prefix: "okta/" },
};

test("logs beside CloudTrail are tables only where they were given, each with a day that prunes", () => {
  assert.equal(Object.keys(resourcesOf(synth().trail, "AWS::Glue::Table")).length, 1);
  const tables = Object.values(resourcesOf(synth(SIDES).trail, "AWS::Glue::Table")).map(
    ({ Properties }) => Properties.TableInput,
  );
  assert.deepEqual(
    Object.fromEntries(tables.map(({ Name, Parameters }) => [Name, Parameters["storage.location.template"]])),
    {
      cloudtrail_logs: "s3://the-trail/AWSLogs/${account}/CloudTrail/${region}/${day}",
      access_log_lines: "s3://the-access-logs/${source}/${day}",
      flow_log_records: "s3://the-flows/vpc/AWSLogs/${account}/vpcflowlogs/${region}/${day}",
      identity_log_lines: "s3://the-okta/okta/${day}",
    },
  );
  for (const { Parameters } of tables) assert.equal(Parameters["projection.day.format"], "yyyy/MM/dd");
});

test("a format of flow logs of one's own has its columns in its order, then one for what is too much, then the rest", () => {
  const fields = ["start", "end", "pkt-srcaddr", "srcaddr", "dstaddr", "bytes"];
  const tables = resourcesOf(synth({ flowLogs: { bucket: "the-flows", fields } }).trail, "AWS::Glue::Table");
  const names = Object.values(tables)
    .find(({ Properties }) => Properties.TableInput.Name === "flow_log_records")!
    .Properties.TableInput.StorageDescriptor.Columns.map(({ Name }: any) => Name);
  assert.deepEqual(names.slice(0, 7), ["start", "end", "pkt_srcaddr", "srcaddr", "dstaddr", "bytes", "beyond"]);
  assert.ok(names.includes("instance_id") && new Set(names).size === names.length);
});

test("wrong words about those logs are found at synth", () => {
  const wrong = [
    { accessLogs: { bucket: "the-access-logs", layout: "by-day" } },
    { accessLogs: { bucket: "the-access-logs", layout: "flat", prefix: "no-slash" } },
    { accessLogs: { bucket: "the-access-logs", layout: "flat", sources: Array(11).fill("a") } },
    { flowLogs: { bucket: "the-flows", fields: ["start", "end"] } },
    { identityLogs: { bucket: "the-okta", layout: "flat" } },
  ];
  for (const over of wrong) assert.throws(() => contextOf(over), { code: "SETTINGS_INVALID" }, JSON.stringify(over));
});

test("only functions that scan may read those logs, below their prefixes alone", () => {
  const policies = JSON.stringify(Object.values(resourcesOf(synth().cordon, "AWS::IAM::Policy")));
  assert.doesNotMatch(policies, /the-flows|the-okta|access_log_lines/);
  const given = Object.entries(resourcesOf(synth(SIDES).cordon, "AWS::IAM::Policy")).flatMap(([id, { Properties }]) =>
    Properties.PolicyDocument.Statement.map((one: any) => [id, flat(one.Action), JSON.stringify(one.Resource)]),
  );
  const of = (word: string, action: string) =>
    given.filter(([, actions, resource]) => JSON.stringify(actions).includes(action) && resource.includes(word));
  const readers = of("the-flows", "s3:GetObject");
  assert.ok(readers.length >= 2);
  for (const [id, , resource] of readers) {
    assert.match(id, /scan|watch|baseline/i);
    assert.match(resource, /the-flows\/vpc\/AWSLogs\/\*"/);
  }
  assert.equal(of("key/flows", "kms:Decrypt").length, readers.length);
  assert.equal(of("the-okta/okta/*", "s3:GetObject").length, readers.length);
  assert.ok(of("access_log_lines", "glue:GetTable").length >= 2);
});

test("S3 Metadata tables are no tables of ours: the counting function alone may ask them, in the catalogues of the context", () => {
  const given = { objectMetadata: { catalogs: [{}, { name: "exports-metadata", account: "444444444444" }] } };
  const { trail, cordon } = synth(given);
  assert.equal(Object.keys(resourcesOf(trail, "AWS::Glue::Table")).length, 1);
  const [, ...rest] = Object.entries(resourcesOf(cordon, "AWS::IAM::Policy"))
    .map(([id, { Properties }]) => [id, JSON.stringify(Properties.PolicyDocument)] as const)
    .filter(([, document]) => document.includes("s3tables:"))
    .map(([id]) => id);
  assert.deepEqual(rest, []);
  const policies = JSON.stringify(Object.values(resourcesOf(cordon, "AWS::IAM::Policy")));
  for (const part of [
    "bucket/aws-s3/table/*",
    "444444444444:bucket/aws-s3/table/*",
    "table/s3tablescatalog/aws-s3/b_*/journal",
    "datacatalog/exports-metadata",
    "lakeformation:GetDataAccess",
  ])
    assert.ok(policies.includes(part), part);
  assert.ok(!JSON.stringify(Object.values(resourcesOf(synth().cordon, "AWS::IAM::Policy"))).includes("s3tables:"));
  const [fn] = Object.values(resourcesOf(cordon, "AWS::Lambda::Function")).flatMap(
    ({ Properties }) => Properties.Environment?.Variables?.CORDON_SIDE_LOGS ?? [],
  );
  assert.deepEqual(
    JSON.parse(fn)["s3-metadata"].kept.catalogs.map(({ name }: { readonly name: string }) => name),
    ["s3tablescatalog/aws-s3", "exports-metadata"],
  );
  for (const wrong of [{}, { catalogs: [] }, { catalogs: [{ name: 'a"b' }] }, { catalogs: [{ account: "12" }] }])
    assert.throws(() => contextOf({ objectMetadata: wrong }), { code: "SETTINGS_INVALID" }, JSON.stringify(wrong));
});

test("the table has every column that the case table reads", () => {
  const sql = readFileSync(join(ROOT, "lib/sql/case-table.sql"), "utf8");
  const flatPart = sql.slice(sql.indexOf("WITH flat AS ("), sql.indexOf("FROM cloudtrail_logs"));
  const { StorageDescriptor, PartitionKeys, Name } = tableIn();
  const columns = new Map<string, string>(
    [...StorageDescriptor.Columns, ...PartitionKeys].map((column: any) => [column.Name, column.Type]),
  );
  assert.equal(Name, "cloudtrail_logs");
  const words = new Set(
    [...flatPart.replaceAll(/'[^']*'|--[^\n]*/g, " ").matchAll(/\b([a-z]+(?:\.[a-z]+)*)\b(?!\s*\()/g)].map(
      ([, word]) => word!,
    ),
  );
  const used = [...words].filter(
    (word) =>
      /^(event|useridentity|aws|source|user|error|request|response|additional|shared|vpc|recipient|readonly|resources|service)/.test(
        word,
      ) && !/^(source_|user_|error_|event_)/.test(word),
  );
  assert.ok(used.length > 20);
  for (const path of used) {
    const [column, ...members] = path.split(".");
    if (column === "sourceip") continue;
    assert.ok(columns.has(column!), `${column} is not in the table`);
    for (const each of members) assert.match(columns.get(column!)!, new RegExp(`\\b${each}:`), path);
  }
});

test("the workgroup enforces its settings, caps a scan and keeps results in our own encrypted bucket", () => {
  const { trail } = synth({ scanCapBytes: 50_000_000_000 });
  const configuration = Object.values(resourcesOf(trail, "AWS::Athena::WorkGroup"))[0]!.Properties
    .WorkGroupConfiguration;
  assert.deepEqual(
    [configuration.EnforceWorkGroupConfiguration, configuration.BytesScannedCutoffPerQuery],
    [true, 50_000_000_000],
  );
  assert.equal(configuration.ResultConfiguration.EncryptionConfiguration.EncryptionOption, "SSE_KMS");
  assert.match(flat(configuration.ResultConfiguration.OutputLocation), /^s3:\/\/<Results\w+>\/athena\/$/);
});

test("a trail is made only where there is none, with data events of every bucket but its own and validated files", () => {
  assert.deepEqual(resourcesOf(synth().trail, "AWS::CloudTrail::Trail"), {});
  const [made] = Object.values(
    resourcesOf(synth({ logs: { bucket: null, regions: ["eu-central-1"] } }).trail, "AWS::CloudTrail::Trail"),
  );
  const { Properties } = made!;
  assert.deepEqual(
    [Properties.EnableLogFileValidation, Properties.IsMultiRegionTrail, Properties.IsLogging],
    [true, true, true],
  );
  const data = Properties.AdvancedEventSelectors.find(
    ({ FieldSelectors }: any) => FieldSelectors[0].Equals[0] === "Data",
  ).FieldSelectors;
  assert.deepEqual(
    data.map(({ Field }: any) => Field),
    ["eventCategory", "resources.type", "resources.ARN"],
  );
  assert.match(flat(data[2].NotStartsWith[0]), /^<TrailBucket\w+\.Arn>\/$/);
});

test("tables made in the database go by IAM, whatever Lake Formation gives new tables by default", () => {
  const [database] = Object.values(resourcesOf(synth().trail, "AWS::Glue::Database"));
  assert.deepEqual(database!.Properties.DatabaseInput.CreateTableDefaultPermissions, [
    { Principal: { DataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" }, Permissions: ["ALL"] },
  ]);
});
