import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { entryBytes, entryHash, type LedgerEntry, opaqueCase, parseEntry } from "../../lib/evidence/ledger/ledger.ts";
import { AT, asBytes, codeOf, digestOf } from "./ledgerFixture.ts";

const ENTRY: LedgerEntry = {
  v: 1,
  seq: 4,
  type: "plan",
  case: digestOf("case"),
  digest: digestOf("plan"),
  at: AT,
  prevCase: digestOf("before"),
};
const changed = (change: Record<string, unknown>): Uint8Array => entryBytes({ ...ENTRY, ...change } as LedgerEntry);

test("a leaf is the entry in canonical JSON, members sorted, and is read back the same", () => {
  const text = `{"at":"${AT}","case":"${ENTRY.case}","digest":"${ENTRY.digest}","prevCase":"${ENTRY.prevCase}","seq":4,"type":"plan","v":1}`;
  assert.equal(Buffer.from(entryBytes(ENTRY)).toString(), text);
  assert.deepEqual(parseEntry(asBytes(text)), ENTRY);
  assert.equal(entryHash(asBytes(text)), createHash("sha256").update("\0").update(text).digest("hex"));
});

test("an entry of the whole deployment has no case, a heartbeat never one, break-glass either way", () => {
  const bare = { case: null, prevCase: null };
  for (const type of ["heartbeat", "policy-changed", "key-rotated", "break-glass"]) {
    assert.equal(
      codeOf(() => parseEntry(changed({ type, ...bare }))),
      "accepted",
      type,
    );
  }
  assert.equal(
    codeOf(() => parseEntry(changed({ type: "break-glass" }))),
    "accepted",
  );
});

test("a leaf that is not exactly an entry is refused", () => {
  const wrong: Record<string, Uint8Array> = {
    "other version": changed({ v: 2 }),
    "negative seq": changed({ seq: -1 }),
    "fractional seq": changed({ seq: 0.5 }),
    "unknown type": changed({ type: "note" }),
    "case entry without case": changed({ case: null, prevCase: null }),
    "heartbeat with a case": changed({ type: "heartbeat" }),
    "chain without case": changed({ type: "break-glass", case: null }),
    "digest in upper case": changed({ digest: ENTRY.digest.toUpperCase() }),
    "case id in the clear": changed({ case: "case-20261121-0123456789" }),
    "time without milliseconds": changed({ at: "2026-11-21T08:00:00Z" }),
    "30 February": changed({ at: "2026-02-30T08:00:00.000Z" }),
    "local time": changed({ at: "2026-11-21T08:00:00.000+01:00" }),
    "further member": changed({ note: "x" }),
    "missing member": asBytes(JSON.stringify({ v: 1 })),
    "not canonical": asBytes(JSON.stringify(ENTRY)),
    "trailing newline": Buffer.concat([entryBytes(ENTRY), asBytes("\n")]),
    "no object": asBytes("null"),
  };
  for (const [name, bytes] of Object.entries(wrong))
    assert.equal(
      codeOf(() => parseEntry(bytes)),
      "JSON",
      name,
    );
  assert.equal(
    codeOf(() => parseEntry(changed({ note: "x".repeat(2000) }))),
    "LIMIT",
  );
});

test("a case has another name in every log, and the name can be computed from a bundle alone", () => {
  const expected = createHash("sha256").update("cordon/case\nexample.test/a\ncase-20261121-0123456789").digest("hex");
  assert.equal(opaqueCase("example.test/a", "case-20261121-0123456789"), expected);
  assert.notEqual(opaqueCase("example.test/b", "case-20261121-0123456789"), expected);
});
