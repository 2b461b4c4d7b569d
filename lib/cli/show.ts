import { CordonError } from "../base/errors.ts";
import type { CaseView } from "../case/caseView.ts";
import { renderPlan } from "../core/plan/renderPlan.ts";
import { caseView } from "../response/caseView.ts";
import { readPlan } from "../response/contain/planRecords.ts";
import { EXIT, flagsOf, type Typed, type Verb } from "./command.ts";
import { showWhole } from "./fullView.ts";
import { caseIdFrom } from "./named.ts";
import { withReading } from "./readings.ts";
import { showView } from "./screen.ts";

export const show: Verb = {
  usage: "CASE",
  options: {
    plan: { type: "string", value: "PLAN", help: "print this plan, exactly as an approver is shown it" },
    full: { type: "boolean", help: "everything: each file that was not understood, each hole, every plan" },
  },
  examples: [
    "cordon show case-20260223-0123456789",
    "cordon show case-20260223-0123456789 --json",
    "cordon show case-20260223-0123456789 --plan contain-1",
    "cordon show case-20260223-0123456789 --profile security",
  ],
  run: (typed, io) =>
    withReading(typed, async ({ ports }) => {
      const caseId = await caseIdFrom(typed, ports);
      const view = await caseView(caseId, ports);
      const plan = planNamed(view, typed);
      io.result(view);
      if (plan !== null) {
        io.print(renderPlan(await readPlan(caseId, plan, ports)));
        const { closed } = view.plans.find(({ planId }) => planId === plan)!;
        if (closed !== null) io.warn(`No decision about ${plan} counts any more: ${closed}.`);
        return EXIT.ok;
      }
      if (typed.values.full === true) await showWhole(view, ports, io);
      else await showView(view, ports, flagsOf(typed), io);
      return EXIT.ok;
    }),
};

const planNamed = ({ caseId, plans }: CaseView, { values: { plan } }: Typed): string | null => {
  if (plan === undefined || plans.some(({ planId }) => planId === plan)) return typeof plan === "string" ? plan : null;
  const names = plans.map(({ planId }) => planId).join(", ");
  throw new CordonError("USAGE", `${caseId} has no plan ${String(plan)}; it has ${names || "none"}`);
};
