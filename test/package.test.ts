import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./house.ts";

interface Packed {
  readonly filename: string;
  readonly integrity: string;
  readonly files: readonly { readonly path: string }[];
}

/** What would be published, without building or writing it. */
const contents = (): Packed => {
  const text = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const parsed = JSON.parse(text) as readonly Packed[] | Readonly<Record<string, Packed>>;
  return Object.values(parsed)[0]!;
};

test("the package carries no test, no TypeScript and no stack, and depends on DuckDB alone", () => {
  const { files } = contents();
  const strangers = files.map(({ path }) => path).filter((path) => /(^test\/|\.ts$|^lib\/|cdk)/.test(path));
  assert.deepEqual(strangers, []);
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  assert.deepEqual(Object.keys(dependencies), ["@duckdb/node-api"]);
});

test("the same sources build the same bytes, and the built command line answers without the checkout's modules", () => {
  const outs = [0, 1].map(() => mkdtempSync(join(tmpdir(), "cordon-build-")));
  try {
    for (const out of outs) execFileSync(process.execPath, [join(ROOT, "bin/build.ts"), out], { cwd: ROOT });
    const sums = outs.map((out) =>
      execFileSync("sh", ["-c", "find . -type f | LC_ALL=C sort | xargs sha256sum"], { cwd: out, encoding: "utf8" }),
    );
    assert.equal(sums[0], sums[1]);
    const cordon = join(outs[0]!, "cordon/cordon.mjs");
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    assert.equal(execFileSync(process.execPath, [cordon, "--version"], { encoding: "utf8" }), `cordon ${version}\n`);
    assert.match(execFileSync(process.execPath, [cordon, "respond", "--help"], { encoding: "utf8" }), /--logs/);
  } finally {
    for (const out of outs) rmSync(out, { recursive: true, force: true });
  }
});
