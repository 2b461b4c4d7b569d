import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";
import { ledgerFiles } from "../../lib/evidence/ledger/ledgerProof.ts";
import { verifyLedgerProof } from "../../lib/evidence/ledger/ledgerVerify.ts";
import { toPem } from "../../lib/evidence/publicKey.ts";
import { AT, asBytes, createMemoryStore, digestOf, makeKey, ORIGIN } from "./ledgerFixture.ts";

const RECIPE = /```sh\n(#!\/bin\/sh\n# verify-ledger\.sh[^`]*)```/.exec(
  readFileSync(join(import.meta.dirname, "../../docs/ledger.md"), "utf8"),
)![1]!;
const MANIFEST = "a tag manifest\n";
const STATEMENT = '{"a":"statement"}';
const CASE = "case-20261121-0123456789";
const has = (tool: string): boolean => spawnSync(tool, ["version"]).error === undefined;
const shells = ["sh", "bash", "dash"].filter(has);
const skip = !has("openssl") || shells.length === 0 ? "needs openssl and a shell" : false;
const key = makeKey();

/** The ledger files of a bundle sealed at `index` in a ledger of `size` entries. */
async function sealedAt(
  index: number,
  size: number,
  statement = { statement: digestOf(STATEMENT) } as { statement?: string },
): Promise<Map<string, Uint8Array>> {
  const store = createMemoryStore();
  const ledger = openLedger({ store, signed: store, signer: { name: ORIGIN, ...key }, formerKeys: [] });
  const sealing = { type: "bundle-sealed", caseId: CASE, digest: digestOf(MANIFEST), ...statement, at: AT } as const;
  for (let seq = 0; seq < size; seq++) {
    if (seq === index) await ledger.append(sealing);
    else await ledger.append({ type: "heartbeat", caseId: null, digest: digestOf(`${seq}`), at: AT });
  }
  return new Map(await ledgerFiles(ledger, { caseId: CASE, seq: index }, null, null));
}

function recipeAccepts(shell: string, files: ReadonlyMap<string, Uint8Array>, signer = key): boolean {
  const folder = mkdtempSync(join(tmpdir(), "cordon-recipe-"));
  for (const name of ["ledger", "attestation"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "attestation/statement.json"), STATEMENT);
  for (const [name, bytes] of files) writeFileSync(join(folder, "ledger", name), bytes);
  writeFileSync(join(folder, "tagmanifest-sha256.txt"), MANIFEST);
  writeFileSync(join(folder, "key.pem"), toPem(signer.spki));
  const { status } = spawnSync(shell, ["-c", RECIPE, "verify-ledger.sh", "key.pem"], { cwd: folder });
  rmSync(folder, { recursive: true, force: true });
  return status === 0;
}

const EXPECTED = { caseId: CASE, digest: digestOf(MANIFEST), statement: digestOf(STATEMENT), origin: ORIGIN };
const verifierAccepts = (files: ReadonlyMap<string, Uint8Array>): boolean => {
  const inBundle = new Map([...files].map(([name, bytes]) => [`ledger/${name}`, bytes] as const));
  return verifyLedgerProof(inBundle, EXPECTED, [key.spki]).ok;
};

test("the recipe in the documentation accepts what the verifier accepts, at the edges of all small trees", {
  skip,
}, async () => {
  for (const [index, size] of [
    [0, 1],
    [0, 2],
    [1, 2],
    [2, 3],
    [4, 5],
    [3, 6],
    [6, 7],
    [0, 8],
    [7, 8],
    [8, 9],
    [5, 13],
  ] as const) {
    const files = await sealedAt(index, size);
    assert.ok(verifierAccepts(files));
    for (const shell of shells) assert.ok(recipeAccepts(shell, files), `${shell} ${index}/${size}`);
  }
});

test("the recipe takes a sealing of the first release, which names no statement", { skip }, async () => {
  const files = await sealedAt(2, 5, {});
  assert.ok(verifierAccepts(files));
  for (const shell of shells) assert.ok(recipeAccepts(shell, files), shell);
});

test("the recipe refuses what the verifier refuses", { skip }, async () => {
  const files = await sealedAt(5, 13);
  const text = (name: string): string => Buffer.from(files.get(name)!).toString();
  const proof = text("case.tlog-proof");
  const lines = proof.split("\n");
  const edits: Record<string, readonly [string, string]> = {
    "entry redated": ["entry.json", text("entry.json").replace("08:00", "09:00")],
    "entry of another bundle": ["entry.json", text("entry.json").replace(digestOf(MANIFEST), digestOf("x"))],
    "entry of another type": ["entry.json", text("entry.json").replace("bundle-sealed", "execution")],
    "entry of another statement": ["entry.json", text("entry.json").replace(digestOf(STATEMENT), digestOf("x"))],
    "entry of the older form": [
      "entry.json",
      text("entry.json")
        .replace(/,"statement":"\w+"/, "")
        .replace('"v":2', '"v":1'),
    ],
    "other index": ["case.tlog-proof", proof.replace("index 5", "index 4")],
    "proof shortened": ["case.tlog-proof", lines.toSpliced(2, 1).join("\n")],
    "proof lengthened": ["case.tlog-proof", lines.toSpliced(2, 0, lines[2]!).join("\n")],
    "proof reordered": ["case.tlog-proof", lines.toSpliced(2, 2, lines[3]!, lines[2]!).join("\n")],
    "size edited": ["case.tlog-proof", proof.replace("\n13\n", "\n14\n")],
    "other checkpoint": [
      "case.tlog-proof",
      `${proof.split("\n\n")[0]}\n\n${Buffer.from((await sealedAt(5, 12)).get("case.tlog-proof")!)
        .toString()
        .split("\n\n")
        .slice(1)
        .join("\n\n")}`,
    ],
  };
  for (const [name, [file, content]] of Object.entries(edits)) {
    const changed = new Map(files).set(file, asBytes(content));
    assert.ok(!verifierAccepts(changed), name);
    for (const shell of shells) assert.ok(!recipeAccepts(shell, changed), `${shell}: ${name}`);
  }
  for (const shell of shells) assert.ok(!recipeAccepts(shell, files, makeKey()), `${shell}: another key`);
});
