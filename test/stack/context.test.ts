import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { CordonError } from "../../lib/base/errors.ts";
import { CONTEXT_VALUES } from "../../lib/stack/context.ts";
import { findingPattern } from "../../lib/stack/trigger.ts";
import { contextOf, ROOT, resourcesOf, synth } from "./synth.ts";

const faultsOf = (
  over: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, unknown>> = {},
): readonly string[] => {
  try {
    contextOf(over, settings);
    return [];
  } catch (error) {
    assert.equal((error as CordonError).code, "SETTINGS_INVALID");
    return (error as CordonError).faults.map(({ path }) => path);
  }
};

test("a context with everything that is needed is taken", () => assert.deepEqual(faultsOf({}), []));

test("every fault of the context is said at once, by path", () => {
  const over = {
    account: "12",
    externalId: "short",
    logs: { bucket: "Not A Bucket", regions: [] },
    retention: { mode: "FOREVER", days: 0 },
  };
  assert.deepEqual([...faultsOf(over)].sort(), [
    "cordon.account",
    "cordon.externalId",
    "cordon.logs.bucket",
    "cordon.logs.regions",
    "cordon.retention.days",
    "cordon.retention.mode",
  ]);
});

test("docs/deploy.md explains every value of the context", () => {
  const text = readFileSync(join(ROOT, "docs/deploy.md"), "utf8");
  assert.deepEqual(
    CONTEXT_VALUES.filter((name) => !text.includes(`\`${name}\``) && !text.includes(`\`${name}.`)),
    [],
  );
});

test("a misspelt value stops the synth", () => assert.equal(faultsOf({ retentoin: {} }).length, 1));

test("settings that could never approve anything stop the synth", () => {
  assert.throws(() => contextOf({}, { quorum: { reversible: 3, externallyReversible: 1, irreversible: 3 } }), {
    code: "SETTINGS_INVALID",
  });
});

test("our own roles are exempt by name, and no list of accounts and no wildcard stands for them", () => {
  const { loaded } = contextOf();
  assert.deepEqual(loaded.ownRoles, ["cordon-read", "cordon-contain"]);
  assert.deepEqual(loaded.exemptArns, []);
});

test("the rule listens to what the settings open a case on", () => {
  const context = contextOf({}, { openOn: ["Exfiltration:S3/*", "Impact:S3/MaliciousIPCaller"], minimumSeverity: 7 });
  assert.deepEqual(findingPattern(context), {
    type: [{ prefix: "Exfiltration:S3/" }, "Impact:S3/MaliciousIPCaller"],
    severity: [{ numeric: [">=", 7] }],
  });
});

test("guardrails are made only when asked for, each by itself", () => {
  assert.equal(synth().guardrails, null);
  const all = {
    guardDuty: true,
    macie: true,
    trailLogGroup: "trail",
    getObjectThreshold: 500,
    endpoint: { vpcId: "vpc-0123456789abcdef0", routeTableIds: ["rtb-0123456789abcdef0"] },
  };
  const { guardrails } = synth({ guardrails: all });
  const [detector] = Object.values(resourcesOf(guardrails!, "AWS::GuardDuty::Detector"));
  assert.deepEqual(
    [detector!.Properties.FindingPublishingFrequency, detector!.Properties.Features],
    ["FIFTEEN_MINUTES", [{ Name: "S3_DATA_EVENTS", Status: "ENABLED" }]],
  );
  const [endpoint] = Object.values(resourcesOf(guardrails!, "AWS::EC2::VPCEndpoint"));
  assert.deepEqual(endpoint!.Properties.PolicyDocument.Statement[0].Condition, {
    StringEquals: { "aws:ResourceAccount": ["111111111111", "222222222222"] },
  });
  const [alarm] = Object.values(resourcesOf(guardrails!, "AWS::CloudWatch::Alarm"));
  assert.equal(alarm!.Properties.AlarmActions.length, 1, "an alarm that rings nowhere");
  assert.equal(alarm!.Properties.Threshold, 500);
  assert.deepEqual(resourcesOf(synth({ guardrails: {} }).guardrails!, "AWS::Macie::Session"), {});
});
