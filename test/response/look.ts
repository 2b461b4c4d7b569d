import { setTimeout } from "node:timers/promises";
import { caseIdOf } from "../../lib/case/case.ts";
import type { CaseView } from "../../lib/case/caseView.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import type { Deployment } from "../../lib/embedded/deployment.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { checkScan, startScan } from "../../lib/response/investigate/scan.ts";
import { scopePrincipal } from "../../lib/response/investigate/scopePrincipal.ts";
import { openCase } from "../../lib/response/openCase.ts";
import { type QuantifyOutput, quantify } from "../../lib/response/quantify.ts";
import type { Incident } from "./run.ts";

/** The steps of a response that read the logs, by themselves: who, what was taken, and how complete that is. */
export const lookAt = async (incident: Incident, deployment: Deployment): Promise<CaseView> => {
  const { finding, ...sources } = incident;
  const parsed = parseFindings(finding)[0]!;
  const caseId = caseIdOf(parsed);
  deployment.bind(caseId, { ...sources, accountId: parsed.accountId });
  const ports = deployment.portsOf(caseId);
  await openCase({ event: { manual: true, finding }, execution: "look" }, ports);
  await scopePrincipal({ caseId }, ports);
  for (let theft: QuantifyOutput | undefined, next = "scan"; next === "scan"; ) {
    let scan = await startScan({ caseId }, ports);
    while (scan.next === "wait") {
      await setTimeout(20);
      scan = await checkScan({ caseId, scan }, ports);
    }
    const output = await quantify({ caseId, theft }, ports);
    theft = output;
    next = output.next;
  }
  return caseView(caseId, ports);
};
