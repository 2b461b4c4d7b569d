import type { EvidenceVerdict } from "../../case/listViews.ts";
import { opaqueCase, parseEntry } from "../../evidence/ledger/ledger.ts";
import { newerIn } from "../../evidence/ledger/ledgerCopy.ts";
import { VERDICTS, withoutReport } from "../../evidence/reportText.ts";
import { optionsFromTrustRoot } from "../../evidence/trustOptions.ts";
import { parseTrustRoot } from "../../evidence/trustRoot.ts";
import type { VerifyOptions } from "../../evidence/verifyOptions.ts";
import type { Reading } from "../../ports/ports.ts";
import { notInVault, revisionNamed, verifyRevision } from "../sealed.ts";

/**
 * Verifies a sealed revision by the rule of `cordon evidence verify`, the published keys and the ledger; the newest where none
 * is named. The report is not built again: the code that does reaches the gate, and nothing behind these tools may.
 */
export const verdictOf = async (
  caseId: string,
  revision: number | undefined,
  place: Reading,
): Promise<EvidenceVerdict> => {
  const head = await place.ports.cases.head(caseId);
  const sealings = (await place.ledgerEntries()).map(parseEntry).filter(({ type }) => type === "bundle-sealed");
  const subject = opaqueCase(place.ports.ledger.origin, caseId);
  const named = revisionNamed(head, revision?.toString(), (_, digest) => newerIn(sealings, subject, digest));
  const options = await trustIn(place);
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
const trustIn = async (place: Reading): Promise<VerifyOptions> => {
  const keys = await place.publishedKeys();
  return {
    ...(keys === null ? { trust: [] } : optionsFromTrustRoot(parseTrustRoot(keys))),
    now: place.ports.clock.now(),
  };
};
