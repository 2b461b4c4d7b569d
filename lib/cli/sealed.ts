import type { Bodies } from "../base/content.ts";
import { CordonError } from "../base/errors.ts";
import { counted } from "../base/figures.ts";
import type { LedgerToRead } from "../base/ledger.ts";
import type { CaseHead } from "../case/case.ts";
import type { LogKey } from "../evidence/ledger/checkpoint.ts";
import { type LedgerCopy, readLedgerCopy } from "../evidence/ledger/ledgerCopy.ts";
import type { VerifyReport } from "../evidence/report.ts";
import { auditOptionsOf, leastSizeOf, ledgerKeysOf } from "../evidence/trustOptions.ts";
import { parseTrustRoot, trustRootDigest } from "../evidence/trustRoot.ts";
import { verifyBundle } from "../evidence/verify.ts";
import type { Newer, VerifyOptions } from "../evidence/verifyOptions.ts";

/** A sealed revision as the case names it. */
export interface NamedRevision {
  readonly caseId: string;
  readonly revision: number;
  readonly digest: string;
  /** What replaced it, as the ledger has it and not the case; null: it is the newest. */
  readonly supersededBy: Newer | null;
}

/** The revision that is asked for, or the newest. Throws USAGE when there is no such one. */
export const revisionNamed = (
  { caseId, sealed }: Pick<CaseHead, "caseId" | "sealed">,
  wanted: string | undefined,
  newer: LedgerCopy["newer"],
): NamedRevision => {
  const named = wanted === undefined ? sealed.at(-1) : sealed.find(({ revision }) => String(revision) === wanted);
  if (named === undefined)
    throw new CordonError("USAGE", `${caseId} has ${counted(sealed.length, "sealed revision")}, not the one asked for`);
  const { revision, digest } = named;
  return { caseId, revision, digest, supersededBy: newer(caseId, digest) };
};

/** By what a ledger is judged, as `keys.json` has it. A revoked key's checkpoints are part of the series; the entries themselves are held against every one of them. */
export const judgedBy = (
  bytes: Uint8Array,
): {
  readonly keys: readonly LogKey[];
  readonly leastSize: number;
  readonly judge: Pick<VerifyOptions, "trust" | "verifyLedger" | "withoutLedger">;
  readonly trustRoot: { readonly version: number; readonly digest: string };
} => {
  const root = parseTrustRoot(bytes);
  return {
    keys: ledgerKeysOf(root, true),
    leastSize: leastSizeOf(root),
    judge: auditOptionsOf(root),
    trustRoot: { version: root.version, digest: trustRootDigest(bytes) },
  };
};

/** The ledger of a deployment itself, as a bundle of its vault is held against it. `keys`: its `keys.json`. */
export const ownLedger = (
  ledger: LedgerToRead,
  { origin, keys, now }: { readonly origin: string; readonly keys: Uint8Array; readonly now: string },
): Promise<LedgerCopy> => readLedgerCopy(ledger, { origin, ...judgedBy(keys), asOf: now, inUse: true });

/** A ledger tells whether the case was sealed again later; it is held to signed roots and to the bundle's own proof. */
export const heldAgainst = (
  ledger: LedgerCopy,
  { verifyLedger }: VerifyOptions,
): Pick<VerifyOptions, "supersededBy" | "verifyLedger"> => ({
  supersededBy: ({ caseId, digest }) => ledger.newer(caseId, digest),
  verifyLedger: (files, bundle) => [...(verifyLedger?.(files, bundle) ?? []), ...ledger.check(files, bundle)],
});

/** Holds a bundle to the id, revision and digest that the case names, and to whether the ledger has a newer one. */
export const verifyRevision = (
  { caseId, revision, digest, supersededBy }: NamedRevision,
  source: string | Bodies,
  options: VerifyOptions,
): Promise<VerifyReport> => verifyBundle(source, { ...options, expected: { caseId, revision, digest }, supersededBy });

export const notInVault = ({ caseId, revision }: Pick<NamedRevision, "caseId" | "revision">): CordonError =>
  new CordonError("DOCUMENT_MISSING", `${caseId} r${revision} was sealed and is not in the vault`);
