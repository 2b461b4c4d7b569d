import { localHuman } from "../embedded/settingsFile.ts";
import type { Command } from "./command.ts";
import { progressOf } from "./progress.ts";
import { askForPlan } from "./propose.ts";
import { caseIdFrom, withDeployment } from "./session.ts";

export const rollback: Command = {
  name: "rollback",
  usage: "CASE [--actions contain-1/a1,contain-1/a2]",
  summary: "Proposes to undo what a case changed; needs a decision of its own, then restores what was captured.",
  options: {
    actions: { type: "string", value: "LIST", help: "only these changes, as <plan>/<action> (default: all)" },
    as: { type: "string", value: "HUMAN", help: "your id in the approval policy (default: your user name)" },
  },
  examples: [
    "cordon rollback case-20260223-0123456789",
    "cordon rollback case-20260223-0123456789 --actions contain-1/a2",
  ],
  run: (typed, io) =>
    withDeployment(typed, io, progressOf(io), (deployment) => {
      const humanId = typeof typed.values.as === "string" ? typed.values.as : localHuman();
      const actions = typeof typed.values.actions === "string" ? typed.values.actions.split(",") : [];
      return askForPlan({ caseId: caseIdFrom(typed), purpose: "release", humanId, actions }, deployment, io);
    }),
};
