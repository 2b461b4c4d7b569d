import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { EvidenceError } from "../../lib/base/evidenceError.ts";
import { DEFAULT_LIMITS } from "../../lib/evidence/inventory.ts";
import { nameFault, pathClash } from "../../lib/evidence/layout.ts";
import { fuzzRuns } from "./fuzz.ts";
import { packZip, unpackZip } from "./wholeZip.ts";

const refusal = (bytes: Uint8Array, limits = DEFAULT_LIMITS): string => {
  try {
    unpackZip(bytes, limits);
    return "accepted";
  } catch (error) {
    assert.ok(error instanceof EvidenceError, String(error));
    return error.fault.code;
  }
};

const segment = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,10}[a-z0-9]$/);
const path = fc
  .array(segment, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"))
  .filter((name) => nameFault(name) === null);
const files = fc
  .dictionary(path, fc.uint8Array({ maxLength: 300 }), { minKeys: 1, maxKeys: 8, noNullPrototype: true })
  .map((record) => new Map(Object.entries(record)))
  .filter((map) => pathClash(map.keys()) === null);
const toObject = (map: ReadonlyMap<string, Uint8Array>) =>
  Object.fromEntries([...map].map(([name, bytes]) => [name, Buffer.from(bytes).toString("hex")]));

test("what was packed is unpacked, and packs to the same bytes again", () => {
  const property = fc.property(files, (map) => {
    const zip = packZip(map);
    const back = unpackZip(zip, DEFAULT_LIMITS);
    assert.deepEqual(toObject(back), toObject(map));
    assert.ok(Buffer.from(packZip(back)).equals(zip));
  });
  fc.assert(property, fuzzRuns(200));
});

test("Python's zipfile reads the same names and bytes, mode 0644 and the date 1980-01-01", () => {
  const map = new Map([
    ["a/b.txt", Buffer.from("hello")],
    ["c", Buffer.alloc(0)],
  ]);
  const folder = mkdtempSync(join(tmpdir(), "cordon-zip-"));
  try {
    writeFileSync(join(folder, "x.zip"), packZip(map));
    const script =
      "import zipfile,sys\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nfor i in z.infolist(): print(i.filename,z.read(i).decode(),oct(i.external_attr>>16),i.date_time[:3],i.compress_type)";
    const out = execFileSync("python3", ["-c", script, join(folder, "x.zip")], { encoding: "utf8" });
    assert.equal(out, "a/b.txt hello 0o100644 (1980, 1, 1) 0\nc  0o100644 (1980, 1, 1) 0\n");
    execFileSync("unzip", ["-qq", join(folder, "x.zip"), "-d", join(folder, "out")]);
    assert.equal(readFileSync(join(folder, "out/a/b.txt"), "utf8"), "hello");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a name that is not safe is not packed", () => {
  for (const name of ["../a", "/a", "A", "a b", ".a", "a.", "con", "aux.txt", "a//b", "a/", "", "é", "x".repeat(201)]) {
    assert.throws(() => packZip(new Map([[name, Buffer.alloc(1)]])), { code: "SEAL_FAILED" }, name);
  }
});

test("limits on files and bytes stop the reading", () => {
  const zip = packZip(
    new Map([
      ["a", Buffer.alloc(100)],
      ["b", Buffer.alloc(100)],
    ]),
  );
  assert.equal(refusal(zip, { files: 1, bytes: 1000, heldBytes: 1000 }), "LIMIT");
  assert.equal(refusal(zip, { files: 2, bytes: 199, heldBytes: 1000 }), "LIMIT");
  assert.equal(refusal(zip, { files: 2, bytes: 200, heldBytes: 0 }), "accepted");
});

test("fuzz: bytes changed at random are refused with a code, or the ZIP is the same", () => {
  const zip = packZip(
    new Map([
      ["a/b.txt", Buffer.from("hello")],
      ["c", Buffer.alloc(40, 1)],
      ["d", Buffer.alloc(0)],
    ]),
  );
  const change = fc.record({ at: fc.nat(zip.length - 1), remove: fc.nat(8), insert: fc.uint8Array({ maxLength: 8 }) });
  const property = fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
    const bytes = changes.reduce<Uint8Array>(
      (now, { at, remove, insert }) => Buffer.concat([now.subarray(0, at), insert, now.subarray(at + remove)]),
      zip,
    );
    if (refusal(bytes) === "accepted") assert.ok(Buffer.from(packZip(unpackZip(bytes, DEFAULT_LIMITS))).equals(bytes));
  });
  fc.assert(property, fuzzRuns());
});

test("fuzz: any bytes at all are refused with a code", () => {
  const pieces = [
    "504b0304",
    "504b0102",
    "504b0506",
    "0a0000000000000021000000",
    "ffffffff",
    "00000000",
    "0100",
    "61",
    "504b0606",
    "504b0607",
  ];
  const junk = fc.oneof(
    fc.constantFrom(...pieces).map((hex) => Uint8Array.from(Buffer.from(hex, "hex"))),
    fc.uint8Array({ maxLength: 40 }),
  );
  const property = fc.property(fc.array(junk, { maxLength: 12 }), (parts) =>
    assert.notEqual(refusal(Buffer.concat(parts)), undefined),
  );
  fc.assert(property, fuzzRuns());
});
