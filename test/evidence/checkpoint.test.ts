import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { openCheckpoint, readCheckpoint, signCheckpoint } from "../../lib/evidence/ledger/checkpoint.ts";
import { signNote } from "../../lib/evidence/ledger/note.ts";
import { parsePublicKey } from "../../lib/evidence/publicKey.ts";
import { codeOf } from "./ledgerFixture.ts";

const ORIGIN = "example.test/ledger/one";
/** The example of the tlog-checkpoint specification; its signature is Ed25519, so only its body is of use here. */
const SPEC_EXAMPLE =
  "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

const pair = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const spki = pair.publicKey.export({ type: "spki", format: "der" });
const key = parsePublicKey(spki);
const signer = {
  name: ORIGIN,
  sign: async (message: Uint8Array) => sign("sha256", message, pair.privateKey),
  publicKey: async () => spki,
};
const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

test("the specification's example is read", () => {
  const { origin, size, root } = readCheckpoint(bytes(SPEC_EXAMPLE));
  assert.deepEqual([origin, size], ["example.com/behind-the-sofa", 20852163]);
  assert.equal(Buffer.from(root).toString("base64"), "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
});

test("a signed checkpoint opens to the size and root that were signed", async () => {
  const root = Buffer.alloc(32, 7);
  const signed = await signCheckpoint({ size: 12, root }, signer);
  const opened = openCheckpoint(bytes(signed.note), ORIGIN, [key]);
  assert.deepEqual([opened.origin, opened.size, Buffer.from(opened.root)], [ORIGIN, 12, root]);
  assert.equal(signed.note.split("\n\n")[0], `${ORIGIN}\n12\n${root.toString("base64")}`);
});

test("a body that is not origin, size and root is refused although the key signed it", async () => {
  const root = Buffer.alloc(32, 7).toString("base64");
  const bodies = {
    "leading zero": `${ORIGIN}\n012\n${root}\n`,
    "negative size": `${ORIGIN}\n-1\n${root}\n`,
    "size beyond 2^53": `${ORIGIN}\n9007199254740993\n${root}\n`,
    "short root": `${ORIGIN}\n12\n${Buffer.alloc(31).toString("base64")}\n`,
    "root in hex": `${ORIGIN}\n12\n${Buffer.alloc(32).toString("hex")}\n`,
    "spare bits in the root": `${ORIGIN}\n12\n${root.replace(/.=$/, "d=")}\n`,
    "extension line": `${ORIGIN}\n12\n${root}\nTimestamp: 1\n`,
    "no root": `${ORIGIN}\n12\n`,
    "empty origin": `\n12\n${root}\n`,
  };
  for (const [name, body] of Object.entries(bodies)) {
    const note = await signNote(body, signer);
    assert.equal(
      codeOf(() => openCheckpoint(bytes(note), ORIGIN, [key])),
      "ENCODING",
      name,
    );
  }
});

test("the checkpoint of another log is refused even when the same key signed it under our name", async () => {
  const note = await signNote(`example.test/ledger/two\n1\n${Buffer.alloc(32).toString("base64")}\n`, signer);
  assert.equal(
    codeOf(() => openCheckpoint(bytes(note), ORIGIN, [key])),
    "LEDGER",
  );
});
