/** `CORDON_WRITE_DOCS=1 node --test test/core/settingsDocs.test.ts` writes the page anew; without it it must be fresh. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseSettings } from "../../lib/core/settings.ts";
import { openHome } from "../../lib/embedded/home.ts";
import { defaultSettings } from "../../lib/embedded/settingsFile.ts";
import { baselinePolicy } from "../../lib/response/investigate/baselineScan.ts";
import { CONTEXT, fields, settingsPage } from "./settingsPage.ts";

const DOCS = join(import.meta.dirname, "../../docs");
const PAGE = join(DOCS, "settings.md");

const example: unknown = JSON.parse(readFileSync(join(DOCS, "settings.example.json"), "utf8"));

test("docs/settings.md says what the schema, the defaults and the example say", (t) => {
  const root = mkdtempSync(join(tmpdir(), "cordon-settings-"));
  t.after(() => rmSync(root, { recursive: true }));
  const made = settingsPage(defaultSettings(openHome(root), "2026-01-01T00:00:00.000Z"), example);
  if (process.env.CORDON_WRITE_DOCS === "1") writeFileSync(PAGE, made);
  assert.equal(readFileSync(PAGE, "utf8"), made, "docs/settings.md: CORDON_WRITE_DOCS=1 writes it anew");
});

test("every field of the settings has a sentence, and says what its absence means if and only if it is optional", () => {
  const all = fields();
  assert.deepEqual(
    all.filter(({ sentence }) => !/^[A-Z`].{10,}\.$/.test(sentence)).map(({ path }) => path),
    [],
  );
  assert.deepEqual(
    all.filter(({ optional, absent }) => optional !== (absent !== null)).map(({ path }) => path),
    [],
  );
});

test("every value of the two files that deployments begin with has a row", (t) => {
  const root = mkdtempSync(join(tmpdir(), "cordon-settings-"));
  t.after(() => rmSync(root, { recursive: true }));
  const rows = new Set(fields().map(({ path }) => path));
  for (const file of [defaultSettings(openHome(root), "2026-01-01T00:00:00.000Z"), example])
    assert.deepEqual(
      pathsIn(file, "").filter((path) => !rows.has(path)),
      [],
    );
});

test("what the page says about an absent baseline is what an absent baseline does", () => {
  const { baseline: _, ...rest } = parseSettings(example, "settings.example.json");
  const { enabled, days, maximumBytes } = baselinePolicy(rest);
  const said = fields().find(({ path }) => path === "baseline")?.absent ?? "";
  assert.ok(said.startsWith(`${enabled ? "on" : "off"}, ${days} days, ${maximumBytes} bytes`), said);
});

test("the notes on the CDK context speak of fields that exist and of values that docs/deploy.md lists", () => {
  const rows = new Set(fields().map(({ path }) => path));
  const deploy = readFileSync(join(DOCS, "deploy.md"), "utf8");
  for (const [path, note] of Object.entries(CONTEXT)) {
    assert.ok(rows.has(path), path);
    for (const [, name] of note.matchAll(/`([^`]+)`/g))
      assert.ok(deploy.includes(`\`${name!}`) || deploy.includes(`\`${name!.replace(/\.[a-z]+$/i, "")}\``), name);
  }
});

const pathsIn = (value: unknown, path: string): readonly string[] => {
  if (Array.isArray(value))
    return [path, ...value.flatMap((one) => (isObject(one) ? membersIn(one, `${path}[].`) : []))];
  return isObject(value) ? [path, ...membersIn(value, `${path}.`)].filter((one) => one !== "") : [path];
};

const membersIn = (value: object, prefix: string): readonly string[] =>
  Object.entries(value).flatMap(([name, one]) => pathsIn(one, prefix === "." ? name : `${prefix}${name}`));

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
