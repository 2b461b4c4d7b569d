import { CordonError } from "../core/errors.ts";
import { caseView } from "../response/caseView.ts";
import { type Command, EXIT } from "./command.ts";
import { decideAtTerminal } from "./decide.ts";
import { progressOf } from "./progress.ts";
import { caseIdFrom, driveUntilParked, withDeployment } from "./session.ts";
import { viewText } from "./show.ts";

export const rollback: Command = {
  name: "rollback",
  usage: "CASE [--actions contain-1/a1,contain-1/a2]",
  summary: "Proposes to undo what a case changed; needs a decision of its own, then restores what was captured.",
  options: {
    actions: { type: "string", value: "LIST", help: "only these changes, as <plan>/<action> (default: all)" },
  },
  examples: [
    "cordon rollback case-20260223-0123456789",
    "cordon rollback case-20260223-0123456789 --actions contain-1/a2",
  ],
  run: (typed, io) =>
    withDeployment(typed, io, progressOf(io), async (deployment) => {
      const caseId = caseIdFrom(typed);
      const ports = deployment.portsOf(caseId);
      const view = await caseView(caseId, ports);
      if (!view.plans.some(({ actions }) => actions.some(({ status }) => status === "applied"))) {
        throw new CordonError("USAGE", `${caseId} has changed nothing; there is nothing to undo`);
      }
      const releaseId = nextRelease(view.plans.map(({ planId }) => planId));
      const actions = typeof typed.values.actions === "string" ? typed.values.actions.split(",") : [];
      const input = { caseId, releaseId, actions };
      deployment.journal.begin({
        name: `${caseId}-${releaseId}`,
        machine: "release",
        input: JSON.stringify(input),
        caseId,
        parent: null,
      });
      await driveUntilParked(deployment, io);
      if (io.interactive) await decideAtTerminal(caseId, deployment, io);
      const after = await caseView(caseId, ports);
      io.print(viewText(after));
      if (after.status === "awaiting-decision")
        io.print(
          `\nThe release waits for a decision:  cordon decide ${caseId} --plan ${releaseId} --approve all --reason "…"`,
        );
      io.result(after);
      return EXIT.ok;
    }),
};

const nextRelease = (planIds: readonly string[]): string => {
  const numbers = planIds.map((id) => Number(/^release-(\d+)$/.exec(id)?.[1] ?? 0));
  return `release-${Math.max(0, ...numbers) + 1}`;
};
