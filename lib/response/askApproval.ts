import type { Finding } from "../core/finding.ts";
import type { Plan } from "../core/plan.ts";
import { fingerprintOf, planDigestOf } from "../core/renderPlan.ts";
import type { Ports } from "../ports.ts";
import { containmentStatus } from "./containmentStatus.ts";
import { judge, storedDecisions } from "./decisions.ts";
import { readDocument } from "./documents.ts";
import { tell } from "./openCase.ts";
import { nextRound, type PlanOutput } from "./planContainment.ts";
import { secondsFrom } from "./time.ts";

export interface AskInput {
  readonly caseId: string;
  readonly planId: string;
  readonly token: string;
}

/** Parks the question and tells the approvers, the first time as a question and later as a reminder. */
export const askApproval = async ({ caseId, planId, token }: AskInput, ports: Ports): Promise<void> => {
  const plan = await readDocument<Plan>(ports.cases, caseId, `plans/${planId}.json`);
  const finding = await readDocument<Finding>(ports.cases, caseId, "finding.json");
  const digest = planDigestOf(plan);
  await ports.decisions.park({ caseId, planId, planDigest: digest, token, deadline: plan.expiresAt });
  await ports.cases.update(caseId, (head) => ({ ...head, status: "awaiting-decision", updatedAt: ports.clock.now() }));
  const earlier = (await ports.cases.events(caseId)).filter(({ type, data }) => type === "approval.asked" && data.planId === planId);
  if (isDue(earlier.at(-1)?.at, ports)) {
    await ports.cases.append(caseId, { type: "approval.asked", actor: "askApproval", data: { planId, round: earlier.length + 1, deadline: plan.expiresAt } });
    await tell(ports, caseId, earlier.length === 0 ? "approval-asked" : "reminder", finding.severity, question(plan, digest));
  }
  await wakeIfDecided(plan, ports);
};

/** The state machine asks anew every quarter of an hour, whatever happens; people are reminded less often. */
const isDue = (last: string | undefined, { clock, settings }: Ports): boolean =>
  last === undefined || clock.now() >= secondsFrom(last, settings.waits.reminder);

/** No names, keys or addresses: the attacker chooses those, and this text goes to mail and chat. */
const question = (plan: Plan, digest: string): string =>
  [
    `${plan.actions.length} containment action(s) wait for a decision until ${plan.expiresAt}.`,
    `Fingerprint ${fingerprintOf(digest)}. This message cannot approve anything.`,
    "If the plan you are shown has another fingerprint, do not approve it.",
  ].join(" ");

/** A decision may have come between the last look and the parking: then nobody else would wake us. */
const wakeIfDecided = async (plan: Plan, ports: Ports): Promise<void> => {
  const verdict = await judge(plan, await storedDecisions(plan.caseId, plan.planId, ports), ports);
  if (verdict.state !== "waiting") await ports.decisions.wake(plan.caseId, plan.planId, "decided");
};

export interface CheckDecisionOutput extends Omit<PlanOutput, "next"> {
  readonly next: "ask" | "apply" | "stop";
  readonly why: string;
}

/**
 * What the signed records say now. Being woken means nothing by itself: whoever may call SendTaskSuccess but has no
 * valid quorum gets the question asked again.
 */
export const checkDecision = async ({ caseId, planId }: Pick<AskInput, "caseId" | "planId">, ports: Ports): Promise<CheckDecisionOutput> => {
  const plan = await readDocument<Plan>(ports.cases, caseId, `plans/${planId}.json`);
  const verdict = await judge(plan, await storedDecisions(caseId, planId, ports), ports);
  await ports.cases.append(caseId, { type: "decision.checked", actor: "checkDecision", data: { planId, state: verdict.state, why: verdict.why } });
  const round = { planId, ...nextRound(plan, ports), why: verdict.why };
  if (verdict.state === "waiting") return { next: "ask", ...round };
  if (verdict.state === "open") return { next: "apply", ...round };
  await stop(plan, verdict.actions.some(({ denials }) => denials.length > 0), ports);
  return { next: "stop", ...round };
};

const stop = async (plan: Plan, denied: boolean, ports: Ports): Promise<void> => {
  await ports.cases.append(plan.caseId, { type: denied ? "plan.denied" : "plan.expired", actor: "checkDecision", data: { planId: plan.planId } });
  const status = await containmentStatus(plan.caseId, ports);
  await ports.cases.update(plan.caseId, (head) => ({ ...head, status, updatedAt: ports.clock.now() }));
  await tell(ports, plan.caseId, "decided", 5, `The plan ${plan.planId} was ${denied ? "denied" : "not approved in time"}; nothing was changed.`);
};
