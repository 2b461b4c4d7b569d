import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { type Finding, findingOf } from "./finding.ts";
import { type ConsistencyBetween, compareCheckpoints } from "./ledgerMemory.ts";
import { parseConsistency } from "./ledgerProof.ts";
import { verifyLedgerProof } from "./ledgerVerify.ts";
import { parsePem, parsePublicKey } from "./publicKey.ts";
import { judgeKey, type RootKey, type TrustRoot } from "./trustRoot.ts";
import type { LedgerCheck, LedgerSubject, VerifyOptions } from "./verify.ts";

/** What an auditor remembers of the ledger: a bundle must belong to the same history. */
export interface SeenLedger {
  /** A checkpoint he kept, verbatim. */
  readonly checkpoint: Uint8Array;
  /** Consistency hashes out of a copy of the ledger, for sizes that the bundle's own proof does not join. */
  readonly between: ConsistencyBetween | null;
}

/**
 * What `keys.json` means for a verification: its evidence keys may sign bundles and its ledger keys the log, no key both,
 * each only for its time. A revoked evidence key still counts for a bundle whose proven place in the ledger lies before
 * the revocation's anchor (`ledgerTo`); a revoked ledger key proves nothing any more.
 */
export const optionsFromTrustRoot = (
  root: TrustRoot,
  seen: SeenLedger | null = null,
): Required<Pick<VerifyOptions, "trust" | "verifyLedger" | "judgeSigner">> => ({
  trust: spkisOf(root.keys.filter(({ purpose }) => purpose === "evidence")),
  verifyLedger: ledgerCheck(root, seen),
  judgeSigner: (keyId, at) => {
    const fault = judgeKey(root, { keyId, purpose: "evidence", at, ledgerIndex: null });
    return fault?.code === "UNTRUSTED" ? null : fault;
  },
});

const spkisOf = (keys: readonly RootKey[]): readonly Uint8Array[] =>
  keys.map(({ pem }) => parsePem(Buffer.from(pem, "utf8")).spki);

/** A bundle without ledger files proves nothing about its place; that is a finding, not a pass. */
function ledgerCheck(root: TrustRoot, seen: SeenLedger | null): LedgerCheck {
  const keys = spkisOf(root.keys.filter(({ purpose, revokedAt }) => purpose === "ledger" && revokedAt === null));
  return (files, bundle) => {
    const { errors, proven } = verifyLedgerProof(files, { ...bundle, origin: root.origin }, keys);
    const memory = seen === null || proven === null ? [] : compareWithSeen(seen, proven.checkpoint, files, keys);
    return [...errors, ...memory, ...judgeSigner(root, bundle, proven?.seq ?? null)];
  };
}

/** The bundle's own consistency proof serves where it joins just these two sizes; else the copy of the ledger must. */
function compareWithSeen(
  seen: SeenLedger,
  shown: Checkpoint,
  files: ReadonlyMap<string, Uint8Array>,
  keys: readonly Uint8Array[],
): readonly Finding[] {
  const remembered: { checkpoint: Checkpoint | null } = { checkpoint: null };
  const fault = findingOf(() => {
    remembered.checkpoint = openCheckpoint(seen.checkpoint, shown.origin, keys.map(parsePublicKey));
  });
  if (fault !== null) return [{ code: "TRUST", detail: `the checkpoint given: ${fault.code}: ${fault.detail}` }];
  const carried = files.get("ledger/consistency.txt");
  const own = carried === undefined ? null : parseConsistency(carried);
  const between: ConsistencyBetween = (from, to) =>
    own?.from === from && own.to === to ? own.hashes : (seen.between?.(from, to) ?? null);
  return compareCheckpoints(remembered.checkpoint, shown, "bundle", between).errors;
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
