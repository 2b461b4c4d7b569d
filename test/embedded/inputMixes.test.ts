import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { CordonError } from "../../lib/base/errors.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import { opened } from "../../lib/embedded/ingest-envelopes.ts";
import { piecesIn } from "../../lib/embedded/ingest-pieces.ts";
import { createReader } from "../../lib/embedded/ingest-reader.ts";
import { runs } from "../sample.ts";
import { type Rec, SHAPES, THEFT, THIEF } from "./theftShapes.ts";
import { folderOf, requestOf, tempDir } from "./trailWorld.ts";

const MIXES = runs(60, 2000);
const FUZZ = runs(300, 200_000);

/** What may happen to a file on its way: nothing, a cut, a flipped byte, another text before or behind it. */
type Harm = { readonly kind: "none" | "cut" | "flip" | "before" | "behind"; readonly at: number };
const harm = fc.record({
  kind: fc.constantFrom("none", "none", "cut", "flip", "before", "behind"),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
}) as fc.Arbitrary<Harm>;

const harmed = (bytes: Buffer, { kind, at }: Harm): Buffer => {
  const place = Math.floor(at * bytes.length);
  if (kind === "cut") return bytes.subarray(0, place);
  if (kind === "flip")
    return Buffer.concat([bytes.subarray(0, place), Buffer.from([bytes[place]! ^ 0x5a]), bytes.subarray(place + 1)]);
  if (kind === "before") return Buffer.concat([Buffer.from("unexpected words\n"), bytes]);
  return kind === "behind" ? Buffer.concat([bytes, Buffer.from("\nunexpected words")]) : bytes;
};

test("a theft split over a good file and one of any shape, whole or harmed, is exact, or the file is named", async (context) => {
  const shapes = Object.keys(SHAPES).filter(
    (name) => !/tar's|Parquet/.test(name) && name !== "CloudWatch subscription, members and payloads one after another",
  );
  const cases = fc.sample(fc.tuple(fc.constantFrom(...shapes), fc.integer({ min: 0, max: 11 }), harm), {
    numRuns: MIXES,
    seed: 12,
  });
  for (const [shape, split, what] of cases) {
    const [good, odd] = [THEFT.slice(0, split), THEFT.slice(split)] as [readonly Rec[], readonly Rec[]];
    const made = Object.entries(await SHAPES[shape]!(odd)).map(([name, bytes]) => [name, Buffer.from(bytes)] as const);
    const [first, ...rest] = made;
    const [name, bytes] = first!;
    const logs = folderOf(context, {
      "good-half.json.gz": gzipSync(JSON.stringify({ Records: good })),
      ...Object.fromEntries(rest),
      [name]: harmed(bytes, what),
    });
    const lines = tempDir(context);
    const reader = createReader({ request: requestOf(THIEF), logsDir: logs, linesDir: lines, label: "x" });
    const reports = [];
    for (const file of ["good-half.json.gz", ...made.map(([one]) => one)]) reports.push(...(await reader.read(file)));
    const keys = new Set(
      reader
        .finished(true)
        .flatMap((path) => readFileSync(path, "utf8").trim().split("\n"))
        .filter((line) => line !== "")
        .map(
          (line) => (JSON.parse(line) as { r: { requestParameters: { key: string } | null } }).r.requestParameters?.key,
        ),
    );
    const isExact = THEFT.every(({ requestParameters }) => keys.has((requestParameters as { key: string }).key));
    const isNamed = reports.some(({ lost }) => lost > 0);
    // A cut at the end of a line takes whole records of a file of lines, and no byte of it tells.
    const isClean =
      what.kind === "cut" &&
      bytes
        .subarray(0, Math.floor(what.at * bytes.length))
        .toString("latin1")
        .trimEnd()
        .match(/[}"]$|^$/) !== null;
    // A flipped letter inside a value is another value: CloudTrail's digests tell, the file itself cannot.
    assert.ok(isExact || isNamed || isClean || what.kind === "flip", JSON.stringify([shape, split, what, keys.size]));
  }
});

test("whatever bytes a file has, every one of them is a value or a loss, and reading comes to an end", () => {
  const bits = fc.constantFrom(
    '{"eventVersion":"1"',
    '{"Records":[',
    "]",
    "}",
    "{",
    "[",
    ",",
    "\n",
    '"',
    '"a":',
    "\\",
    "1",
    "null",
    '{"eventID":"x"}',
    "\ufeff",
    "text ",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(bits, fc.string({ unit: "binary", maxLength: 8 })), { maxLength: 60 }), (parts) => {
      let pieces = 0;
      for (const piece of piecesIn(Buffer.from(parts.join("")))) {
        pieces++;
        if ("value" in piece) opened(piece.value);
        if ("tail" in piece) opened(piece.tail, true);
      }
      assert.ok(pieces <= parts.join("").length + 1);
    }),
    { numRuns: FUZZ, seed: 7 },
  );
});

test("whatever is handed in as a finding is read or refused, never a crash", () => {
  const event = {
    detail: {
      id: "1",
      type: "x",
      severity: 8,
      accountId: "111122223333",
      region: "eu-west-1",
      createdAt: 0,
      updatedAt: 0,
    },
  };
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.json().map((Message) => JSON.stringify({ Message })),
        fc.json().map((value) => JSON.stringify({ ...event, detail: { ...event.detail, service: JSON.parse(value) } })),
      ),
      (text) => {
        try {
          parseFindings(JSON.parse(text));
        } catch (error) {
          assert.ok(error instanceof CordonError, String(error));
        }
      },
    ),
    { numRuns: FUZZ, seed: 7 },
  );
});
