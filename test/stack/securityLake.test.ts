import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEnvironment } from "../../lib/aws/environment.ts";
import { securityLakeOf } from "../../lib/aws/securityLake.ts";
import { doubts } from "../../lib/stack/contextFaults.ts";
import { baseContext, contextOf, flat, resourcesOf, statementsOf, synth } from "./synth.ts";

const LAKE = { database: "amazon_security_lake_glue_db_eu_central_1", tables: ["cloud_trail_mgmt_2_0", "s3_data_2_0"] };
const { cordon } = synth({ logs: { ...baseContext.logs, securityLake: LAKE } });

test("functions that scan may ask Lake Formation for the data and read the lake's catalogue, and nobody else may", () => {
  const asking = (name: string) =>
    statementsOf(cordon, name).some(({ actions }) => actions.includes("lakeformation:GetDataAccess"));
  assert.ok(asking("StartScan") && asking("CheckBaseline"));
  assert.ok(
    !asking("ApplyContainment") && !asking("CloseCase") && !asking("ReceiveFinding") && !asking("ExamineMembers"),
  );
  const tables = statementsOf(cordon, "StartScan").flatMap(({ resources }) => resources);
  for (const table of LAKE.tables)
    assert.ok(
      tables.some((arn) => arn.endsWith(`:table/${LAKE.database}/${table}`)),
      table,
    );
  const without = JSON.stringify(synth().cordon.toJSON());
  assert.ok(!without.includes("lakeformation"));
});

test("the environment tells the functions which tables to ask", () => {
  const [one] = Object.values(resourcesOf(cordon, "AWS::Lambda::Function"));
  const variables = Object.entries(one!.Properties.Environment.Variables).map(([name, value]) => [name, flat(value)]);
  const env = { ...Object.fromEntries(variables), AWS_REGION: "eu-central-1", CORDON_ACCOUNT: "111111111111" };
  assert.deepEqual(parseEnvironment(env).CORDON_LOGS.securityLake, LAKE);
});

test("every table is asked for its window and accounts alone, as literals that prune", () => {
  const window = { from: "2026-02-15T00:00:00.000Z", to: "2026-02-24T00:00:00.000Z", accounts: ["222222222222"] };
  const text = securityLakeOf(LAKE, window);
  assert.equal(text.split("UNION ALL").length, 2);
  for (const table of LAKE.tables) assert.ok(text.includes(`FROM "${LAKE.database}"."${table}"`), table);
  assert.equal(
    text.split(
      "time_dt >= TIMESTAMP '2026-02-15 00:00:00' AND time_dt < TIMESTAMP '2026-02-24 00:00:00' AND accountid IN ('222222222222')",
    ).length,
    3,
  );
  assert.throws(() => securityLakeOf(LAKE, { ...window, accounts: ["x') OR ('1'='1"] }), { code: "INPUT_INVALID" });
});

test("an organisation whose scans would all be refused is told at synth, and of a hunt too", () => {
  const context = contextOf({
    ...{ memberAccounts: [], organization: { id: "o-abcdefghij" } },
    logs: { ...baseContext.logs, organizationId: "o-abcdefghij", securityLake: LAKE },
    hunt: { accounts: ["222222222222"] },
  });
  const said = (unknownEstimate: "refuse" | "allow" | undefined): readonly string[] =>
    doubts(context, { ...context.loaded, scan: { ...context.loaded.scan, unknownEstimate } as never })
      .map(([id]) => id)
      .filter((id) => id.endsWith("-refused"));
  assert.equal(context.loaded.scan?.unknownEstimate, "refuse", "the default of an organisation");
  assert.deepEqual(said("refuse"), ["scans-refused", "hunts-refused"]);
  assert.deepEqual(said(undefined), ["hunts-refused"]);
  assert.deepEqual(said("allow"), []);
});
