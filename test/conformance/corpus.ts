import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parsePublicKey, toPem } from "../../lib/evidence/publicKey.ts";
import { OPENSSL_RECIPE } from "../../lib/evidence/recipe.ts";
import { trustRootBytes } from "../../lib/evidence/trustRoot.ts";
import { ATTACKER_SIGNER, EVIDENCE_SIGNER } from "../evidence/sample.ts";
import { ARCHIVE_CASES } from "./archives.ts";
import type { ConformanceCase, Trust } from "./case.ts";
import { CONTENT_CASES } from "./contents.ts";
import { FILE_CASES } from "./files.ts";
import { GENUINE_CASES } from "./genuine.ts";
import { HISTORY_CASES } from "./histories.ts";
import { LEDGER_CASES } from "./ledger.ts";
import { MANIFEST_CASES } from "./manifests.ts";
import { REDACTION_CASES } from "./redactions.ts";
import { SIGNATURE_CASES } from "./signatures.ts";
import { STAMP_CASES } from "./stamps.ts";
import { STATEMENT_CASES } from "./statements.ts";

export const CASES: readonly ConformanceCase[] = [
  ...GENUINE_CASES,
  ...FILE_CASES,
  ...CONTENT_CASES,
  ...MANIFEST_CASES,
  ...STATEMENT_CASES,
  ...SIGNATURE_CASES,
  ...ARCHIVE_CASES,
  ...LEDGER_CASES,
  ...HISTORY_CASES,
  ...STAMP_CASES,
  ...REDACTION_CASES,
];

const EVIDENCE = parsePublicKey(await EVIDENCE_SIGNER.publicKey());
const ATTACKER = parsePublicKey(await ATTACKER_SIGNER.publicKey());
export const TRUSTED: Readonly<Record<Trust, readonly string[]>> = {
  evidence: [EVIDENCE.fingerprint],
  attacker: [ATTACKER.fingerprint],
  none: [],
};

/**
 * Writes the corpus: `<name>/bundle/` or `<name>/bundle.zip`, and `<name>/expect.json` with exit code, code of the first
 * fault, what to trust (fingerprints, or the keys.json beside it; perhaps a time stamp authority), and whether the shell recipe refuses. The bytes are the same on every run.
 */
export async function writeCorpus(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "evidence-key.pem"), toPem(EVIDENCE.spki));
  writeFileSync(join(folder, "verify-with-openssl.sh"), OPENSSL_RECIPE);
  for (const one of CASES) await writeCase(join(folder, one.name), one);
}

async function writeCase(folder: string, one: ConformanceCase): Promise<void> {
  const bundle = await one.bundle();
  mkdirSync(folder);
  const form = bundle instanceof Uint8Array ? "bundle.zip" : "bundle";
  if (bundle instanceof Uint8Array) writeFileSync(join(folder, form), bundle);
  else for (const [path, bytes] of bundle) writeInto(join(folder, form, path), bytes);
  one.onDisk?.(join(folder, form));
  if (one.keys) writeFileSync(join(folder, "keys.json"), trustRootBytes(one.keys));
  if (one.authorities) writeFileSync(join(folder, "authority.pem"), one.authorities);
  const { exitCode, code, recipeAccepts, keys } = one;
  const recipe = form === "bundle.zip" ? null : { accepts: exitCode === 0 || recipeAccepts !== null, because: recipeAccepts, as: one.recipeAs ?? null };
  writeFileSync(join(folder, "expect.json"), `${JSON.stringify({ form, exitCode, code, ...(one.rebuilt === undefined ? {} : { rebuilt: one.rebuilt }), trust: TRUSTED[one.trust], keys: keys ? "keys.json" : null, authorities: one.authorities ? "authority.pem" : null, recipe }, null, 2)}\n`);
}

function writeInto(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
