import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { digestOfBody, lengthOf, wholeOf } from "../../lib/base/content.ts";
import { createSpools, randomly, spooled } from "../../lib/base/spool.ts";
import { textLines } from "../../lib/base/textLines.ts";

/** Lines of many lengths, some longer than a block, with characters of one to four bytes. */
const LINES = Array.from({ length: 3000 }, (_, at) => `${at} é 漢 😀 ${"x".repeat((at * 7919) % 9000)}`);

test("what is put in comes out, in memory and out of a file, however the pieces lie", () => {
  for (const count of [0, 1, 10, 3000]) {
    const spools = createSpools();
    const pieces = LINES.slice(0, count).map((line) => `${line}\n`);
    const whole = Buffer.from(pieces.join(""));
    const body = spooled(
      spools,
      pieces.map((piece, at) => (at % 2 === 0 ? piece : Buffer.from(piece))),
    );
    assert.equal(lengthOf(body), whole.length);
    assert.equal(body instanceof Uint8Array, count < 3000);
    assert.equal(digestOfBody(body), createHash("sha256").update(whole).digest("hex"));
    assert.ok(whole.equals(wholeOf(body)));
    assert.deepEqual([...textLines(body)], LINES.slice(0, count));
    const [from, length] = [Math.floor(whole.length / 3), 1000];
    assert.ok(whole.subarray(from, from + length).equals(randomly(body).read(from, length)));
    spools.dispose();
  }
});

test("two readings of one file take turns and do not disturb each other, and one piece may be larger than a block", () => {
  const spools = createSpools();
  const large = "y".repeat(9_000_000);
  const body = spooled(spools, [large, "\n", ...LINES.map((line) => `${line}\n`)]);
  const [a, b] = [textLines(body), textLines(body)];
  for (const line of [large, ...LINES]) assert.ok(a.next().value === line && b.next().value === line);
  spools.dispose();
});
