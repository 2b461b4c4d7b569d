import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { signCheckpoint } from "../../lib/evidence/ledger/checkpoint.ts";
import { createTree, leafHash } from "../../lib/evidence/ledger/merkle.ts";
import { formatTlogProof, parseTlogProof, verifyTlogProof } from "../../lib/evidence/ledger/tlogProof.ts";
import { parsePublicKey } from "../../lib/evidence/publicKey.ts";
import { codeOf } from "./ledgerFixture.ts";

const ORIGIN = "example.test/ledger/one";
/** Format example of https://c2sp.org/tlog-proof without its `extra` line; signatures shortened there, so made whole here. */
const SPEC_EXAMPLE = `c2sp.org/tlog-proof@v1
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog AAAAAAA=
`;

const pair = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const spki = pair.publicKey.export({ type: "spki", format: "der" });
const log = { origin: ORIGIN, keys: [parsePublicKey(spki)] };
const signer = {
  name: ORIGIN,
  sign: async (message: Uint8Array) => sign("sha256", message, pair.privateKey),
  publicKey: async () => spki,
};
const leaves = Array.from({ length: 11 }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));
const tree = createTree(leaves);
const at = async (size: number): Promise<string> =>
  (await signCheckpoint({ size, root: tree.root(size) }, signer)).note;
const checkpoint = await at(11);
const proofOf = (index: number, size = 11): string =>
  formatTlogProof({ index, hashes: tree.inclusionProof(index, size), checkpoint });
const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

test("the specification's example is read and written back byte for byte", () => {
  const proof = parseTlogProof(bytes(SPEC_EXAMPLE));
  assert.deepEqual([proof.index, proof.hashes.length], [73894, 5]);
  assert.equal(formatTlogProof(proof), SPEC_EXAMPLE);
});

test("a proof of every entry verifies, that of a lone entry without hashes included", async () => {
  for (const index of leaves.keys()) {
    const proven = verifyTlogProof(bytes(proofOf(index)), leaves[index]!, log);
    assert.deepEqual([proven.index, proven.checkpoint.size], [index, 11]);
  }
  const alone = formatTlogProof({ index: 0, hashes: [], checkpoint: await at(1) });
  assert.equal(verifyTlogProof(bytes(alone), leaves[0]!, log).checkpoint.size, 1);
});

test("a proof that was changed does not verify", async () => {
  const good = proofOf(5);
  const lines = good.split("\n");
  const without = (line: number): string => lines.toSpliced(line, 1).join("\n");
  const swapped = lines.toSpliced(2, 2, lines[3]!, lines[2]!).join("\n");
  const wrong: Record<string, string> = {
    "other index": good.replace("index 5", "index 4"),
    "index beyond the tree": good.replace("index 5", "index 11"),
    "proof shortened": without(2),
    "proof lengthened": lines.toSpliced(2, 0, lines[2]!).join("\n"),
    "proof reordered": swapped,
    "proof for another tree size": formatTlogProof({ index: 5, hashes: tree.inclusionProof(5, 6), checkpoint }),
    "checkpoint of another size": formatTlogProof({
      index: 5,
      hashes: tree.inclusionProof(5, 11),
      checkpoint: await at(10),
    }),
  };
  for (const [name, text] of Object.entries(wrong)) {
    assert.equal(
      codeOf(() => verifyTlogProof(bytes(text), leaves[5]!, log)),
      "LEDGER",
      name,
    );
  }
  assert.equal(
    codeOf(() => verifyTlogProof(bytes(good), leaves[6]!, log)),
    "LEDGER",
    "other leaf",
  );
  assert.equal(
    codeOf(() => verifyTlogProof(bytes(good.replace("\n11\n", "\n12\n")), leaves[5]!, log)),
    "SIGNATURE",
  );
});

test("every departure from the format is refused", () => {
  const good = proofOf(5);
  const cases: Record<string, string> = {
    "other version": good.replace("@v1", "@v2"),
    "extra line, which nothing signs": good.replace("index 5", "extra QUJD\nindex 5"),
    "leading zero": good.replace("index 5", "index 05"),
    "no index": good.replace("index 5\n", ""),
    "index beyond 2^53": good.replace("index 5", "index 9007199254740993"),
    "hash of 31 bytes": good.replace(/\n[^\n]{44}\n/, `\n${Buffer.alloc(31).toString("base64")}\n`),
    "hash in hex": good.replace(/\n[^\n]{44}\n/, `\n${Buffer.alloc(32).toString("hex")}\n`),
    "carriage returns": good.replaceAll("\n", "\r\n"),
    "no empty line": good.replace("\n\n", "\n"),
    "no checkpoint": `${good.split("\n\n")[0]}\n\n`,
    "sixty hashes": good.replace("index 5\n", `index 5\n${`${Buffer.alloc(32).toString("base64")}\n`.repeat(60)}`),
    empty: "",
  };
  for (const [name, text] of Object.entries(cases)) {
    assert.equal(
      codeOf(() => verifyTlogProof(bytes(text), leaves[5]!, log)),
      "ENCODING",
      name,
    );
  }
});

test("no single flipped bit, deletion or truncation of a proof is accepted", () => {
  const whole = bytes(proofOf(5));
  const accepted = (text: Uint8Array): boolean => codeOf(() => verifyTlogProof(text, leaves[5]!, log)) === "accepted";
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Uint8Array.from(whole, (byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    assert.ok(!accepted(flipped), `bit ${bit}`);
  }
  for (let cut = 0; cut < whole.length; cut++) {
    assert.ok(!accepted(whole.slice(0, cut)), `truncated at ${cut}`);
    assert.ok(!accepted(Buffer.concat([whole.slice(0, cut), whole.slice(cut + 1)])), `byte ${cut} deleted`);
  }
});

test("whatever can be written is read back the same", () => {
  const members = {
    index: fc.maxSafeNat(),
    hashes: fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 53 }),
    checkpoint: fc.constant(checkpoint),
  };
  const proof = fc.record(members, { noNullPrototype: true });
  fc.assert(
    fc.property(proof, (value) => {
      const read = parseTlogProof(bytes(formatTlogProof(value)));
      assert.deepEqual({ ...read, hashes: read.hashes.map((hash) => Uint8Array.from(hash)) }, value);
    }),
  );
});
