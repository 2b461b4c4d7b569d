import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { OTRF, withCase } from "../response/run.ts";
import { cordonHere } from "./here.ts";

test("a redacted copy and the exports are written once, verified by the same verb, and the list of tokens stays private", () =>
  withCase(OTRF, async (deployment, { caseId }) => {
    const home = deployment.home.root;
    const root = dirname(home);
    const cordon = (...args: readonly string[]) => cordonHere(args, { env: process.env, cwd: root });
    const own = (...args: readonly string[]) => cordon(...args, "--home", home);
    const copy = join(root, "shared.zip");
    assert.equal((await own("evidence", "redact", caseId, "--out", copy)).status, 0);
    assert.equal(statSync(`${copy}.tokens.jsonl`).mode & 0o777, 0o600);
    assert.equal((await own("evidence", "redact", caseId, "--out", copy)).status, 2);
    const { keys } = JSON.parse((await own("keys", "--json")).stdout) as { keys: unknown };
    assert.ok(Array.isArray(keys));
    const trust = join(home, "keys/keys.json");
    assert.equal((await cordon("evidence", "verify", copy, "--trust", trust)).status, 0);
    assert.equal((await cordon("evidence", "verify", copy)).status, 3);
    const bytes = readFileSync(copy);
    assert.equal(bytes.includes("ASIA5FLZVX4OPVKKVBMX"), false);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(join(root, "flipped.zip"), bytes);
    assert.equal((await cordon("evidence", "verify", join(root, "flipped.zip"), "--trust", trust)).status, 1);
    const file = (format: string): string => join(root, `case.${format}`);
    for (const format of ["ocsf", "stix", "case", "timesketch", "timesketch-csv"])
      assert.equal((await own("evidence", "export", caseId, "--format", format, "--out", file(format))).status, 0);
    assert.equal((JSON.parse(readFileSync(file("stix"), "utf8")) as { type: string }).type, "bundle");
    assert.equal((await own("evidence", "export", caseId, "--format", "pdf", "--out", file("pdf"))).status, 2);
    assert.equal((await own("evidence", "export", caseId, "--format", "ocsf", "--out", file("ocsf"))).status, 2);
  }));
