import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { toCsv } from "../../lib/report/csv.ts";
import { PAYLOADS } from "./hostile.ts";

const READ_CSV = `
import csv, io, json, sys
text = sys.stdin.buffer.read().decode("utf-8")
json.dump(list(csv.reader(io.StringIO(text, newline=""), strict=True)), sys.stdout)
`;

const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** What a spreadsheet would take for a formula, after what it skips (OWASP, CSV Injection). */
const isFormula = (cell: string): boolean => /^[\s\u0000]*[=+\-@]/.test(cell) || /^[\t\r]/.test(cell);

test("rows become RFC 4180 lines with a heading and CRLF", () => {
  assert.equal(
    toCsv([
      { bucket: "a", key: 'say "hi", twice', calls: 2, whole: true, size: null },
      { bucket: "b", key: "line\nfeed", calls: -1, whole: false, size: 0 },
    ]),
    'bucket,key,calls,whole,size\r\na,"say ""hi"", twice",2,true,\r\nb,"line\nfeed",-1,false,0\r\n',
  );
  assert.equal(toCsv([]), "");
});

test("text that a spreadsheet would run gets an apostrophe in front; numbers stay numbers", () => {
  for (const cell of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n-1", "\uff1d1", "\u0000=1"]) {
    const line = toCsv([{ key: cell }]).slice("key\r\n".length);
    assert.match(line, /^"?'/, JSON.stringify(cell));
  }
  assert.equal(toCsv([{ n: -5 }]), "n\r\n-5\r\n");
  assert.equal(toCsv([{ key: "a=1" }]), "key\r\na=1\r\n");
});

test(
  "Python's csv reader finds the same cells, and none that starts a formula",
  hasPython ? {} : { skip: "python3 is not here" },
  () => {
    const texts = [
      ...PAYLOADS,
      ...fc.sample(fc.string({ unit: "binary", maxLength: 40 }), { numRuns: 2000, seed: 7 }),
    ].map((text) => text.toWellFormed());
    const rows = texts.map((text, index) => ({ index, key: text, again: text }));
    const { stdout, status, stderr } = spawnSync("python3", ["-c", READ_CSV], { input: toCsv(rows), maxBuffer: 1e9 });
    assert.equal(status, 0, stderr.toString());
    const [heading, ...read] = JSON.parse(stdout.toString()) as readonly (readonly string[])[];
    assert.deepEqual(heading, ["index", "key", "again"]);
    assert.equal(read.length, rows.length);
    for (const [index, cells] of read.entries()) {
      assert.equal(cells[1], cells[2]);
      assert.ok(cells[1] === texts[index] || cells[1] === `'${texts[index]}`, JSON.stringify(texts[index]));
      assert.equal(isFormula(cells[1]!), false);
    }
  },
);
