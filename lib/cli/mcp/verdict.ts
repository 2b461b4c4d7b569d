import type { EvidenceVerdict } from "../../case/listViews.ts";
import type { LedgerCopy } from "../../evidence/ledger/ledgerCopy.ts";
import { VERDICTS, withoutReport } from "../../evidence/reportText.ts";
import { optionsFromTrustRoot } from "../../evidence/trustOptions.ts";
import { parseTrustRoot } from "../../evidence/trustRoot.ts";
import type { VerifyOptions } from "../../evidence/verifyOptions.ts";
import type { Reading } from "../../ports/ports.ts";
import { heldAgainst, notInVault, ownLedger, revisionNamed, verifyRevision } from "../sealed.ts";

/**
 * Verifies a sealed revision by the rule of `cordon evidence verify CASE`, the published keys and the whole ledger; the newest where none
 * is named. The report is not built again: the code that does reaches the gate, and nothing behind these tools may.
 */
export const verdictOf = async (
  caseId: string,
  revision: number | undefined,
  place: Reading,
): Promise<EvidenceVerdict> => {
  const head = await place.ports.cases.head(caseId);
  const { options, newer } = await trustIn(place);
  const named = revisionNamed(head, revision?.toString(), newer);
  const report = await place.bundle(`${caseId}/r${named.revision}`, async (source) => {
    if (source === null) throw notInVault(named);
    return withoutReport(await verifyRevision(named, source, options));
  });
  const { exitCode, checks, errors, digest, fingerprint } = report;
  const told = errors.map(({ code, detail }) => ({ code, detail }));
  return {
    ...{ caseId, revision: named.revision, exitCode, verdict: VERDICTS[exitCode] },
    checks: checks.map((check) => ({ ...check })),
    ...{ errors: told, digest, fingerprint },
  };
};

/** No key is opened here: nobody is trusted whom the published `keys.json` does not name. */
const trustIn = async ({
  ports,
  ledger: stores,
  publishedKeys,
}: Reading): Promise<{ readonly options: VerifyOptions; readonly newer: LedgerCopy["newer"] }> => {
  const now = ports.clock.now();
  const keys = await publishedKeys();
  if (keys === null) return { options: { trust: [], now }, newer: () => null };
  const trusted = { ...optionsFromTrustRoot(parseTrustRoot(keys)), now };
  const ledger = await ownLedger(stores, { origin: ports.ledger.origin, keys, now });
  return { options: { ...trusted, ...heldAgainst(ledger, trusted) }, newer: ledger.newer };
};
