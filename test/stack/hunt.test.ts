import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEnvironment } from "../../lib/aws/environment.ts";
import type { CordonError } from "../../lib/base/errors.ts";
import { huntMonth } from "../../lib/core/cost/hunt.ts";
import { LIST_PRICES } from "../../lib/core/cost/prices.ts";
import { parseContext } from "../../lib/stack/context.ts";
import { huntPriceSentence } from "../../lib/stack/huntContext.ts";
import { logReaders } from "../../lib/stack/logAccess.ts";
import { baseContext, contextOf, flat, resourcesOf, statementsOf, synth } from "./synth.ts";

const { cordon } = synth({ hunt: {} });
const hunters = Object.values(resourcesOf(cordon, "AWS::Lambda::Function")).filter(({ Properties }) =>
  /huntOnSchedule$/.test(flat(Properties.FunctionName)),
);
const may = (template = cordon) => new Set(statementsOf(template, "HuntOnSchedule").flatMap(({ actions }) => actions));

test("the hunt is off unless the context asks for it, and one line turns it on", () => {
  const off = synth().cordon;
  assert.equal(JSON.stringify(off.toJSON()).includes("huntOnSchedule"), false);
  assert.equal(hunters.length, 1);
  const rules = Object.values(resourcesOf(cordon, "AWS::Events::Rule")).map(
    ({ Properties }) => Properties.ScheduleExpression,
  );
  assert.ok(rules.includes("rate(6 hours)"));
});

test("its function reads the lake and writes beside the cases: it signs nothing, assumes no role and reads no case", () => {
  const actions = may();
  for (const action of ["kms:Sign", "sts:AssumeRole", "states:SendTaskSuccess", "securityhub:BatchImportFindings"])
    assert.ok(!actions.has(action), action);
  const writes = statementsOf(cordon, "HuntOnSchedule").filter((one) => one.actions.includes("s3:PutObject"));
  const places = writes.flatMap(({ resources }) => resources).map((arn) => arn.replace(/^.*:s3:::/, ""));
  assert.deepEqual(places.filter((one) => one.includes("-cases-")).sort(), [
    "cordon-cases-111111111111-eu-central-1/hunts/*",
    "cordon-cases-111111111111-eu-central-1/inbox/*",
  ]);
  const tables = statementsOf(cordon, "HuntOnSchedule").find((one) => one.actions.includes("glue:CreateTable"));
  assert.ok(tables?.resources.some((arn) => arn.endsWith("table/cordon/hunt_*")));
  assert.ok(!tables?.resources.some((arn) => arn.endsWith("table/cordon/case_*")));
  assert.ok(may(synth({ hunt: { securityHub: true } }).cordon).has("securityhub:BatchImportFindings"));
});

test("its environment is what its door reads", () => {
  const variables = hunters[0]!.Properties.Environment.Variables as Readonly<Record<string, unknown>>;
  const read = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, flat(value)]));
  const { CORDON_HUNT } = parseEnvironment({ ...read, AWS_REGION: "eu-central-1", CORDON_ACCOUNT: "111111111111" });
  assert.deepEqual(CORDON_HUNT, {
    ...{ everyMinutes: 360, habitDays: 8, maximumBytes: 50_000_000_000, accounts: null, securityHub: false },
  });
});

test("whoever owns the log archive is told that one more role reads it", () => {
  const roles = (hunt: unknown) => logReaders(contextOf({ hunt })).length;
  assert.equal(roles({}), roles(null) + 1);
});

const faultsOf = (over: Readonly<Record<string, unknown>>, files: Readonly<Record<string, string>> = {}) => {
  const { loaded } = contextOf();
  try {
    parseContext({ ...baseContext, ...over }, (path) => files[path] ?? JSON.stringify(loaded));
    return [];
  } catch (error) {
    return (error as CordonError).faults.map(({ path }) => path);
  }
};

test("over an organisation the hunt says whose logs it reads; lists that cannot be read stop the synth", () => {
  const organization = {
    ...{ memberAccounts: [], organization: { id: "o-abcdefghij" } },
    logs: { ...baseContext.logs, organizationId: "o-abcdefghij" },
  };
  assert.deepEqual(faultsOf({ ...organization, hunt: {} }), ["cordon.hunt.accounts"]);
  assert.deepEqual(faultsOf({ ...organization, hunt: { accounts: ["222222222222"] } }), []);
  assert.deepEqual(faultsOf({ hunt: { accounts: ["222222222222"] } }), ["cordon.hunt.accounts"]);
  assert.deepEqual(faultsOf({ hunt: { every: "5m" } }), ["cordon.hunt.every"]);
  assert.deepEqual(faultsOf({ hunt: { allow: "a.json" } }, { "a.json": "[{}]" }), ["cordon.hunt.allow"]);
  assert.deepEqual(faultsOf({ hunt: { ranges: "r.txt" } }, { "r.txt": "nonsense" }), ["cordon.hunt.ranges"]);
});

test("what it may cost at most is said at synth", () => {
  // 120 hunts of 50 GB and 110 queries of 10 MB at 5 dollars a terabyte; 1,200 GB-seconds each.
  const expected = 120 * ((0.05 + 0.0011) * 5 + 1200 * 0.0000133334);
  const { dollars, runs } = huntMonth({ everyMinutes: 360, bytesPerHunt: 5e10 }, LIST_PRICES);
  assert.equal(runs, 120);
  assert.ok(Math.abs(dollars - expected) < 1e-9);
  const { hunt } = contextOf({ hunt: {} });
  assert.match(huntPriceSentence(hunt!, false), /at most 33 dollars a month for 120 of them$/);
  assert.match(huntPriceSentence(hunt!, true), /scanCapBytes alone ends it/);
});
