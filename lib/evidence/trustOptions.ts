import { type EvidenceFault, faultOf } from "../base/evidenceError.ts";
import { type Checkpoint, type LogKey, openCheckpoint, readCheckpoint } from "./ledger/checkpoint.ts";
import { type ConsistencyBetween, compareCheckpoints } from "./ledger/ledgerMemory.ts";
import { parseConsistency } from "./ledger/ledgerProof.ts";
import { type LedgerVerdict, verifyLedgerProof } from "./ledger/ledgerVerify.ts";
import { parsePem } from "./publicKey.ts";
import { judgeKey, type RootKey, type TrustRoot } from "./trustRoot.ts";
import type { LedgerCheck, LedgerSubject, VerifyOptions } from "./verifyOptions.ts";

/** What an auditor remembers of the ledger: a bundle must belong to the same history. */
export interface SeenLedger {
  /** A checkpoint that they kept, verbatim. */
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
): Required<Pick<VerifyOptions, "trust" | "verifyLedger" | "judgeSigner" | "ledgerKeys">> => ({
  trust: spkisOf(root.keys.filter(({ purpose }) => purpose === "evidence")),
  verifyLedger: ledgerCheck(root, seen),
  ledgerKeys: ledgerKeysOf(root, seen !== null),
  judgeSigner: (keyId, at) => {
    const fault = judgeKey(root, { keyId, purpose: "evidence", at, ledgerIndex: null });
    return fault?.code === "UNTRUSTED" ? null : fault;
  },
});

/** For an audit, which holds the entries themselves against all that was ever signed: what a key vouched for before it was revoked is whole all the same. */
export const auditOptionsOf = (root: TrustRoot): Required<Pick<VerifyOptions, "trust" | "verifyLedger">> => ({
  trust: spkisOf(root.keys.filter(({ purpose }) => purpose === "evidence")),
  verifyLedger: (files, bundle) =>
    verifyLedgerProof(files, { ...bundle, origin: root.origin }, ledgerKeysOf(root, true)).errors,
});

/**
 * The keys of the log that count, each for its time. A revoked one proves nothing by itself; `withRevoked` has those too
 * that were good for a while, for whoever holds what they signed against something else.
 */
export const ledgerKeysOf = (root: TrustRoot, withRevoked: boolean): readonly LogKey[] =>
  root.keys
    .filter(
      ({ purpose, revokedAt, ledgerTo }) =>
        purpose === "ledger" && (revokedAt === null || (withRevoked && ledgerTo !== null)),
    )
    .map(({ pem, ledgerFrom: from, ledgerTo: to }) => ({
      ...parsePem(Buffer.from(pem, "utf8")),
      lastEntry: { from, to },
    }));

/** Entries that a log must have had when this trust root was written: a key that counts from entry n was entered after it. */
export const leastSizeOf = (root: TrustRoot): number =>
  Math.max(0, ...root.keys.filter(({ ledgerFrom }) => ledgerFrom > 0).map(({ ledgerFrom }) => ledgerFrom + 1));

const spkisOf = (keys: readonly RootKey[]): readonly Uint8Array[] =>
  keys.map(({ pem }) => parsePem(Buffer.from(pem, "utf8")).spki);

/** A bundle without ledger files proves nothing about its place; that is a fault, not a pass. */
function ledgerCheck(root: TrustRoot, seen: SeenLedger | null): LedgerCheck {
  const keys = ledgerKeysOf(root, false);
  return (files, bundle) => {
    const judge = (by: readonly LogKey[]): LedgerVerdict =>
      verifyLedgerProof(files, { ...bundle, origin: root.origin }, by);
    const verdict = judge(keys);
    const anchored =
      verdict.ok || seen === null ? null : anchoredVerdict(judge(ledgerKeysOf(root, true)), seen, files, keys);
    const { errors, proven } = anchored ?? verdict;
    const memory = seen === null || proven === null ? [] : compareWithSeen(seen, proven.checkpoint, files, keys);
    return [...errors, ...memory, ...judgeSigner(root, bundle, proven?.seq ?? null)];
  };
}

/** What a revoked key signed is proven after all where the auditor's own checkpoint, by a key that counts, extends it. */
function anchoredVerdict(
  verdict: LedgerVerdict,
  seen: SeenLedger,
  files: ReadonlyMap<string, Uint8Array>,
  keys: readonly LogKey[],
): LedgerVerdict | null {
  const { proven } = verdict;
  if (proven === null || readCheckpoint(seen.checkpoint).size < proven.checkpoint.size) return null;
  return compareWithSeen(seen, proven.checkpoint, files, keys).length === 0 ? verdict : null;
}

/** The bundle's own consistency proof serves where it joins just these two sizes; else the copy of the ledger must. */
function compareWithSeen(
  seen: SeenLedger,
  shown: Checkpoint,
  files: ReadonlyMap<string, Uint8Array>,
  keys: readonly LogKey[],
): readonly EvidenceFault[] {
  const remembered: { checkpoint: Checkpoint | null } = { checkpoint: null };
  const fault = faultOf(() => {
    remembered.checkpoint = openCheckpoint(seen.checkpoint, shown.origin, keys);
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
): readonly EvidenceFault[] {
  const fault = judgeKey(root, { keyId, purpose: "evidence", at: sealedAt, ledgerIndex });
  return fault === null || fault.code === "UNTRUSTED" ? [] : [fault];
}
