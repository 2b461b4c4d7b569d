import { CordonError } from "../../base/errors.ts";
import { counted } from "../../base/figures.ts";
import type { EvidenceVerdict } from "../../case/listViews.ts";
import { opaqueCase, parseEntry } from "../../evidence/ledger/ledger.ts";
import { newerIn } from "../../evidence/ledger/ledgerCopy.ts";
import { optionsFromTrustRoot } from "../../evidence/trustOptions.ts";
import { parseTrustRoot } from "../../evidence/trustRoot.ts";
import { verifyBundle } from "../../evidence/verify.ts";
import type { Reading } from "../../ports/ports.ts";

const WORDS = [
  "proven",
  "tampered",
  "unreadable",
  "intact, but the signer is not established",
  "proven, and superseded by a later revision",
] as const;

/** Verifies a sealed revision where the vault keeps it, by the published keys and the ledger; the newest where none is named. */
export const verdictOf = async (
  caseId: string,
  revision: number | undefined,
  place: Reading,
): Promise<EvidenceVerdict> => {
  const { sealed } = await place.ports.cases.head(caseId);
  const named = revision === undefined ? sealed.at(-1) : sealed.find((one) => one.revision === revision);
  if (named === undefined)
    throw new CordonError("USAGE", `${caseId} has ${counted(sealed.length, "sealed revision")}, not the one asked for`);
  const keys = await place.publishedKeys();
  const options = {
    ...(keys === null ? { trust: [] } : optionsFromTrustRoot(parseTrustRoot(keys))),
    now: place.ports.clock.now(),
    expected: { caseId, revision: named.revision, digest: named.digest },
    supersededBy: newerIn(await sealings(place), opaqueCase(place.ports.ledger.origin, caseId), named.digest),
  };
  const report = await place.bundle(`${caseId}/r${named.revision}`, async (bundle) => {
    if (bundle !== null) return verifyBundle(bundle, options);
    throw new CordonError("DOCUMENT_MISSING", `${caseId} r${named.revision} was sealed and is not in the vault`);
  });
  const { exitCode, checks, errors, digest, fingerprint } = report;
  const told = errors.map(({ code, detail }) => ({ code, detail }));
  return {
    caseId,
    revision: named.revision,
    exitCode,
    verdict: WORDS[exitCode],
    checks: checks.map((check) => ({ ...check })),
    errors: told,
    digest,
    fingerprint,
  };
};

const sealings = async (place: Reading) =>
  (await place.ledgerEntries())
    .map(parseEntry)
    .filter(({ type }) => type === "bundle-sealed")
    .toSorted((a, b) => a.seq - b.seq);
