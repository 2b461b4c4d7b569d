import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { BUNDLED_INCIDENT, writeIncident } from "../../lib/incident/incident.ts";

const PAGE = readFileSync(new URL("../../docs/recompute.md", import.meta.url), "utf8");
/** The figures of the page's own table: what the bundled incident was written to be. */
const EXPECTED = ["12847 objects", "13094 calls", "4712338467 bytes"];
const has = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;

/** The first program of a language on the page. */
const program = (language: string): string => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(PAGE)![1]!;

const folder = mkdtempSync(join(tmpdir(), "cordon-recompute-"));
after(() => rmSync(folder, { recursive: true, force: true }));
await writeIncident(folder, BUNDLED_INCIDENT);

test("the page says what the incident was written to be", () => {
  for (const figure of ["12,847", "13,094", "4,712,338,467"]) assert.ok(PAGE.includes(`| ${figure} |`), figure);
});

test("DuckDB counts the figures out of the raw files by the query of the page", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const sql = program("sql").replace("'logs/", `'${join(folder, "logs")}/`);
    const [row] = (await connection.runAndReadAll(sql)).getRows();
    assert.deepEqual(
      row!.map((value, at) => `${value} ${["objects", "calls", "bytes"][at]}`),
      EXPECTED,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});

test("Python counts the same", { skip: has("python3") ? false : "python3 is not here" }, () => {
  writeFileSync(join(folder, "recompute.py"), program("python"));
  const out = execFileSync("python3", ["recompute.py", "logs"], { cwd: folder, encoding: "utf8" });
  assert.deepEqual(out.trim().split("\n"), EXPECTED);
});

test("gunzip and jq count the same", { skip: has("jq") ? false : "jq is not here" }, () => {
  const out = execFileSync("sh", ["-c", program("sh")], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 });
  assert.deepEqual(out.trim().split("\n"), EXPECTED);
});
