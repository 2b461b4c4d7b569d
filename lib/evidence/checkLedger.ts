import type { EvidenceFault } from "../base/evidenceError.ts";
import type { BundleStatement } from "./checkAttestation.ts";
import type { Inventory } from "./inventory.ts";
import { FILES, HISTORY_FILES, LEDGER_FILES, REDACTION } from "./layout.ts";
import { verifyLedgerProof } from "./ledger/ledgerVerify.ts";
import type { EvidenceKey } from "./publicKey.ts";
import type { Report } from "./report.ts";
import type { LedgerSubject, VerifyOptions } from "./verifyOptions.ts";

const LEDGER_NOT_CHECKED: EvidenceFault = {
  code: "LEDGER_UNTRUSTED",
  detail: "ledger files are here, but nobody said which ledger to trust",
};

const NO_LEDGER_KEY = "the place in the ledger was not judged: no ledger key was given (keys.json holds it)";

/**
 * The files under `ledger/` must fit the bundle, whoever is trusted. Without a key of the ledger they prove no more than that, and a
 * report that said nothing of it would hide that.
 */
export function checkLedger(
  report: Report,
  inventory: Inventory,
  bundle: LedgerSubject,
  { verifyLedger: check, withoutLedger }: Pick<VerifyOptions, "verifyLedger" | "withoutLedger">,
): void {
  const files = new Map(inventory.held.entries().filter(([path]) => path.startsWith("ledger/")));
  const unknown = inventory.digests.keys().find((path) => path.startsWith("ledger/") && !LEDGER_FILES.includes(path));
  if (unknown !== undefined) report.record("LEDGER", [{ code: "EXTRA", detail: `${unknown}: not a ledger file` }], "");
  else if (withoutLedger) {
    const faults = files.size === 0 ? [] : verifyLedgerProof(files, bundle, null).errors;
    if (faults.length > 0) report.record("LEDGER", faults, "");
    else report.leave("LEDGER", files.size === 0 ? NO_LEDGER_KEY : `the files fit this bundle; ${NO_LEDGER_KEY}`);
  } else if (check) report.record("LEDGER", check(files, bundle), files.size === 0 ? "no ledger files" : "proof holds");
  else {
    const unfit = verifyLedgerProof(files, bundle, null).errors;
    report.record("LEDGER", files.size === 0 ? [] : [...unfit, LEDGER_NOT_CHECKED], "no ledger files");
  }
}

/** What the ledger is asked about: the bundle itself, or the original in a copy. */
export const subjectOf = (
  { subject, predicate }: BundleStatement,
  key: EvidenceKey,
  { digests, held }: Inventory,
  folder = "",
): LedgerSubject => ({
  caseId: predicate.caseId,
  origin: predicate.deployment.ledgerOrigin,
  digest: subject[0].digest.sha256,
  statement: digests.get(`${folder}${FILES.statement}`)!.sha256,
  keyId: key.fingerprint,
  sealedAt: predicate.sealedAt,
  ledgerHead: predicate.ledgerHead,
  history: held.get(folder === "" ? HISTORY_FILES.entries : `${REDACTION.copy}ledger/entries.jsonl`) ?? null,
});
