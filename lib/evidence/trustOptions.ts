import type { Finding } from "./finding.ts";
import { verifyLedgerProof } from "./ledgerVerify.ts";
import { parsePem } from "./publicKey.ts";
import type { KeyPurpose, TrustRoot } from "./trustRoot.ts";
import type { LedgerCheck, VerifyOptions } from "./verify.ts";

/** What `keys.json` means for a verification: its evidence keys may sign bundles, its ledger keys the log, no key both. */
export const optionsFromTrustRoot = (root: TrustRoot): Pick<VerifyOptions, "trust" | "verifyLedger"> => ({
  trust: spkisFor(root, "evidence"),
  verifyLedger: ledgerCheck(spkisFor(root, "ledger"), root.origin),
});

const spkisFor = (root: TrustRoot, purpose: KeyPurpose): readonly Uint8Array[] =>
  root.keys
    .filter((key) => key.purpose === purpose && key.revokedAt === null)
    .map(({ pem }) => parsePem(Buffer.from(pem, "utf8")).spki);

/** A bundle without ledger files proves nothing about its place; that is a finding, not a pass. */
const ledgerCheck =
  (keys: readonly Uint8Array[], origin: string): LedgerCheck =>
  (files, { caseId, digest }): readonly Finding[] =>
    verifyLedgerProof(files, { caseId, digest, origin }, keys).errors;
