/**
 * One process of the ledger's crash test: several writers, each with its own ledger over the same directory. Told by
 * CORDON_LEDGER_CRASH (`<point>@<n>`), it kills itself with SIGKILL the n-th time it comes by that point.
 * What a writer was told is durable, it notes in its own file, one line `<seq> <leaf hash>` an append.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Ledger } from "../../lib/base/ledger.ts";
import { createDirectoryStore } from "../../lib/embedded/ledgerStore.ts";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";

const { LEDGER_FOLDER, LEDGER_JOB, CORDON_LEDGER_CRASH } = process.env;
const job = JSON.parse(LEDGER_JOB!) as {
  readonly writers: readonly number[];
  readonly appends: number;
  readonly cases: number;
  readonly headEvery: number;
};
const folder = LEDGER_FOLDER!;
const key = createPrivateKey(readFileSync(join(folder, "key.pem")));
const spki = createPublicKey(key).export({ type: "spki", format: "der" });
const [crashPoint, crashCount] = (CORDON_LEDGER_CRASH ?? "@0").split("@");
let passed = 0;

const step = (point: string): void => {
  if (point === crashPoint) passed += 1;
  if (point === crashPoint && passed === Number(crashCount)) process.kill(process.pid, "SIGKILL");
};
const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

await Promise.all(job.writers.map(write));

async function write(writer: number): Promise<void> {
  const store = createDirectoryStore(join(folder, "ledger"), step);
  const signer = {
    name: "example.test/ledger/crash",
    sign: async (message: Uint8Array) => sign("sha256", message, key),
    publicKey: async () => spki,
  };
  const ledger = openLedger({ store, signed: store, signer, formerKeys: [] });
  const notes = join(folder, `writer-${writer}`);
  const done = existsSync(notes) ? readFileSync(notes, "utf8").split("\n").length - 1 : 0;
  for (let index = done; index < job.appends; index++) await appendOne(ledger, writer, index, notes);
  // As a host does: nothing is left behind the last signature.
  await ledger.head();
}

async function appendOne(ledger: Ledger, writer: number, index: number, notes: string): Promise<void> {
  const caseId = `case-${(writer * 7 + index * 13) % job.cases}`;
  const at = "2026-11-21T00:00:00.000Z";
  await ledger.append({ type: "case-opened", caseId, digest: digest(caseId), at });
  const { seq, leafHash } = await ledger.append({
    type: "execution",
    caseId,
    digest: digest(`${writer}/${index}`),
    at,
  });
  if (index % job.headEvery === 0) await ledger.head();
  appendFileSync(notes, `${seq} ${leafHash}\n`);
}
