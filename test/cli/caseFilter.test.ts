import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaseHead } from "../../lib/case/case.ts";
import { filteredCases } from "../../lib/cli/caseFilter.ts";
import type { Cases } from "../../lib/ports/ports.ts";
import { sealedBy010 } from "../case/recorded.ts";

const NOBODY = {
  type: "IAMUser",
  accountId: null,
  principalId: null,
  arn: null,
  userName: null,
  accessKeyId: null,
  roleSession: null,
  issuerArn: null,
};

const recorded = (name: string): any => JSON.parse(Buffer.from(sealedBy010().get(name)!).toString());
const finding = (given: object) => ({ ...recorded("finding.json"), ...given });
const discovered = (suspects: readonly object[], keys: readonly object[]) => ({
  ...recorded("discovered.json"),
  suspects: suspects.map((one) => ({ ...NOBODY, ...one })),
  keys: keys.map((one) => ({ status: "Unknown", userName: null, createdAt: null, ...one })),
});
const bucket = (name: string) => ({ name, arn: `arn:aws:s3:::${name}`, accountId: null, public: null });

/** Three cases, one of which failed before anything was known of it. */
const DOCUMENTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  a: {
    "finding.json": finding({
      type: "Exfiltration:S3/AnomalousBehavior",
      severity: 8,
      principals: [{ ...NOBODY, arn: "arn:aws:iam::123456789012:user/jane", accessKeyId: "AKIAJANE" }],
      buckets: [bucket("customer-records")],
    }),
    "discovered.json": discovered([{ issuerArn: "arn:aws:iam::123456789012:role/etl" }], []),
    "theft-summary.json": { ...recorded("theft-summary.json"), buckets: ["Old_Bucket"] },
  },
  b: {
    "finding.json": finding({
      type: "x",
      severity: 5,
      principals: [{ ...NOBODY, userName: "'; DROP TABLE cases; --" }],
      buckets: [bucket("customer")],
    }),
    "discovered.json": discovered([], [{ accessKeyId: "ASIAMINTED" }]),
  },
  c: {},
};
const HEADS = [
  { caseId: "a", status: "contained", openedAt: "2026-02-23T04:00:00.000Z" },
  { caseId: "b", status: "awaiting-decision", openedAt: "2026-02-24T00:00:00.000Z" },
  { caseId: "c", status: "attention", openedAt: "2026-03-01T23:59:59.999Z" },
] as unknown as readonly CaseHead[];
const cases = {
  list: async () => HEADS,
  read: async (caseId: string, name: string) => {
    const document = DOCUMENTS[caseId]![name];
    return document === undefined ? null : Buffer.from(JSON.stringify(document));
  },
} as unknown as Cases;

const found = async (values: Readonly<Record<string, string>>): Promise<string> =>
  (await filteredCases({ values, positionals: [] }, { cases })).map(({ caseId }) => caseId).join("");

test("each filter keeps the cases it is about, and several keep those that pass all of them", async () => {
  for (const [values, expected] of [
    [{}, "abc"],
    [{ since: "2026-02-24" }, "bc"],
    [{ since: "2026-02-24T00:00:00.001Z" }, "c"],
    [{ since: "2026-02-24T01:00:00+01:00" }, "bc"],
    [{ since: "2026-02-24T00:00:00-01:00" }, "c"],
    [{ since: "2026-02-23T04:00" }, "abc"],
    [{ until: "2026-02-24" }, "a"],
    [{ until: "2026-02-24T00:00:00.001Z" }, "ab"],
    [{ since: "2026-02-23T05:00", until: "2026-03-01" }, "b"],
    [{ principal: "user/jane" }, "a"],
    [{ principal: "AKIAJANE" }, "a"],
    [{ principal: "role/etl" }, "a"],
    [{ principal: "ASIAMINTED" }, "b"],
    [{ principal: "JANE" }, "a"],
    [{ bucket: "customer" }, "b"],
    [{ bucket: "customer-records" }, "a"],
    [{ bucket: "Old_Bucket" }, "a"],
    [{ severity: "5" }, "ab"],
    [{ severity: "5.01" }, "a"],
    [{ severity: "10" }, ""],
    // What no finding is known of has no severity, not even the least.
    [{ severity: "0" }, "ab"],
    [{ status: "attention" }, "c"],
    [{ status: "closed" }, ""],
    [{ severity: "5", bucket: "customer", status: "awaiting-decision" }, "b"],
    [{ severity: "5", bucket: "customer", status: "contained" }, ""],
  ] as const)
    assert.equal(await found(values), expected, JSON.stringify(values));
});

test("what an attacker may have named himself is looked for as it is written, never as a pattern or as code", async () => {
  for (const [principal, expected] of [
    ["'; DROP TABLE cases; --", "b"],
    [".*", ""],
    ["%", ""],
    ["__proto__", ""],
    ["user/jane\u0000", ""],
    ["(".repeat(50_000), ""],
  ] as const)
    assert.equal(await found({ principal }), expected);
});

test("a filter that means nothing is refused, and is not taken for one that nothing passes", async () => {
  const bad = {
    since: [
      "",
      "yesterday",
      "1",
      "2026",
      "2026-02-30",
      "2026-13-01",
      "2026-02-24T25:00Z",
      "2026-02-24 or 1=1",
      "+999999-01-01",
    ],
    until: ["", "now", "2026-2-4", "2026-02-24T00:00:00.000Z\n", "∞"],
    severity: ["", "high", "-1", "10.1", "0x8", "1e1", "Infinity", "NaN", " 8", "८"],
    principal: ["", " \t"],
    bucket: ["", "ab", "a/b", "arn:aws:s3:::customer", "../x", "customer*", "x".repeat(256), "customer\u001b[2J"],
    status: ["", "Closed", "open,closed", "__proto__", "constructor"],
  };
  for (const [name, values] of Object.entries(bad))
    for (const value of values)
      await assert.rejects(found({ [name]: value }), (error: { code: string; message: string }) => {
        assert.equal(error.code, "USAGE", `${name}: ${value}`);
        assert.ok(error.message.startsWith(`--${name}: expected `), error.message);
        // It is printed on a terminal.
        assert.match(error.message, /^[\x20-\x7e]{1,400}$/);
        return true;
      });
  await assert.rejects(found({ since: "2026-02-24", until: "2026-02-24" }), { code: "USAGE" });
  await assert.rejects(found({ since: "2026-03-24", until: "2026-02-24" }), { code: "USAGE" });
});

test("a case whose documents are no JSON hides no other and passes every filter, with the reason", async () => {
  const read: Cases["read"] = async (caseId, name) => (caseId === "b" ? Buffer.from('{"x') : cases.read(caseId, name));
  const listed = await filteredCases(
    { values: { bucket: "customer-records" }, positionals: [] },
    { cases: { ...cases, read } },
  );
  assert.deepEqual(
    listed.map(({ caseId, unreadable }) => [caseId, unreadable === undefined]),
    [
      ["a", true],
      ["b", false],
    ],
  );
});
