import { setTimeout } from "node:timers/promises";
import type { CaseView } from "../../lib/case/caseView.ts";
import {
  DETECTIONS,
  find,
  LIKELIHOOD,
  REPORT_DATA,
  ROLE_CHAIN,
  read,
  SENSITIVITY_HINTS,
} from "../../lib/case/documents.ts";
import type { Deployment } from "../../lib/embedded/deployment.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { checkBaseline, startBaseline } from "../../lib/response/investigate/baseline.ts";
import { detect } from "../../lib/response/investigate/detect.ts";
import { lookAt } from "./look.ts";
import type { Incident } from "./run.ts";

/** An investigation to its end, without the response around it: figures, detections, chain, and the verdict with the baseline. */
export const investigated = async (incident: Incident, deployment: Deployment) => {
  const { caseId } = await lookAt(incident, deployment);
  const ports = deployment.portsOf(caseId);
  await detect({ caseId }, ports);
  let baseline = await startBaseline({ caseId }, ports);
  while (baseline.next === "wait") {
    await setTimeout(20);
    baseline = await checkBaseline({ caseId, baseline: { round: baseline.round, ticket: baseline.ticket! } }, ports);
  }
  const view: CaseView = await caseView(caseId, ports);
  const { cases } = ports;
  return {
    view,
    ports,
    opinion: (await find(cases, caseId, LIKELIHOOD))!,
    chain: await find(cases, caseId, ROLE_CHAIN),
    hints: await find(cases, caseId, SENSITIVITY_HINTS),
    data: await find(cases, caseId, REPORT_DATA),
    fired: (await read(cases, caseId, DETECTIONS)).filter(({ fired }) => fired > 0),
  };
};
export type Investigated = Awaited<ReturnType<typeof investigated>>;
