import { sha256Hex } from "../../lib/base/jcs.ts";
import { type CaseHead, caseIdOf } from "../../lib/case/case.ts";
import { FINDING, write } from "../../lib/case/documents.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import { systemClock } from "../../lib/embedded/clock.ts";
import type { Deployment } from "../../lib/embedded/deployment.ts";
import { type SealOutput, type SealStepInput, sealEvidence } from "../../lib/response/seal/sealEvidence.ts";
import { OTRF } from "./run.ts";

/** A case that was opened and of which nothing else is known: the least that can be sealed, in a fraction of a second. */
export const openBareCase = async ({ ports }: Deployment): Promise<string> => {
  const finding = parseFindings(OTRF.finding)[0]!;
  const caseId = caseIdOf(finding);
  const now = systemClock.now();
  const head: CaseHead = {
    caseId,
    status: "open",
    version: 1,
    openedAt: now,
    openedBy: "a test",
    updatedAt: now,
    closedAt: null,
    accountId: finding.accountId,
    region: finding.region,
    sample: false,
    exercise: false,
    findings: [],
    revisions: {},
    notKnown: [],
    sealed: [],
  };
  await ports.cases.open(head);
  await write(ports.cases, caseId, FINDING, finding);
  await ports.ledger.append({ type: "case-opened", caseId, digest: sha256Hex(Buffer.from(caseId)), at: now });
  return caseId;
};

export const sealNext = (
  caseId: string,
  deployment: Deployment,
  kind: SealStepInput["kind"] = "preliminary",
): Promise<SealOutput> => sealEvidence({ caseId, kind, state: {} }, deployment.portsOf(caseId));
