import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

const ROOT = resolve(import.meta.dirname, "../..");
const FIXTURES = join(ROOT, "test/fixtures");

test("a redacted copy and the exports are written once, verified by the same verb, and the list of tokens stays private", () => {
  const root = mkdtempSync(join(tmpdir(), "cordon-share-"));
  const home = join(root, "home");
  const cordon = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(ROOT, "bin/cordon.js"), ...args], {
      encoding: "utf8",
      cwd: root,
      timeout: 120_000,
    });
  const own = (...args: readonly string[]) => cordon(...args, "--home", home);
  const { caseId } = JSON.parse(
    own("respond", join(FIXTURES, "otrf-case/finding.json"), "--logs", join(FIXTURES, "otrf/logs"), "--json").stdout,
  ) as { caseId: string };
  const copy = join(root, "shared.zip");
  assert.equal(own("evidence", "redact", caseId, "--out", copy).status, 0);
  assert.equal(statSync(`${copy}.tokens.jsonl`).mode & 0o777, 0o600);
  assert.equal(own("evidence", "redact", caseId, "--out", copy).status, 2);
  const { keys } = JSON.parse(own("keys", "--json").stdout) as { keys: unknown };
  assert.ok(Array.isArray(keys));
  const trust = join(home, "keys/keys.json");
  assert.equal(cordon("evidence", "verify", copy, "--trust", trust).status, 0);
  assert.equal(cordon("evidence", "verify", copy).status, 3);
  const bytes = readFileSync(copy);
  assert.equal(bytes.includes("ASIA5FLZVX4OPVKKVBMX"), false);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(join(root, "flipped.zip"), bytes);
  assert.equal(cordon("evidence", "verify", join(root, "flipped.zip"), "--trust", trust).status, 1);
  const file = (format: string): string => join(root, `case.${format}`);
  for (const format of ["ocsf", "stix", "case", "timesketch", "timesketch-csv"])
    assert.equal(own("evidence", "export", caseId, "--format", format, "--out", file(format)).status, 0);
  assert.equal((JSON.parse(readFileSync(file("stix"), "utf8")) as { type: string }).type, "bundle");
  assert.equal(own("evidence", "export", caseId, "--format", "pdf", "--out", file("pdf")).status, 2);
  assert.equal(own("evidence", "export", caseId, "--format", "ocsf", "--out", file("ocsf")).status, 2);
});
