import assert from "node:assert/strict";
import { test } from "node:test";
import type { CordonError } from "../../lib/base/errors.ts";
import { doubts } from "../../lib/stack/contextFaults.ts";
import { baseContext, contextOf, flat, MEMBER, resourcesOf, SECURITY, synth, toList } from "./synth.ts";

const faultsOf = (over: Readonly<Record<string, unknown>>): readonly string[] => {
  try {
    contextOf(over);
    return [];
  } catch (error) {
    assert.equal((error as CordonError).code, "SETTINGS_INVALID");
    return (error as CordonError).faults.map(({ path }) => path).sort();
  }
};
const { logs } = baseContext;
const CHINA = { partition: "aws-cn", region: "cn-north-1", logs: { ...logs, regions: ["cn-north-1"] } };
const SOVEREIGN = {
  ...{ partition: "aws-eusc", region: "eusc-de-east-1" },
  logs: { ...logs, regions: ["eusc-de-east-1"] },
};
const GOV = { partition: "aws-us-gov", region: "us-gov-west-1", logs: { ...logs, regions: ["us-gov-west-1"] } };

test("regions and ARNs of another partition stop the synth, each by its path", () => {
  assert.deepEqual(faultsOf({ partition: "aws-cn" }), [
    "cordon.logs.regions.0",
    "cordon.logs.regions.1",
    "cordon.region",
  ]);
  assert.deepEqual(faultsOf({ ...CHINA, partition: "aws" }), ["cordon.logs.regions.0", "cordon.region"]);
  const arns = {
    breakGlassRole: "arn:aws:iam::111111111111:role/glass",
    logs: { ...GOV.logs, keyArn: "arn:aws:kms:us-east-1:111111111111:key/k" },
  };
  assert.deepEqual(faultsOf({ ...GOV, ...arns }), ["cordon.breakGlassRole", "cordon.logs.keyArn"]);
  assert.deepEqual(faultsOf(CHINA), []);
  assert.deepEqual(faultsOf(GOV), []);
  assert.deepEqual(faultsOf(SOVEREIGN), []);
  assert.deepEqual(faultsOf({ ...SOVEREIGN, findingRegions: ["eu-central-1"] }), ["cordon.findingRegions.0"]);
  assert.deepEqual(faultsOf({ partition: "aws-moon" }), ["cordon.partition"]);
});

test("an account or region that is named twice, whose logs would be counted twice, stops the synth", () => {
  assert.deepEqual(faultsOf({ memberAccounts: [SECURITY, MEMBER, SECURITY] }), ["cordon.memberAccounts.2"]);
  assert.deepEqual(faultsOf({ logs: { ...logs, regions: ["us-east-1", "us-east-1"] } }), ["cordon.logs.regions.1"]);
});

test("what is said of a trail that is to be made, and that it will not be, stops the synth", () => {
  const made = { bucket: null, regions: ["eu-central-1", "us-east-1"] };
  assert.deepEqual(faultsOf({ logs: { ...made, owner: SECURITY } }), []);
  const said = {
    owner: MEMBER,
    prefix: "trails/",
    organizationId: "o-abcdefghij",
    keyArn: "arn:aws:kms:eu-central-1:111111111111:key/k",
  };
  assert.deepEqual(faultsOf({ logs: { ...made, ...said } }), [
    "cordon.logs.keyArn",
    "cordon.logs.organizationId",
    "cordon.logs.owner",
    "cordon.logs.prefix",
  ]);
});

test("what was left from the example, and what will not be searched, is warned of", () => {
  const ids = (over: Readonly<Record<string, unknown>>): readonly string[] => {
    const context = contextOf(over);
    return doubts(context, context.loaded).map(([id]) => id);
  };
  assert.deepEqual(ids({}), []);
  assert.deepEqual(ids({ settings: "docs/settings.example.json", externalId: "replace-this-with-your-own" }), [
    "placeholder-external-id",
    "example-settings",
  ]);
  assert.deepEqual(ids({ logs: { ...logs, regions: ["eu-central-1"] } }), ["no-global-region"]);
  assert.deepEqual(ids({ logs: { bucket: null, regions: ["eu-central-1", "us-east-1"] } }), ["trail-of-one-account"]);
  assert.deepEqual(ids({ memberAccounts: [MEMBER] }), ["no-member-here"]);
  assert.deepEqual(ids(CHINA), ["no-macie"]);
  assert.deepEqual(ids(GOV), []);
});

for (const [name, over] of Object.entries({ CHINA, GOV, SOVEREIGN }))
  test(`no template for ${name} names an ARN of the partition aws`, () => {
    const { cordon, trail, member } = synth({ ...over, breakGlassRole: null });
    for (const template of [cordon, trail, member]) {
      const { Resources } = template.toJSON() as { Resources: Record<string, { Metadata?: unknown }> };
      // The settings of the example are in the record of the deployment, and name principals of their own.
      const text = JSON.stringify(Object.values(Resources).map(({ Metadata: _, ...rest }) => rest));
      assert.deepEqual(
        [...text.matchAll(/arn:aws:[\w:-]+/g)].map(([arn]) => arn),
        [],
      );
    }
    const statements = Object.values(resourcesOf(cordon, "AWS::KMS::Key")).flatMap(
      ({ Properties }) => Properties.KeyPolicy.Statement as any[],
    );
    const services = statements.flatMap(({ Principal }) => toList(Principal.Service ?? []).map(flat));
    assert.ok(services.includes("logs.<AWS::Region>.<AWS::URLSuffix>"), services.join(" "));
  });
