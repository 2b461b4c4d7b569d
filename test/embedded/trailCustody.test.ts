import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { delivered, finish, folderOf, getObject, requestOf, tempDir, trailOf } from "./trailWorld.ts";

/** Packed to more than the head that is looked at, and more than is parsed as a whole. */
const LONG = gzipSync(
  Array.from({ length: 60_000 }, (_, n) =>
    JSON.stringify(getObject({ eventID: `e-${n}`, filler: "x".repeat(200) })),
  ).join("\n"),
);
const SLOW_FRESH = Buffer.concat([LONG.subarray(0, LONG.length >> 1)]);

const FILES = {
  "1_CloudTrail_x_20261120T2310Z_aaaa.json.gz": delivered(getObject()),
  "1_CloudTrail_x_20261120T2315Z_bbbb.json.gz": delivered(),
  "1_CloudTrail-Digest_x_20261120T2315Z.json.gz": gzipSync('{"digestStartTime":"2026"}'),
  "broken.json": "{",
  "cut-off.json.gz": SLOW_FRESH,
  "empty.json": "",
  "long.jsonl.gz": LONG,
  "notes.txt": "nothing of ours",
  "trailing.json.gz": Buffer.concat([delivered(getObject({ eventID: "t" })), Buffer.from("rubbish behind the end")]),
};

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

test("a scan hashes every file that it met, those that gave nothing or were damaged too, and keeps the digests", async (context) => {
  const logs = folderOf(context, FILES);
  const trail = trailOf(logs, tempDir(context));
  const ticket = await trail.start(requestOf({ accessKeyIds: ["AKIATHIEF"] }));
  await finish(trail, ticket);
  const read = new Map((await trail.files!(ticket))!.map((one) => [one.file, one]));
  assert.deepEqual([...read.keys()], readdirSync(logs).toSorted());
  for (const [name, { bytes, sha256: digest }] of read) {
    const content = readFileSync(join(logs, name));
    assert.deepEqual([name, bytes, digest], [name, content.length, sha256(content)]);
  }
  assert.equal(read.get("1_CloudTrail_x_20261120T2315Z_bbbb.json.gz")!.records, 0);
  assert.equal(read.get("notes.txt")!.kind, "unread");
});
