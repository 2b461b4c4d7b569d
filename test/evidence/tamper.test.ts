import assert from "node:assert/strict";
import { test } from "node:test";
import { optionsFromTrustRoot } from "../../lib/evidence/trustOptions.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { logged, trustRoot } from "../conformance/ledger.ts";
import { isSampled, LONG } from "../sample.ts";
import { packZip } from "./wholeZip.ts";

/** All eight bits of every byte in the long run (a minute and a half); else one bit of every seventh byte, of other bytes each day. */
const BITS_PER_BYTE = LONG ? 8 : 1;
const EVERY = LONG ? 1 : 7;
/** Inserting, deleting and cutting: at every byte in the long run, else at every 19th of the ZIP and every 37th of a file. */
const STEP = LONG ? 1 : 19;
const FOLDER_STEP = LONG ? 1 : 37;

/** Sealed, entered in a ledger, and carrying its proof: everything a real bundle has. */
const files = await logged();
const options = optionsFromTrustRoot(trustRoot());
const zip = packZip(files);

const isAccepted = async (source: Uint8Array | ReadonlyMap<string, Uint8Array>): Promise<boolean> =>
  (await verifyBundle(source, options)).exitCode === 0;

/** Copies with one bit turned over: of each byte the bits that this run looks at. */
function* flips(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1) {
    if (!isSampled(at, EVERY)) continue;
    for (let bit = 0; bit < BITS_PER_BYTE; bit += 1) {
      const copy = Uint8Array.from(bytes);
      copy[at]! ^= 1 << ((at + bit) % 8);
      yield copy;
    }
  }
}

/** Copies with a byte taken out, a byte put in (a repeat, a zero, an LF), or everything from a place on cut off. */
function* edits(bytes: Uint8Array, step: number): Generator<Uint8Array> {
  for (let at = 0; at <= bytes.length; at += step) {
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    for (const byte of [after[0] ?? 0x20, 0x00, 0x0a]) yield Buffer.concat([before, Buffer.of(byte), after]);
    if (after.length > 0) yield Buffer.concat([before, after.subarray(1)]);
    if (after.length > 0) yield before;
  }
}

/** No copy that equals the original may be among those counted: a repeat of a byte beside itself is another length. */
async function assertNoneAccepted(
  copies: Iterable<Uint8Array>,
  toSource: (copy: Uint8Array) => Uint8Array | ReadonlyMap<string, Uint8Array>,
): Promise<number> {
  let tried = 0;
  for (const copy of copies) {
    tried += 1;
    assert.equal(await isAccepted(toSource(copy)), false, `change ${tried}`);
  }
  return tried;
}

test("the bundle is accepted as it is, in both forms", async () => {
  assert.equal(await isAccepted(zip), true);
  assert.equal(await isAccepted(files), true);
});

test("no bit of the ZIP can be flipped", async () => {
  const tried = await assertNoneAccepted(flips(zip), (copy) => copy);
  assert.ok(tried >= Math.floor(zip.length / EVERY) * BITS_PER_BYTE, `${tried}`);
});

test("no byte of the ZIP can be inserted, deleted or cut off", async () => {
  assert.ok((await assertNoneAccepted(edits(zip, STEP), (copy) => copy)) > (4 * zip.length) / STEP);
});

test("no bit of any file of the folder can be flipped", async () => {
  let tried = 0;
  for (const [path, bytes] of files)
    tried += await assertNoneAccepted(flips(bytes), (copy) => new Map([...files, [path, copy]]));
  assert.ok(tried >= (7000 / EVERY) * BITS_PER_BYTE, `${tried}`);
});

test("no byte of any file of the folder can be inserted, deleted or cut off", async () => {
  for (const [path, bytes] of files) {
    await assertNoneAccepted(edits(bytes, FOLDER_STEP), (copy) => new Map([...files, [path, copy]]));
  }
});

test("no file can be removed, doubled under another name, or exchanged for another", async () => {
  for (const [path, bytes] of files) {
    const without = new Map([...files].filter(([other]) => other !== path));
    assert.equal(await isAccepted(without), false, path);
    assert.equal(await isAccepted(new Map([...files, [`${path}.copy`, bytes]])), false, path);
    for (const [other, content] of files) {
      if (!Buffer.from(content).equals(bytes))
        assert.equal(await isAccepted(new Map([...files, [other, bytes]])), false, `${path} as ${other}`);
    }
  }
});
