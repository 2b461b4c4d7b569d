import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { EvidenceError } from "../../lib/base/evidenceError.ts";
import { sha256Hex } from "../../lib/base/jcs.ts";
import { parseManifest, renderManifest } from "../../lib/evidence/bag.ts";
import { isPayload, nameFault } from "../../lib/evidence/layout.ts";
import { fuzzRuns } from "./fuzz.ts";

const parse = (bytes: Uint8Array): ReadonlyMap<string, string> | null => {
  try {
    return parseManifest(bytes, isPayload);
  } catch (error) {
    assert.ok(error instanceof EvidenceError, String(error));
    assert.equal(error.fault.code, "MANIFEST");
    return null;
  }
};
const render = (listed: ReadonlyMap<string, string>): string =>
  renderManifest(new Map([...listed].map(([path, sha256]) => [path, { sha256 }] as const)));

test("a manifest is what sha256sum prints for the same files", () => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-manifest-"));
  try {
    mkdirSync(join(folder, "data/b"), { recursive: true });
    const files = new Map([
      ["data/a-1.txt", Buffer.from("one")],
      ["data/a.txt", Buffer.from("two")],
      ["data/a_1.txt", Buffer.alloc(0)],
      ["data/b/c.json", Buffer.from("{}")],
    ]);
    for (const [path, bytes] of files) writeFileSync(join(folder, path), bytes);
    const env = { ...process.env, LC_ALL: "C" };
    const printed = execFileSync("sh", ["-c", "find data -type f | sort | xargs sha256sum"], {
      cwd: folder,
      encoding: "utf8",
      env,
    });
    assert.equal(
      renderManifest(
        new Map([...files].reverse().map(([path, bytes]) => [path, { sha256: sha256Hex(bytes) }] as const)),
      ),
      printed,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("fuzz: whatever is read as a manifest is exactly what would be written for it", () => {
  const digest = "0123456789abcdef".repeat(4);
  const pieces = [
    digest,
    digest.toUpperCase(),
    "  ",
    " *",
    "\t",
    "data/",
    "data/a",
    "data/b.json",
    "..",
    "/",
    "\n",
    "\r\n",
    "\\",
    "\ufeff",
    "\0",
    "é",
    `${digest}  data/a\n`,
    `${digest}  data/b\n`,
  ];
  const property = fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 10 }), (parts) => {
    const bytes = Buffer.from(parts.join(""), "utf8");
    const listed = parse(bytes);
    if (listed !== null) assert.equal(render(listed), bytes.toString("latin1"));
  });
  fc.assert(property, fuzzRuns());
});

test("fuzz: any bytes are refused with MANIFEST or mean one thing", () => {
  const good = Buffer.from(`${"ab".repeat(32)}  data/a.json\n${"cd".repeat(32)}  data/b.json\n`);
  const property = fc.property(
    fc.nat(good.length - 1),
    fc.uint8Array({ maxLength: 4 }),
    fc.nat(4),
    (at, insert, remove) => {
      const bytes = Buffer.concat([good.subarray(0, at), insert, good.subarray(at + remove)]);
      const listed = parse(bytes);
      if (listed !== null) assert.equal(render(listed), bytes.toString("latin1"));
    },
  );
  fc.assert(property, fuzzRuns());
});

test("names: what the rule allows is portable, what it forbids is not", () => {
  for (const name of [
    "a",
    "a.b",
    "data/0001.json",
    "a-b_c.d-e",
    "x".repeat(200),
    "0",
    "conf",
    "com10",
    "auxiliary.txt",
  ])
    assert.equal(nameFault(name), null, name);
  for (const name of [
    "",
    "a/",
    "/a",
    "a//b",
    ".",
    "..",
    "a/..",
    "../a",
    "a..b",
    "a.",
    "a b",
    "A",
    "ä",
    "con",
    "nul.txt",
    "data/com1",
    "lpt9.a.b",
    "-a",
    "_a",
    "a\\b",
    "a:b",
    "x".repeat(201),
  ]) {
    assert.equal(nameFault(name)?.code, "NAME", name);
  }
  for (const name of [".a", "a/.b", ".git/config"]) assert.equal(nameFault(name)?.code, "EXTRA", name);
});
