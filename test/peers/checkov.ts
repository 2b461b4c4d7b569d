/**
 * checkov, a judge of templates that nobody here wrote, over every stack in the layouts that the context knows. What it finds and
 * `docs/decisions/checkov.md` has no reason for fails.
 *
 *     node test/peers/checkov.ts
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { writeTemplates } from "./templates.ts";

const RECORD = new URL("../../docs/decisions/checkov.md", import.meta.url);

interface Found {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
}

/** Checks with the resources that the record gives a reason for: `| CKV_AWS_18 | Results, TrailBucket | … |`, `all` for any. */
const reasons = (): readonly { readonly check: string; readonly resources: readonly string[] }[] =>
  [...readFileSync(RECORD, "utf8").matchAll(/^\| (CKV\w+) \| ([^|]+) \|/gm)].map(([, check, resources]) => ({
    check: check!,
    resources: resources!.split(",").map((one) => one.trim()),
  }));

const isExplained = ({ check_id, resource }: Found): boolean =>
  reasons().some(
    ({ check, resources }) =>
      check === check_id && resources.some((one) => one === "all" || resource.split(".")[1]!.startsWith(one)),
  );

const judge = (): void => {
  if (spawnSync("checkov", ["--version"]).status !== 0) {
    console.log("skipped: checkov is not installed");
    return;
  }
  const files = writeTemplates();
  const { stdout } = spawnSync(
    "checkov",
    [
      "-d",
      dirname(files[0]!),
      "--framework",
      "cloudformation",
      "--compact",
      "--quiet",
      "--skip-download",
      "-o",
      "json",
    ],
    { encoding: "utf8", maxBuffer: 1 << 28 },
  );
  const { results, summary } = JSON.parse(stdout) as {
    readonly results: { readonly failed_checks: readonly Found[] };
    readonly summary: { readonly passed: number; readonly resource_count: number };
  };
  assert.ok(summary.resource_count > 300, "every template was looked at");
  const found = results.failed_checks.filter((one) => !isExplained(one));
  assert.deepEqual(
    found.map(({ check_id, check_name, resource }) => `${check_id} ${resource}: ${check_name}`),
    [],
  );
  const idle = reasons().filter(({ check }) => !results.failed_checks.some((one) => one.check_id === check));
  assert.deepEqual(idle, [], "a reason for what is not found");
  console.log(
    `${files.length} templates: ${summary.passed} checks pass, ${results.failed_checks.length} have a reason`,
  );
};

judge();
