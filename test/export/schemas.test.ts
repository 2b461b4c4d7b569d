import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import { patternOf } from "../../lib/case/document.ts";
import { FILE_SCHEMAS, schemaFiles } from "../../lib/export/schemas/index.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { carryOn, decideOn, INVICTUS, OTRF, withCase } from "../response/run.ts";

/** What verbs print: `caseViewSchema` and `mcp` hold these against the code. */
const VIEWS = ["case", "cases", "case-timeline", "case-objects", "hunt", "evidence-verdict", "doctor-organisation"].map(
  (name) => `${name}.schema.json`,
);
const FOLDER = new URL("../../docs/schemas/", import.meta.url);
type Files = ReadonlyMap<string, Uint8Array>;

/** The values of a data file, one of a `.json` and one for every line of a `.jsonl`. */
const valuesOf = (path: string, bytes: Uint8Array): readonly unknown[] => {
  const text = Buffer.from(bytes).toString("utf8");
  return path.endsWith(".jsonl")
    ? text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as unknown)
    : [JSON.parse(text) as unknown];
};

/** Faults of every data file against the JSON Schema that travels in the same bundle, read back by zod. */
const faultsOf = (bundle: Files): readonly string[] =>
  [...bundle].flatMap(([path, bytes]) => {
    if (!/^data\/.*\.json(l|ld)?$/.test(path)) return [];
    const found = FILE_SCHEMAS.find(({ files }) => patternOf(files).test(path.slice("data/".length)));
    if (found === undefined) return [`${path}: no schema`];
    const inBundle = JSON.parse(
      Buffer.from(bundle.get(`schema/${found.schema}.schema.json`)!).toString("utf8"),
    ) as z.core.JSONSchema.JSONSchema;
    const schema = z.fromJSONSchema(inBundle);
    return valuesOf(path, bytes).flatMap((value) => {
      const checked = schema.safeParse(value);
      return checked.success
        ? []
        : [`${path}: ${checked.error.issues[0]!.path.join(".")}: ${checked.error.issues[0]!.message}`];
    });
  });

test("every JSON file of a real sealed bundle validates against the schema that travels with it", async () => {
  await withCase(OTRF, async (deployment, { caseId }) => {
    await decideOn(caseId, deployment, {});
    const { evidence } = await carryOn(caseId, deployment);
    for (const { revision } of evidence)
      assert.deepEqual(faultsOf(await sealedFiles(deployment.ports.vault, `${caseId}/r${revision}`)), []);
    const newest = await sealedFiles(deployment.ports.vault, `${caseId}/r${evidence.length}`);
    for (const { files } of FILE_SCHEMAS.filter(({ files: pattern }) => !pattern.includes("*")))
      assert.ok(newest.has(`data/${files}`), `${files} is in the bundle`);
    const bad = new Map(newest).set("data/clocks.json", Buffer.from("{}"));
    assert.equal(faultsOf(bad).length, 1);
  });
});

test("a case of which nothing can be known has the same files, and they validate too", async () => {
  await withCase(INVICTUS, async (deployment, { caseId, evidence }) => {
    assert.deepEqual(
      faultsOf(await sealedFiles(deployment.ports.vault, `${caseId}/r${evidence.at(-1)!.revision}`)),
      [],
    );
  });
});

test("the published schemas are the ones that bundles carry", () => {
  const made = schemaFiles();
  if (process.env.CORDON_WRITE_DOCS === "1")
    for (const [name, text] of made) writeFileSync(new URL(name, FOLDER), text);
  for (const [name, text] of made)
    assert.equal(readFileSync(new URL(name, FOLDER), "utf8"), text, `${name}: run with CORDON_WRITE_DOCS=1`);
  assert.deepEqual(
    readdirSync(FOLDER)
      .filter((name) => !VIEWS.includes(name))
      .sort(),
    [...made.keys()].sort(),
  );
});
