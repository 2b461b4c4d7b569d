import { CordonError } from "../base/errors.ts";
import type { CaseView } from "../case/caseView.ts";
import { MINIMUM_REASON } from "../core/plan/decision.ts";
import { systemClock } from "../embedded/clock.ts";
import { signDecision } from "../response/approve/sign.ts";
import { caseView } from "../response/caseView.ts";
import { readPlan } from "../response/contain/planRecords.ts";
import type { Typed, Verb } from "./command.ts";
import { endOf } from "./ending.ts";
import { caseIdFrom, ignoreBoundaries } from "./named.ts";
import { withPlace } from "./places.ts";
import { reasonFrom, reasonOption, SIGNING_OPTIONS } from "./signing.ts";

export const stop: Verb = {
  usage: "CASE --reason TEXT [--plan PLAN]",
  options: {
    reason: reasonOption(MINIMUM_REASON),
    plan: { type: "string", value: "PLAN", help: "which plan (default: the one that is being carried out)" },
    ...SIGNING_OPTIONS,
  },
  examples: [
    'cordon stop case-20260223-0123456789 --reason "the shop is down, this role is not the one"',
    'cordon stop case-20260223-0123456789 --profile security --key alias/my-approvals --reason "wrong account"',
  ],
  run: (typed, io) =>
    withPlace(typed, io, ignoreBoundaries, async (place) => {
      const caseId = await caseIdFrom(typed, place.ports);
      const reason = reasonFrom(typed, MINIMUM_REASON);
      const ports = place.portsOf(caseId);
      const plan = await readPlan(caseId, planMeant(await caseView(caseId, ports), typed), ports);
      const { humanId, signer, assurance } = await place.approver(typed);
      const answer = { kind: "stop", choices: {}, reason, humanId, channel: "cli", assurance } as const;
      const outcome = await place.submit(await signDecision(plan, { ...answer, decidedAt: systemClock.now() }, signer));
      const code = await endOf(caseId, outcome, place, io);
      if (outcome.recorded) {
        io.note(`${plan.planId} is stopped: no further change is made.`);
        io.note(`To take back what was done:  cordon rollback ${caseId}${place.flags}`);
      }
      return code;
    }),
};

/** The one that is named, else the newest that is being carried out or about to be, else the newest that was. */
const planMeant = ({ caseId, plans, state }: CaseView, { values }: Typed): string => {
  const newest = plans.toReversed();
  const named = plans.find(({ planId }) => planId === values.plan);
  if (values.plan !== undefined && named === undefined)
    throw new CordonError(
      "USAGE",
      `${caseId} has no plan ${String(values.plan)}; it has ${plans.map(({ planId }) => planId).join(", ") || "none"}`,
    );
  const meant =
    named ??
    newest.find((plan) => ["executing", "approved"].includes(plan.status)) ??
    newest.find((plan) => plan.status === "executed");
  if (meant === undefined) throw new CordonError("USAGE", `${caseId}: nothing is being carried out. ${state.sentence}`);
  return meant.planId;
};
