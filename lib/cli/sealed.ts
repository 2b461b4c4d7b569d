import type { Bodies } from "../base/content.ts";
import { CordonError } from "../base/errors.ts";
import { counted } from "../base/figures.ts";
import type { CaseHead } from "../case/case.ts";
import type { LedgerCopy } from "../evidence/ledger/ledgerCopy.ts";
import type { VerifyReport } from "../evidence/report.ts";
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

/** Holds a bundle to the id, revision and digest that the case names, and to whether the ledger has a newer one. */
export const verifyRevision = (
  { caseId, revision, digest, supersededBy }: NamedRevision,
  source: string | Bodies,
  options: VerifyOptions,
): Promise<VerifyReport> => verifyBundle(source, { ...options, expected: { caseId, revision, digest }, supersededBy });

export const notInVault = ({ caseId, revision }: Pick<NamedRevision, "caseId" | "revision">): CordonError =>
  new CordonError("DOCUMENT_MISSING", `${caseId} r${revision} was sealed and is not in the vault`);
