import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withBundle } from "../../lib/cli/bundle.ts";
import type { Typed } from "../../lib/cli/command.ts";
import { topFolderOf } from "../../lib/evidence/zip.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { packZip } from "../evidence/wholeZip.ts";
import { OTRF, quiet, withCase } from "../response/run.ts";
import { cordonHere } from "./here.ts";

test("an auditor with a bundle and keys.json alone opens, exports, copies and redacts it; a changed one gives nothing", async () => {
  await withCase(OTRF, async (deployment, { caseId, evidence }) => {
    const files = await sealedFiles(deployment.ports.vault, `${caseId}/r1`);
    const keys = (await deployment.ports.trustRoots!.publish()) as Uint8Array;

    // What he is handed, in a place of its own; what he may not need is asked of nobody.
    const desk = join(deployment.home.root, "..", "auditor");
    mkdirSync(desk);
    const at = (name: string): string => join(desk, name);
    writeFileSync(at("case.zip"), packZip(files, topFolderOf({ caseId, revision: 1 })));
    writeFileSync(at("keys.json"), keys);
    cpSync(evidence[0]!.path, at("folder"), { recursive: true });
    const run = async (...args: readonly string[]) => {
      const { status, stdout, stderr } = await cordonHere([...args, "--json"], { env: process.env, cwd: desk });
      return { status, stderr, ...(JSON.parse(stdout) as Record<string, unknown>) } as Record<string, any>;
    };
    const trust = ["--trust", "keys.json"];
    const digest = createHash("sha256").update(files.get("tagmanifest-sha256.txt")!).digest("hex");

    for (const form of ["case.zip", "folder"]) {
      const opened = await run("evidence", "open", form, ...trust);
      assert.deepEqual([opened.status, opened.caseId, opened.revision], [0, caseId, 1]);
      assert.deepEqual(readFileSync(opened.report), Buffer.from(files.get("data/report.html")!));
      assert.equal(opened.stderr.includes("not established"), false);
      const exported = await run(
        "evidence",
        "export",
        form,
        ...trust,
        "--format",
        "stix",
        "--out",
        `${form}.stix.json`,
      );
      assert.equal(exported.status, 0);
      assert.deepEqual(readFileSync(at(`${form}.stix.json`)), Buffer.from(files.get("data/exports/stix.json")!));
      const got = await run("evidence", "get", form, ...trust, "--out", `${form}-again.zip`);
      assert.deepEqual([got.status, got.digest], [0, digest]);
      assert.deepEqual(readFileSync(at(`${form}-again.zip`)), readFileSync(at("case.zip")));
    }
    assert.equal((await run("evidence", "get", "case.zip", "--out", "unpacked")).status, 0);
    assert.equal((await run("evidence", "verify", "unpacked", ...trust)).exitCode, 0);
    assert.match((await run("evidence", "open", "case.zip")).stderr, /not established/);

    // Whoever shares it vouches for the copy with a key of his own.
    execFileSync("openssl", [
      "genpkey",
      "-algorithm",
      "EC",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-out",
      at("my.pem"),
    ]);
    execFileSync("openssl", ["pkey", "-in", at("my.pem"), "-pubout", "-out", at("my.pub.pem")]);
    assert.equal((await run("evidence", "redact", "case.zip", "--key", "none.pem", "--out", "shared.zip")).status, 2);
    assert.deepEqual([existsSync(at("none.pem")), existsSync(at("shared.zip"))], [false, false]);
    assert.equal(
      (await run("evidence", "redact", "case.zip", ...trust, "--key", "my.pem", "--out", "shared.zip")).status,
      0,
    );
    // Its reader needs both: the key of the copy, and that of the bundle it was made from.
    assert.equal((await run("evidence", "verify", "shared.zip", ...trust, "--trust", "my.pub.pem")).exitCode, 0);
    assert.equal((await run("evidence", "verify", "shared.zip", "--trust", "my.pub.pem")).exitCode, 3);
    assert.equal(
      (await run("evidence", "redact", "shared.zip", "--key", "my.pem", "--out", "twice.zip")).error.code,
      "USAGE",
    );
    assert.equal((await run("evidence", "open", "shared.zip")).error.code, "DOCUMENT_MISSING");

    const flipped = Buffer.from(readFileSync(at("case.zip")));
    flipped[flipped.indexOf("<!doctype html>")]! ^= 1;
    writeFileSync(at("flipped.zip"), flipped);
    symlinkSync("/etc/hostname", at("folder/data/link.txt"));
    const refusal = (positionals: readonly string[], values: Typed["values"] = {}): Promise<string> =>
      withBundle({ positionals, values }, quiet, async () => assert.fail("it was read")).catch(({ code }) => code);
    for (const [form, code] of [
      ["flipped.zip", "INPUT_INVALID"],
      ["folder", "INPUT_INVALID"],
      ["keys.json", "INPUT_UNREADABLE"],
      ["nowhere.zip", "USAGE"],
    ] as const)
      assert.equal(await refusal([at(form)]), code, form);
    assert.equal(await refusal([at("case.zip")], { revision: "1" }), "USAGE");
    assert.equal(await refusal([at("case.zip"), at("folder")]), "USAGE");
    assert.equal(await refusal([caseId], { trust: ["keys.json"] } as unknown as Typed["values"]), "USAGE");
    assert.equal((await run("evidence", "get", "flipped.zip", "--out", "out")).status, 2);
    assert.equal(existsSync(at("out")), false);
    assert.equal(existsSync(at(".cordon")), false);
  });
});
