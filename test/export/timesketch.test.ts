import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { timesketchCsv, timesketchJsonl, timesketchOf } from "../../lib/export/timesketch.ts";
import { sealedBy010 } from "../case/recorded.ts";

const LINE = {
  at: "2026-02-23T02:15:00Z",
  until: "2026-02-23T02:20:00Z",
  kind: "data-access",
  what: "download",
  actor: "arn:aws:iam::111122223333:user/dev",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  address: "198.51.100.7",
  bucket: "customer-exports",
  key: "a.csv",
  outcome: "success",
  calls: 2,
  bytes: 1024,
  certainty: "certain",
  eventIds: ["e1", "e2"],
  source: "objects.jsonl",
};
const made = (...changes: readonly object[]) =>
  timesketchOf("case-1", Buffer.from(changes.map((change) => JSON.stringify({ ...LINE, ...change })).join("\n")));

type Row = Readonly<Record<string, string>>;
const readCsv = (text: string): readonly Row[] => parse(text, { columns: true, record_delimiter: "\r\n" }) as Row[];

test("the timeline that 0.1.0 sealed becomes one Timesketch event a line, each with the three fields that it asks for", () => {
  const sealed = sealedBy010().get("access-timeline.jsonl")!;
  const lines = timesketchOf("case-1", sealed);
  assert.equal(lines.length, Buffer.from(sealed).toString("utf8").trim().split("\n").length);
  for (const { message, datetime, timestamp_desc } of lines) {
    assert.notEqual(message, "");
    assert.match(datetime, /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
    assert.notEqual(timestamp_desc, "");
  }
  const read = lines.find(({ object_key }) => object_key === "ring.txt")!;
  assert.equal(read.datetime, "2020-09-14T01:02:34.000+00:00");
  assert.equal(read.bytes, 178);
});

test("CSV and JSON lines hold the same events in the same order", () => {
  const lines = made({}, { key: 'a "quoted", one', until: LINE.at });
  const rows = readCsv(timesketchCsv(lines));
  assert.deepEqual(Object.keys(rows[0]!).slice(0, 3), ["message", "datetime", "timestamp_desc"]);
  const values = timesketchJsonl(lines)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  assert.deepEqual(
    rows.map(({ object_key, bytes }) => [object_key, bytes]),
    values.map(({ object_key, bytes }) => [object_key, String(bytes)]),
  );
});

test("object keys that are formulas, line breaks or control sequences are text in both, and no event is lost", () => {
  const hostile = [
    '=HYPERLINK("http://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1+1",
    'a\r\n"2026-01-01",forged,line',
    "\u001b[2J\u202egpj.exe",
    "＝1+1",
    "\ud800",
  ];
  const lines = made(...hostile.map((key) => ({ key, actor: key, address: key, bucket: key })));
  const rows = readCsv(timesketchCsv(lines));
  assert.equal(rows.length, hostile.length);
  for (const row of rows)
    for (const [column, value] of Object.entries(row)) {
      if (column !== "calls" && column !== "bytes")
        assert.doesNotMatch(value, /^[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]/);
      assert.doesNotMatch(value, /[\u0000-\u001f\u007f\u202a-\u202e]/);
    }
  assert.equal(timesketchJsonl(lines).trim().split("\n").length, hostile.length);
});

test("an event without a time stays, and says that it has none", () => {
  const [line] = made({ at: "null", until: "null", kind: "detection" });
  assert.deepEqual([line!.datetime, line!.timestamp_desc], ["1970-01-01T00:00:00.000+00:00", "Time not known"]);
});

test("what is no timeline is refused by its fault", () => {
  for (const text of ["{", "[]", JSON.stringify({ ...LINE, kind: "__proto__" }), JSON.stringify({ at: LINE.at })])
    assert.throws(() => timesketchOf("case-1", Buffer.from(text)), { code: "DOCUMENT_CONFLICT" });
});
