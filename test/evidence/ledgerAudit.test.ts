import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { EntryType } from "../../lib/base/ledger.ts";
import type { Checkpoint } from "../../lib/evidence/ledger/checkpoint.ts";
import { entryBytes, entryHash, type LedgerEntry, opaqueCase, parseEntry } from "../../lib/evidence/ledger/ledger.ts";
import { auditLedger } from "../../lib/evidence/ledger/ledgerAudit.ts";
import type { AuditInput, StoredBundle } from "../../lib/evidence/ledger/ledgerFaults.ts";
import { createTree, leafHash } from "../../lib/evidence/ledger/merkle.ts";
import { asBytes, digestOf, ORIGIN } from "./ledgerFixture.ts";

/**
 * One entry a minute from midnight. Case a: opened, planned, decided, executed, sealed twice. Case b: opened and sealed.
 * Written by hand here, not by the ledger under test.
 */
const STORY: readonly (readonly [type: LedgerEntry["type"], caseId: string | null, thing: string])[] = [
  ["heartbeat", null, "beat 0"],
  ["case-opened", "case-a", "finding a"],
  ["plan", "case-a", "plan a"],
  ["case-opened", "case-b", "finding b"],
  ["decision", "case-a", "decision a"],
  ["execution", "case-a", "execution a"],
  ["bundle-sealed", "case-a", "bundle a1"],
  ["bundle-sealed", "case-b", "bundle b1"],
  ["bundle-sealed", "case-a", "bundle a2"],
  ["heartbeat", null, "beat 1"],
];
const BUNDLES: readonly StoredBundle[] = [
  { caseId: "case-a", digest: digestOf("bundle a1"), statement: digestOf("a1"), supersedes: null },
  { caseId: "case-a", digest: digestOf("bundle a2"), statement: digestOf("a2"), supersedes: digestOf("bundle a1") },
  { caseId: "case-b", digest: digestOf("bundle b1"), statement: digestOf("b1"), supersedes: null },
];
const minute = (index: number): string => new Date(Date.UTC(2026, 10, 21, 0, index)).toISOString();

function write(story: typeof STORY): Map<number, Uint8Array> {
  const last = new Map<string, string>();
  return new Map(
    story.map(([type, caseId, thing], seq) => {
      const subject = caseId === null ? null : opaqueCase(ORIGIN, caseId);
      const prevCase = (subject !== null && last.get(subject)) || null;
      const bytes = entryBytes({ v: 1, seq, type, case: subject, digest: digestOf(thing), at: minute(seq), prevCase });
      if (subject !== null) last.set(subject, entryHash(bytes));
      return [seq, bytes] as const;
    }),
  );
}

const checkpointOf = (entries: ReadonlyMap<number, Uint8Array>, size: number): Checkpoint => {
  const tree = createTree(Array.from({ length: size }, (_, index) => leafHash(entries.get(index)!)));
  return { origin: ORIGIN, size, root: tree.root(size), note: "" };
};

const STORED = write(STORY);
const CLEAN: AuditInput = {
  origin: ORIGIN,
  entries: STORED,
  checkpoints: [checkpointOf(STORED, 3), checkpointOf(STORED, 10)],
  remembered: checkpointOf(STORED, 3),
  leastSize: 0,
  trustRoot: null,
  bundles: BUNDLES,
  asOf: minute(15),
  policy: { heartbeatSeconds: 600, sealWithinSeconds: 600, clockSkewSeconds: 1 },
};
const codes = (change: Partial<AuditInput>): readonly string[] =>
  auditLedger({ ...CLEAN, ...change }).map(({ code }) => code);
const without = (...indexes: readonly number[]): Map<number, Uint8Array> =>
  new Map([...STORED].filter(([index]) => !indexes.includes(index)));
const withEntry = (index: number, change: Partial<LedgerEntry>): Map<number, Uint8Array> =>
  new Map(STORED).set(index, entryBytes({ ...parseEntry(STORED.get(index)!), ...change }));
/** A log whose owner rewrote it and signed it anew: only its content can tell. */
const resigned = (entries: ReadonlyMap<number, Uint8Array>): Partial<AuditInput> => ({
  entries,
  checkpoints: [checkpointOf(entries, entries.size)],
  remembered: null,
});

test("an honest log has no faults, with the store looked at or not", () => {
  assert.deepEqual(auditLedger(CLEAN), []);
  assert.deepEqual(codes({ bundles: null }), []);
  assert.deepEqual(codes({ remembered: null }), []);
});

test("an entry taken out leaves a gap, once per hole, and its case's chain shows it too", () => {
  assert.deepEqual(codes({ entries: without(9, 0) }), ["GAP", "TRUNCATED", "HEARTBEAT"]);
  const [gap] = auditLedger({ ...CLEAN, entries: without(3, 4) });
  assert.deepEqual([gap?.code, gap?.seq], ["GAP", 3]);
  assert.deepEqual(codes({ entries: without(4) }), ["GAP", "CHAIN"]);
});

