import { counted } from "../../base/figures.ts";
import { find, PLAN } from "../../case/documents.ts";
import { endOf, ofType } from "../../case/events.ts";
import type { Plan } from "../../case/plan.ts";
import { differenceOf } from "../../core/plan/difference.ts";
import { planDigestOf } from "../../core/plan/renderPlan.ts";
import type { Ports } from "../../ports/ports.ts";
import { oneAtATime } from "../oneAtATime.ts";
import { tell } from "../tell.ts";
import { draftPlan, propose } from "./planContainment.ts";
import { numbered, plansLike, readPlan } from "./planRecords.ts";
import { storedDecisions } from "./storedDecisions.ts";

export interface Updated {
  /** The plan that is asked about from now on; null: the question stands as it is, or none is open. */
  readonly planId: string | null;
}

/**
 * Brings the standing question of containment up to date with what the investigation found: a new plan that shows what
 * changed and takes the place of the one that waits; approvals given to that one are void. Says the same: nothing happens.
 * What is being carried out, was denied or has expired is left as it is.
 */
export const updateQuestion = ({ caseId }: { caseId: string }, ports: Ports): Promise<Updated> =>
  oneAtATime(ports.cases, `update ${caseId}`, () => update(caseId, ports));

const update = async (caseId: string, ports: Ports): Promise<Updated> => {
  const standing = await standingPlan(caseId, ports);
  if (standing === null) return { planId: null };
  const planId = `contain-${numbered(standing.planId)[1] + 1}`;
  const draft = await draftPlan(caseId, planId, "contain", ports);
  const difference = differenceOf(standing, draft);
  if (draft.actions.length === 0 || difference.length === 0) return { planId: null };
  const voided = await approversOf(standing, ports);
  const replaces = { planId: standing.planId, digest: planDigestOf(standing), difference, void: voided };
  await propose({ ...draft, replaces }, ports);
  if (await hasBegun(standing, ports)) return withdraw(planId, standing, ports);
  await ports.cases.append(caseId, {
    type: "plan.updated",
    actor: "updateQuestion",
    data: { planId, replaces: standing.planId, difference, void: voided },
  });
  if (voided.length > 0)
    await tell(
      ports,
      caseId,
      "attention",
      8,
      `${standing.planId} was brought up to date: ${counted(voided.length, "approval")} already given ${voided.length === 1 ? "is" : "are"} void. ${planId} must be decided anew.`,
    );
  await ports.decisions.wake(caseId, standing.planId, "withdrawn");
  return { planId };
};

/** The newest containment plan, as long as it only waits for an answer. */
const standingPlan = async (caseId: string, ports: Ports): Promise<Plan | null> => {
  const newest = (await plansLike(caseId, "contain-1", ports.cases)).at(-1);
  if (newest === undefined) return null;
  const plan = await readPlan(caseId, newest, ports);
  const events = await ports.cases.events(caseId);
  const isClosed = endOf(events, newest) !== null || ofType(events, "execution.started", newest).length > 0;
  return isClosed || plan.actions.length === 0 || ports.clock.now() >= plan.expiresAt ? null : plan;
};

/** Somebody's approval was being carried out while the new plan was made: that one goes on, and this one is never asked about. */
const withdraw = async (planId: string, standing: Plan, ports: Ports): Promise<Updated> => {
  await ports.cases.append(standing.caseId, {
    type: "plan.closed",
    actor: "updateQuestion",
    data: { planId, code: "SUPERSEDED", why: `${standing.planId} was already being carried out`, denials: [] },
  });
  return { planId: null };
};

const hasBegun = async ({ caseId, planId }: Plan, { cases }: Ports): Promise<boolean> =>
  ofType(await cases.events(caseId), "execution.started", planId).length > 0;

const approversOf = async ({ caseId, planId }: Plan, ports: Ports): Promise<readonly string[]> => {
  const decisions = await storedDecisions(caseId, planId, ports);
  const approving = decisions.filter(({ decision }) => Object.values(decision.choices).includes("approve"));
  return [...new Set(approving.map(({ decision }) => decision.approver.humanId))].sort();
};

/** The plan by which an older one was brought up to date: whoever waits for an answer to that one waits for this one. */
export const successorOf = async (plan: Plan, { cases }: Pick<Ports, "cases">): Promise<Plan | null> => {
  const [series, number] = numbered(plan.planId);
  const next = await find(cases, plan.caseId, PLAN.at(`${series}${number + 1}`));
  return next?.replaces?.planId === plan.planId ? next : null;
};
