import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { flat, ROOT, resourcesOf, synth } from "./synth.ts";

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
    logs: { bucket: "the-trail", prefix: "org/", organizationId: "o-abcdefghij", regions: ["eu-central-1"] },
  });
  assert.equal(
    Parameters["storage.location.template"],
    "s3://the-trail/org/AWSLogs/o-abcdefghij/${account}/CloudTrail/${region}/${day}",
  );
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
