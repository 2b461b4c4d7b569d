import type { Finding } from "../core/finding.ts";
import { scopePrincipal as scope } from "../core/scope.ts";
import type { Ports } from "../ports.ts";
import { readDocument, writeDocument } from "./documents.ts";

/** Asks the account about every principal of the finding. What it does not answer is listed in the dossier, never guessed. */
export const scopePrincipal = async (
  { caseId }: { caseId: string },
  { cases, account }: Ports,
): Promise<{ principals: number; notKnown: number }> => {
  const finding = await readDocument<Finding>(cases, caseId, "finding.json");
  const dossiers = finding.sample
    ? []
    : await Promise.all(finding.principals.map((principal) => scope(principal, account)));
  await writeDocument(cases, caseId, "principal.json", dossiers);
  const notKnown = dossiers.reduce((sum, dossier) => sum + dossier.notKnown.length, 0);
  await cases.append(caseId, {
    type: "principal.scoped",
    actor: "scopePrincipal",
    data: { principals: dossiers.length, notKnown },
  });
  return { principals: dossiers.length, notKnown };
};
