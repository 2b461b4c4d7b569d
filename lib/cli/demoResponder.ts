import { PLAN, read } from "../case/documents.ts";
import { fingerprintOf, planDigestOf } from "../core/plan/renderPlan.ts";
import { systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { approverKeyPath, localHuman } from "../embedded/settingsFile.ts";
import { createSigner } from "../embedded/signer.ts";
import { submitDecision } from "../response/approve/decisions.ts";
import { choicesFor, signDecision } from "../response/approve/sign.ts";
import { caseView } from "../response/caseView.ts";
import type { Io } from "./io.ts";

/** Stands in for the person when nobody is at the terminal; decides through the same interface, and says so everywhere. */
export const answerAsDemoResponder = async (caseId: string, deployment: Deployment, io: Io): Promise<void> => {
  const ports = deployment.portsOf(caseId);
  const { plans } = await caseView(caseId, ports);
  const waiting = plans.find(({ status }) => status === "proposed")!;
  const plan = await read(ports.cases, caseId, PLAN.at(waiting.planId));
  io.note(
    `  No terminal: the bundled DEMO RESPONDER approves plan ${plan.planId} (fingerprint ${fingerprintOf(planDigestOf(plan))}). No person decided this.`,
  );
  const humanId = localHuman();
  const answer = {
    humanId,
    kind: "decide",
    choices: choicesFor(plan, "all"),
    reason: "Demo responder of the bundled incident: no person decided this.",
    channel: "demo",
    assurance: "key-file",
    decidedAt: systemClock.now(),
  } as const;
  await submitDecision(
    await signDecision(plan, answer, createSigner(approverKeyPath(deployment.home, humanId))),
    ports,
  );
};
