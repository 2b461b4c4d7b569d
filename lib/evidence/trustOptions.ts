import type { Finding } from "./finding.ts";
import { verifyLedgerProof } from "./ledgerVerify.ts";
import { parsePem } from "./publicKey.ts";
import { judgeKey, type RootKey, type TrustRoot } from "./trustRoot.ts";
import type { LedgerCheck, LedgerSubject, VerifyOptions } from "./verify.ts";

/**
 * What `keys.json` means for a verification: its evidence keys may sign bundles and its ledger keys the log, no key both,
 * each only for its time. A revoked evidence key still counts for a bundle whose proven place in the ledger lies before
 * the revocation's anchor (`ledgerTo`); a revoked ledger key proves nothing any more.
 */
export const optionsFromTrustRoot = (
  root: TrustRoot,
): Required<Pick<VerifyOptions, "trust" | "verifyLedger" | "judgeSigner">> => ({
  trust: spkisOf(root.keys.filter(({ purpose }) => purpose === "evidence")),
  verifyLedger: ledgerCheck(root),
  judgeSigner: (keyId, at) => {
    const fault = judgeKey(root, { keyId, purpose: "evidence", at, ledgerIndex: null });
    return fault?.code === "UNTRUSTED" ? null : fault;
  },
});

const spkisOf = (keys: readonly RootKey[]): readonly Uint8Array[] =>
  keys.map(({ pem }) => parsePem(Buffer.from(pem, "utf8")).spki);

/** A bundle without ledger files proves nothing about its place; that is a finding, not a pass. */
function ledgerCheck(root: TrustRoot): LedgerCheck {
  const keys = spkisOf(root.keys.filter(({ purpose, revokedAt }) => purpose === "ledger" && revokedAt === null));
  return (files, bundle) => {
    const head = files.has("ledger/previous-checkpoint") ? { ledgerHead: bundle.ledgerHead } : {};
    const expected = { caseId: bundle.caseId, digest: bundle.digest, origin: root.origin, ...head };
    const { errors, proven } = verifyLedgerProof(files, expected, keys);
    return [...errors, ...judgeSigner(root, bundle, proven?.seq ?? null)];
  };
}

/** A key that keys.json does not list at all is left to the SIGNER check. */
function judgeSigner(
  root: TrustRoot,
  { keyId, sealedAt }: LedgerSubject,
  ledgerIndex: number | null,
): readonly Finding[] {
  const fault = judgeKey(root, { keyId, purpose: "evidence", at: sealedAt, ledgerIndex });
  return fault === null || fault.code === "UNTRUSTED" ? [] : [fault];
}
