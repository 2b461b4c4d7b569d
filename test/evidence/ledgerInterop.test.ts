import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";
import { entryName } from "../../lib/evidence/ledger/ledgerNames.ts";
import { formatTlogProof } from "../../lib/evidence/ledger/tlogProof.ts";
import { AT, createMemoryStore, digestOf, makeKey, ORIGIN } from "./ledgerFixture.ts";
import { verifierKey } from "./verifierKey.ts";

const skip = process.env.CORDON_INTEROP === undefined ? "set CORDON_INTEROP=1; needs Go and its module proxy" : false;
const ENTRIES = 300;

test("Go's transparency tools accept every proof, checkpoint and consistency proof of a ledger", { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-interop-"));
  const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  const key = makeKey();
  const store = createMemoryStore();
  const ledger = openLedger({ store, signed: store, signer: { name: ORIGIN, ...key }, formerKeys: [] });
  const append = async (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      await ledger.append({ type: "execution", caseId: `case-${index % 30}`, digest: digestOf(`${index}`), at: AT });
    }
    return ledger.head();
  };
  const [from, to] = [await append(0, 123), await append(123, ENTRIES)];
  const consistency = await ledger.consistency(from.size, to.size);
  put("origin", ORIGIN);
  put("vkey", verifierKey({ name: ORIGIN, key: key.key }));
  put("from", from.checkpoint);
  put("to", to.checkpoint);
  put("cons", consistency.map((hash) => Buffer.from(hash).toString("base64")).join("\n"));
  for (let seq = 0; seq < ENTRIES; seq++) {
    put(`proof-${seq}`, formatTlogProof(await ledger.proof(seq)));
    put(`leaf-${seq}`, store.documents.get(entryName(seq))!);
  }
  const said = execFileSync("go", ["run", ".", folder], {
    cwd: join(import.meta.dirname, "ledgerInterop"),
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true, force: true });
  assert.match(said, /^OK 300 proofs/);
});