test("a tail cut off is seen against what was signed, and against what this auditor saw", () => {
  assert.deepEqual(codes({ entries: without(9) }), ["TRUNCATED", "HEARTBEAT"]);
  const cut = resigned(without(9));
  assert.deepEqual(codes(cut), ["HEARTBEAT"]);
  assert.deepEqual(codes({ ...cut, remembered: checkpointOf(STORED, 10) }), ["TRUNCATED", "ROLLBACK", "HEARTBEAT"]);
});

test("an entry edited after it was signed does not give the signed root", () => {
  const edited = withEntry(9, { digest: digestOf("other beat") });
  assert.deepEqual(codes({ entries: edited }), ["INCONSISTENT"]);
});

test("two entries swapped are out of order, at their new places", () => {
  const swapped = new Map(STORED).set(2, STORED.get(3)!).set(3, STORED.get(2)!);
  const found = auditLedger({
    ...CLEAN,
    entries: swapped,
    checkpoints: [checkpointOf(swapped, 10)],
    remembered: null,
    policy: { ...CLEAN.policy, clockSkewSeconds: 90 },
  });
  assert.deepEqual(
    found.map(({ code, seq }) => [code, seq]),
    [
      ["REORDERED", 2],
      ["REORDERED", 3],
    ],
  );
});

test("two signed roots for one size are a fork, between checkpoints or against memory", () => {
  const other = write(STORY.toSpliced(9, 1, ["heartbeat", null, "another beat"]));
  const fork = checkpointOf(other, 10);
  assert.deepEqual(codes({ checkpoints: [...CLEAN.checkpoints, fork] }), ["FORK"]);
  assert.deepEqual(codes({ remembered: fork }), ["FORK"]);
});

test("a smaller checkpoint after a larger one is a rollback", () => {
  assert.deepEqual(codes({ checkpoints: CLEAN.checkpoints.toReversed() }), ["ROLLBACK"]);
  assert.deepEqual(codes({ checkpoints: [checkpointOf(STORED, 3)], remembered: checkpointOf(STORED, 10) }), [
    "ROLLBACK",
    "UNSIGNED",
  ]);
});

test("a remembered checkpoint that the log does not extend is an inconsistency", () => {
  const other = write(STORY.toSpliced(1, 1, ["case-opened", "case-a", "another finding"]));
  assert.deepEqual(codes({ remembered: checkpointOf(other, 5) }), ["INCONSISTENT"]);
});

test("a case that was opened and never sealed shows, once the time for sealing is over", () => {
  const open = write(STORY.filter(([type, caseId]) => !(type === "bundle-sealed" && caseId === "case-b")));
  const input = { ...resigned(open), bundles: BUNDLES.slice(0, 2) };
  assert.deepEqual(codes(input), ["UNSEALED"]);
  assert.deepEqual(codes({ ...input, asOf: minute(12) }), []);
});

test("a bundle sealed and not in the store is missing; one in the store and never sealed is unlisted", () => {
  assert.deepEqual(codes({ bundles: BUNDLES.slice(0, 2) }), ["MISSING"]);
  const smuggled = { caseId: "case-b", digest: digestOf("bundle b0"), statement: digestOf("b0"), supersedes: null };
  assert.deepEqual(codes({ bundles: [...BUNDLES, smuggled] }), ["UNLISTED"]);
  const misplaced = { ...BUNDLES[2]!, caseId: "case-c" };
  assert.deepEqual(codes({ bundles: [BUNDLES[0]!, BUNDLES[1]!, misplaced] }), ["UNLISTED"]);
});

test("two seals of one case of which the second does not replace the first are two stories", () => {
  const [first, second, third] = BUNDLES as [StoredBundle, StoredBundle, StoredBundle];
  assert.deepEqual(codes({ bundles: [first, { ...second, supersedes: null }, third] }), ["EQUIVOCATION"]);
  assert.deepEqual(codes({ bundles: [{ ...first, supersedes: digestOf("x") }, second, third] }), ["EQUIVOCATION"]);
});

test("a statement other than the one sealed is a second story; sealings of the first release name none", () => {
  const naming = (text: string) => resigned(withEntry(8, { v: 2, statement: digestOf(text) }));
  assert.deepEqual(codes(naming("a2")), []);
  assert.deepEqual(codes(naming("a2, exchanged")), ["EQUIVOCATION"]);
});

test("a sealing that fixes less than one before it is a step back", () => {
  const named = { v: 2, statement: digestOf("a1") } as const;
  const entries = withEntry(6, named);
  const next = withEntry(8, { prevCase: entryHash(entries.get(6)!) }).get(8)!;
  assert.deepEqual(codes(resigned(new Map(entries).set(8, next))), ["DOWNGRADE", "DOWNGRADE"]);
});

test("a case opened twice is two stories too", () => {
  const twice = write(STORY.toSpliced(9, 0, ["case-opened", "case-b", "another finding"]));
  assert.deepEqual(codes(resigned(twice)), ["EQUIVOCATION"]);
});

