import { CordonError } from "../core/errors.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { localHuman } from "../embedded/settingsFile.ts";
import { caseView } from "../response/caseView.ts";
import { type PlanRequest, requestPlan } from "../response/requestPlan.ts";
import { type Command, EXIT } from "./command.ts";
import { decideAtTerminal } from "./decide.ts";
import type { Io } from "./io.ts";
import { progressOf } from "./progress.ts";
import { caseIdFrom, driveUntilParked, withDeployment } from "./session.ts";
import { viewText } from "./show.ts";

export const propose: Command = {
  name: "propose",
  usage: "CASE",
  summary:
    "Asks for a new containment plan from the state as it is now: after a denial, a deadline, a change, or new suspects.",
  options: {
    as: { type: "string", value: "HUMAN", help: "your id in the approval policy (default: your user name)" },
  },
  examples: ["cordon propose case-20260223-0123456789"],
  run: (typed, io) =>
    withDeployment(typed, io, progressOf(io), (deployment) => {
      const humanId = typeof typed.values.as === "string" ? typed.values.as : localHuman();
      return askForPlan({ caseId: caseIdFrom(typed), purpose: "contain", humanId, actions: [] }, deployment, io);
    }),
};

/** Asks, drives the case until the question waits, and puts it to the person at the terminal. Throws USAGE when refused. */
export const askForPlan = async (request: PlanRequest, deployment: Deployment, io: Io): Promise<number> => {
  const { caseId } = request;
  const ports = deployment.portsOf(caseId);
  const asked = await requestPlan(request, ports);
  if (!asked.requested) throw new CordonError("USAGE", `${asked.why} (${asked.code})`);
  await driveUntilParked(deployment, io);
  if (io.interactive) await decideAtTerminal(caseId, deployment, io);
  const view = await caseView(caseId, ports);
  io.print(viewText(view));
  if (view.plans.some(({ planId, status }) => planId === asked.planId && status === "proposed"))
    io.print(
      `\n${asked.planId} waits for a decision:  cordon decide ${caseId} --plan ${asked.planId} --approve all --reason "…"`,
    );
  io.result(view);
  return EXIT.ok;
};
