import { FINDING, PRINCIPALS, read, TRAILS, write } from "../../case/documents.ts";
import type { Finding } from "../../case/finding.ts";
import type { Ports } from "../../ports/ports.ts";
import { readTrails } from "./readTrails.ts";
import { scopePrincipal as scope } from "./scope.ts";

/** Asks the account about every principal of the finding. What it does not answer is listed in the dossier, never guessed. */
export const scopePrincipal = async (
  { caseId }: { caseId: string },
  ports: Ports,
): Promise<{ principals: number; notKnown: number }> => {
  const { cases, account } = ports;
  const finding = await read(cases, caseId, FINDING);
  const dossiers = finding.sample
    ? []
    : await Promise.all(finding.principals.map((principal) => scope(principal, account)));
  await write(cases, caseId, PRINCIPALS, dossiers);
  if (!finding.sample) await recordTrails(caseId, finding, ports);
  const notKnown = dossiers.reduce((sum, dossier) => sum + dossier.notKnown.length, 0);
  await cases.append(caseId, {
    type: "principal.scoped",
    actor: "scopePrincipal",
    data: { principals: dossiers.length, notKnown },
  });
  return { principals: dossiers.length, notKnown };
};

/** What the trails are set to record, for the coverage: read early, before the actor or we change more. */
const recordTrails = async (
  caseId: string,
  { accountId, region }: Finding,
  { cases, account, clock }: Ports,
): Promise<void> => write(cases, caseId, TRAILS, await readTrails({ accountId, region, now: clock.now() }, account));
