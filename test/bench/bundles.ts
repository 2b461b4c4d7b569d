/**
 * Size and start of every bundled function, as a table for docs/cost.md: bytes that a start loads (the entry and what it
 * imports at once), and the time until its handler is there in a fresh Node, best of five.
 *
 *     node test/bench/bundles.ts
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { bundleFunctions } from "../../lib/stack/bundle.ts";
import { parseContext } from "../../lib/stack/context.ts";
import { DOORS, STEPS } from "../../lib/stack/steps.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const STARTS = 5;
const PROGRAM =
  "const before = performance.now(); const { handler } = await import(process.argv[1]); if (typeof handler !== 'function') process.exit(1); console.log(performance.now() - before);";

const cdk = JSON.parse(readFileSync(join(ROOT, "cdk.json"), "utf8")) as { context: { cordon: unknown } };
const context = parseContext(cdk.context.cordon, (path) => readFileSync(join(ROOT, path), "utf8"));
const folder = await bundleFunctions(
  ROOT,
  join(mkdtempSync(join(tmpdir(), "cordon-bench-")), "functions"),
  context.loaded,
);

const loadedBy = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path] of readFileSync(file, "utf8").matchAll(
    /(?:^|[;}\s])(?:import|export)\s*(?:[^"'()]*?from\s*)?"(\.[^"]+)"/g,
  ))
    loadedBy(join(dirname(file), path!), seen);
  return seen;
};

const total = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
console.log(
  `All functions together: ${Math.round(total / 1024)} KiB unpacked\n\n| function | KiB at start | start, ms |\n|---|---:|---:|`,
);
for (const name of [...Object.keys(STEPS), ...Object.keys(DOORS)]) {
  const file = join(folder, `${name}.mjs`);
  const bytes = [...loadedBy(file)].reduce((sum, each) => sum + statSync(each).size, 0);
  const times = Array.from({ length: STARTS }, () =>
    Number(
      execFileSync(process.execPath, ["--input-type=module", "-e", PROGRAM, file], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
        env: { ...process.env, AWS_REGION: "eu-central-1" },
      }),
    ),
  );
  console.log(`| ${name} | ${Math.round(bytes / 1024)} | ${Math.min(...times).toFixed(0)} |`);
}
