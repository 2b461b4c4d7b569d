import { CordonError } from "../base/errors.ts";
import type { CaseView } from "../case/caseView.ts";
import { MINIMUM_REASON } from "../core/plan/decision.ts";
import { systemClock } from "../embedded/clock.ts";
import { signDecision } from "../response/approve/sign.ts";
import { caseView } from "../response/caseView.ts";
import { readPlan } from "../response/contain/planRecords.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import { DECISION_OPTIONS } from "./decide.ts";
import { withPlace } from "./places.ts";
import { caseIdFrom, ignoreBoundaries } from "./session.ts";
import { viewText } from "./show.ts";

export const stop: Verb = {
  usage: "CASE --reason TEXT [--plan PLAN]",
  options: {
    reason: DECISION_OPTIONS.reason!,
    plan: { type: "string", value: "PLAN", help: "which plan (default: the one that is being carried out)" },
    as: DECISION_OPTIONS.as!,
    key: DECISION_OPTIONS.key!,
  },
  examples: [
    'cordon stop case-20260223-0123456789 --reason "the shop is down, this role is not the one"',
    'cordon stop case-20260223-0123456789 --profile security --key alias/my-approvals --reason "wrong account"',
  ],
  run: (typed, io) =>
    withPlace(typed, io, ignoreBoundaries, async (place) => {
      const caseId = await caseIdFrom(typed, place.ports);
      const reason = reasonFrom(typed);
      const ports = place.portsOf(caseId);
      const plan = await readPlan(caseId, planMeant(await caseView(caseId, ports), typed), ports);
      const { humanId, signer, assurance } = await place.approver(typed);
      const answer = { kind: "stop", choices: {}, reason, humanId, channel: "cli", assurance } as const;
      const outcome = await place.submit(await signDecision(plan, { ...answer, decidedAt: systemClock.now() }, signer));
      if (outcome.recorded) io.note(`${plan.planId} is stopped: no further change is made.`);
      else io.warn(`Refused (${outcome.code}): ${outcome.why}`);
      const view = await caseView(caseId, ports);
      io.print([viewText(view), `\nTo take back what was done:  cordon rollback ${caseId}${place.flags}`].join("\n"));
      io.result(outcome.recorded ? view : { refused: outcome });
      return outcome.recorded ? EXIT.ok : EXIT.failed;
    }),
};

const reasonFrom = ({ values: { reason } }: Typed): string => {
  if (typeof reason === "string" && reason.trim().length >= MINIMUM_REASON) return reason;
  throw new CordonError("USAGE", `expected --reason TEXT, at least ${MINIMUM_REASON} characters`);
};

/** The one that is named, else the newest that is being carried out or about to be, else the newest that was. */
const planMeant = ({ caseId, plans, status }: CaseView, { values }: Typed): string => {
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
  if (meant === undefined)
    throw new CordonError("USAGE", `${caseId}: nothing is being carried out; its status is ${status}`);
  return meant.planId;
};
