/**
 * cfn-lint, a judge of templates that nobody here wrote, over every stack in the layouts that the context knows.
 *
 *     node test/peers/cfnLint.ts
 */
import { spawnSync } from "node:child_process";
import { writeTemplates } from "./templates.ts";

/** W3005: CDK states dependencies on roles that a reference implies already; harmless. */
const IGNORED = "W3005";

const judge = (): number => {
  if (spawnSync("cfn-lint", ["--version"]).status !== 0) {
    console.log("skipped: cfn-lint is not installed");
    return 0;
  }
  const files = writeTemplates();
  const { status, stdout } = spawnSync(
    "cfn-lint",
    ["--ignore-checks", IGNORED, "--regions", "eu-central-1", "--", ...files],
    { encoding: "utf8" },
  );
  console.log(status === 0 ? `${files.length} templates: nothing found` : stdout);
  return status ?? 1;
};

process.exitCode = judge();
