import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { App } from "aws-cdk-lib";
import { FLAGS, makeStacks } from "../../lib/stack/app.ts";
import { contextOf, flat, resourcesOf, synth } from "./synth.ts";

const { cordon, relays } = synth({ findingRegions: ["us-east-1", "eu-west-1"] });

test("a finding of every other region is handed on to the bus of the deployment's region, by the same pattern", () => {
  assert.equal(relays.length, 2);
  const [home] = Object.values(resourcesOf(cordon, "AWS::Events::Rule")).filter(
    ({ Properties }) => Properties.EventPattern?.source?.[0] === "aws.guardduty",
  );
  for (const relay of relays) {
    const [rule] = Object.values(resourcesOf(relay, "AWS::Events::Rule"));
    assert.deepEqual(rule!.Properties.EventPattern, home!.Properties.EventPattern);
    const [target] = rule!.Properties.Targets;
    const bus = "arn:<AWS::Partition>:events:eu-central-1:111111111111:event-bus/default";
    assert.equal(flat(target.Arn), bus);
    const [policy] = Object.values(resourcesOf(relay, "AWS::IAM::Policy"));
    const [statement] = policy!.Properties.PolicyDocument.Statement;
    assert.deepEqual([statement.Action, flat(statement.Resource)], ["events:PutEvents", bus]);
  }
});

test("the hourly reconcile looks into every region, and may", () => {
  const functions = Object.values(resourcesOf(cordon, "AWS::Lambda::Function"));
  const regions = functions.flatMap(({ Properties }) => Properties.Environment.Variables.CORDON_FINDING_REGIONS ?? []);
  assert.deepEqual(regions, ["eu-central-1,us-east-1,eu-west-1"]);
  const detectors = Object.values(resourcesOf(cordon, "AWS::IAM::Policy"))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as any[])
    .filter(({ Action }) => [Action].flat().includes("guardduty:GetFindings"))
    .flatMap(({ Resource }) => [Resource].flat().map(flat));
  assert.equal(detectors.length, 3);
});

test("two deployments of one account are told apart by the names of their stacks", () => {
  const namesOf = (name: string, stackPrefix: string | null = null) => {
    const app = new App({
      context: FLAGS,
      outdir: mkdtempSync(join(tmpdir(), "cordon-cdk-")),
      analyticsReporting: false,
    });
    const stacks = makeStacks(
      app,
      contextOf({ name, stackPrefix, findingRegions: ["us-east-1"] }),
      import.meta.dirname,
    );
    return [stacks.cordon, stacks.trail, stacks.member, ...stacks.relays].map((stack) => stack.stackName);
  };
  const ids = ["CordonStack", "CordonTrailStack", "CordonMemberStack", "CordonRelay-us-east-1"];
  assert.deepEqual(namesOf("cordon"), ids);
  assert.deepEqual(
    namesOf("acme"),
    ids.map((id) => `acme-${id}`),
  );
  assert.deepEqual(namesOf("acme", ""), ids, "as 0.1.0 named them");
});
