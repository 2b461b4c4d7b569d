import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { CaseView } from "../../lib/case/caseView.ts";
import { readFindings } from "../../lib/cli/sources.ts";
import { assertIamSnapshot } from "../../lib/embedded/account/iamSnapshot.ts";
import { sampled } from "../sample.ts";
import { lookAt } from "./look.ts";
import { FIXTURES, withHome } from "./run.ts";

/** Each folder of `field-cases` says in its README what people have and where they meet it. */
const folder = (name: string): string => join(FIXTURES, "field-cases", name);

const look = async (name: string): Promise<CaseView> => {
  let view: CaseView | undefined;
  await withHome({}, async (deployment) => {
    const { raw } = readFinding(name);
    const iam = join(folder(name), "iam.json");
    view = await lookAt(
      { finding: raw, logs: join(folder(name), "logs"), iam: existsSync(iam) ? iam : null, buckets: null },
      deployment,
    );
  });
  return view!;
};

const readFinding = (name: string) => readFindings(join(folder(name), "finding.json")).intakes.at(-1)!;

const TWELVE = { objects: 12, calls: 12, bytes: 12_066 };

for (const name of sampled(
  [
    "silent-half-elastic",
    "silent-half-cwl-export-task",
    "silent-half-cwl-subscription",
    "silent-half-no-eventid",
    "time-with-space",
    "finding-bom-utf16",
    "finding-export-jsonl",
    "finding-sns-envelope",
  ],
  4,
))
  test(`${name}: the whole theft is counted, and the answer is complete`, async () => {
    const { theft, coverage } = await look(name);
    assert.deepEqual([theft.certain, theft.upperBound], [TWELVE, TWELVE]);
    assert.deepEqual([theft.addresses, theft.buckets], [["198.51.100.77"], ["harbor-ledgers-0391"]]);
    assert.deepEqual([coverage.setAside, coverage.holes], [[], []]);
  });

for (const name of sampled(["silent-all-tar", "appledouble-false-holes"], 2))
  test(`${name}: the whole theft is counted, and nothing was set aside`, async () => {
    const { theft, coverage } = await look(name);
    assert.deepEqual([theft.certain, coverage.filesSetAside], [TWELVE, 0]);
  });

for (const [name, file] of [
  ["silent-half-athena-csv", "athena-results.csv"],
  ["silent-half-lake", "lake-page2.json"],
] as const)
  test(`${name}: every object is counted; that the columns for bytes and errors are missing is a hole with a name`, async () => {
    const { theft, coverage } = await look(name);
    assert.deepEqual([theft.certain?.objects, theft.certain?.calls, theft.upperBound], [12, 12, null]);
    assert.deepEqual(
      coverage.setAside.map((one) => one.file),
      [file],
    );
    assert.ok(coverage.holes.some((hole) => hole.includes(file)));
  });

test("silent-half-parquet: rows without service and address are named as not understood, and there is no upper bound", async () => {
  const { theft, coverage } = await look("silent-half-parquet");
  assert.deepEqual([theft.certain?.objects, theft.upperBound], [6, null]);
  assert.ok(coverage.holes.some((hole) => hole.includes("part-0.gz.parquet")));
  assert.match(coverage.setAside[0]!.reason, /lacks eventSource, sourceIPAddress/);
});

for (const [name, log, entries] of [
  ["okta-eventbridge", "okta-system-log", 3],
  ["flow-log-cloudwatch-export", "vpc-flow-log", 4],
  ["access-log-bom-or-blank-line", "s3-access-log", 6],
] as const)
  test(`${name}: the log beside CloudTrail is read`, async () => {
    const { coverage } = await look(name);
    const { state, entries: found } = coverage.otherLogs!.find((one) => one.log === log)!;
    assert.deepEqual([state, found], ["used", entries]);
  });

test("access-log-bom-or-blank-line: what CloudTrail lacks is counted from the access log", async () => {
  const { theft } = await look("access-log-bom-or-blank-line");
  assert.deepEqual([theft.certain?.objects, theft.certain?.bytes], [6, 3000]);
});

for (const [name, reason] of [
  ["iam-first-page-only", /IsTruncated/],
  ["iam-wrong-document", /Users/],
] as const)
  test(`${name}: refused by name, before anything is written`, () => {
    assert.throws(() => assertIamSnapshot(join(folder(name), "iam.json")), { code: "INPUT_INVALID", message: reason });
  });

test("ipv6-spelling: the address of the finding and of the logs are one", async () => {
  const { theft } = await look("ipv6-spelling");
  assert.deepEqual(
    [theft.certain?.objects, theft.certain?.bytes, theft.buckets],
    [12, 12_066, ["harbor-ledgers-0391"]],
  );
});

test("s3-tables-reads: objects of tables are counted", async () => {
  const { theft } = await look("s3-tables-reads");
  assert.deepEqual([theft.certain?.objects, theft.certain?.bytes], [16, 32_066]);
});

test("s3express-coverage: reads of a directory bucket cover it", async () => {
  const { theft, coverage } = await look("s3express-coverage");
  assert.deepEqual(
    [coverage.buckets.map(({ name, dataEvents }) => [name, dataEvents]), theft.upperBound?.objects],
    [[["fastlake--euw1-az1--x-s3", "covered"]], 12],
  );
});

test("finding-no-address-owner-certain: what the owner did the day before is not certain, and the owner's address not the actor's", async () => {
  const { theft } = await look("finding-no-address-owner-certain");
  assert.ok((theft.certain?.objects ?? 0) <= 12);
  assert.ok(!theft.addresses.includes("192.0.2.10"));
});