test("a case that does not begin with its opening is found, unless glass was broken first", () => {
  const unopened = write(STORY.toSpliced(3, 1));
  assert.deepEqual(codes(resigned(unopened)), ["UNOPENED"]);
  const broken = write(STORY.toSpliced(3, 0, ["break-glass", "case-b", "glass"]));
  assert.deepEqual(codes(resigned(broken)), []);
});

test("an entry slipped into a case's past breaks the chain", () => {
  assert.deepEqual(codes(resigned(withEntry(5, { prevCase: null }))), ["CHAIN", "CHAIN"]);
});

test("silence is found between heartbeats, before the first and after the last", () => {
  assert.deepEqual(codes({ asOf: minute(40), bundles: null }), ["HEARTBEAT"]);
  assert.deepEqual(codes({ policy: { ...CLEAN.policy, heartbeatSeconds: 500 } }), ["HEARTBEAT"]);
  const none = write(STORY.filter(([type]) => type !== "heartbeat"));
  assert.deepEqual(codes(resigned(none)), ["HEARTBEAT"]);
});

test("an entry dated behind the one before it, or after the audit, is found", () => {
  assert.deepEqual(codes(resigned(withEntry(9, { at: minute(2) }))), ["HEARTBEAT", "TIME"]);
  assert.deepEqual(codes({ ...resigned(withEntry(9, { at: minute(16) })) }), ["HEARTBEAT", "TIME"]);
});

test("a leaf that is no entry is reported and the rest is audited all the same", () => {
  const spoilt = new Map(STORED).set(2, asBytes("{}"));
  assert.deepEqual(codes({ entries: spoilt }), ["MALFORMED", "INCONSISTENT", "INCONSISTENT", "CHAIN"]);
});

test("no single change of a byte or of the set of entries passes an audit against a signed head", () => {
  const index = fc.integer({ min: 0, max: 9 });
  const change = fc.oneof(
    index.map((at) => without(at)),
    fc.tuple(index, fc.nat(100), fc.integer({ min: 1, max: 255 })).map(([at, byte, flip]) =>
      new Map(STORED).set(
        at,
        STORED.get(at)!.map((old, place) => (place === byte ? old ^ flip : old)),
      ),
    ),
    fc
      .tuple(index, index)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => new Map(STORED).set(a, STORED.get(b)!)),
  );
  fc.assert(
    fc.property(change, (entries) => codes({ entries }).length > 0),
    { numRuns: 1000 },
  );
});

test("what no checkpoint covers is a finding, and so is a whole log without one", () => {
  assert.deepEqual(codes({ checkpoints: [checkpointOf(STORED, 3)] }), ["UNSIGNED"]);
  assert.deepEqual(codes({ checkpoints: [], remembered: null }), ["UNSIGNED"]);
});

test("a keys.json that is not the one entered last is a finding; before any rotation there is nothing to hold it against", () => {
  const rotated = new Map(STORED).set(
    STORED.size,
    entryBytes({
      v: 1,
      seq: STORED.size,
      type: "key-rotated",
      case: null,
      digest: digestOf("v2"),
      at: minute(12),
      prevCase: null,
    }),
  );
  const judge = (version: number, thing: string) =>
    codes({ ...resigned(rotated), trustRoot: { version, digest: digestOf(thing) } });
  assert.deepEqual([judge(1, "v1"), judge(2, "v2"), judge(2, "v2 in another order")], [["KEYS"], [], ["KEYS"]]);
  assert.deepEqual(codes({ trustRoot: { version: 1, digest: digestOf("v1") } }), []);
});

test("a break-glass that was never sealed, and a decision carried out after the last sealing, are faults once they are old", () => {
  const chain = (steps: readonly EntryType[]): ReadonlyMap<number, Uint8Array> => {
    const subject = opaqueCase(ORIGIN, "case-20250101-aaaaaaaaaa");
    let prevCase: string | null = null;
    return new Map(
      steps.map((type, seq) => {
        const bytes = entryBytes({
          v: 1,
          seq,
          type,
          case: subject,
          digest: digestOf(`${seq}`),
          at: minute(seq),
          prevCase,
        });
        prevCase = entryHash(bytes);
        return [seq, bytes] as const;
      }),
    );
  };
  const judge = (steps: readonly EntryType[], at: number) =>
    codes({
      ...resigned(chain(steps)),
      bundles: null,
      asOf: minute(at),
      policy: { ...CLEAN.policy, heartbeatSeconds: 1e9 },
    });
  assert.deepEqual(judge(["break-glass"], 60), ["UNSEALED"]);
  assert.deepEqual(judge(["break-glass"], 1), []);
  assert.deepEqual(judge(["case-opened", "bundle-sealed", "decision", "execution"], 60), ["UNSEALED"]);
  assert.deepEqual(judge(["case-opened", "bundle-sealed", "decision", "execution", "bundle-sealed"], 60), []);
  assert.deepEqual(judge(["case-opened", "bundle-sealed", "plan"], 60), []);
});
