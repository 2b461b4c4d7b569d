import { actions as catalogue } from "../../actions/index.ts";
import { digestOf } from "../../base/jcs.ts";
import type { CaseHead } from "../../case/case.ts";
import { FINDING, find, keep, PLAN, read } from "../../case/documents.ts";
import { ofType } from "../../case/events.ts";
import type { Plan, PlannedAction, Target } from "../../case/plan.ts";
import type { Scene } from "../../core/plan/action.ts";
import { differenceOf } from "../../core/plan/difference.ts";
import { toSuspect } from "../../core/plan/eligibility.ts";
import { emptyPlanWarning } from "../../core/plan/emptyPlan.ts";
import { remainsOf } from "../../core/plan/remains.ts";
import { planDigestOf, renderPlan } from "../../core/plan/renderPlan.ts";
import { approvalPolicyOf } from "../../core/settings.ts";
import type { Ports } from "../../ports/ports.ts";
import { tell } from "../tell.ts";
import { secondsFrom } from "../time.ts";
import { blastRadiusOf } from "./blastRadius.ts";
import { becauseOf, isProposed, type Link, linksOf, outOfReach, readChain, withLinks } from "./chainScene.ts";
import { considerInOrder, type Draft } from "./considerActions.ts";
import { containmentStatus } from "./containmentStatus.ts";
import { appliedChanges } from "./inForce.ts";
import { isMade, unansweredDoors } from "./openDoors.ts";
import { basisOf } from "./planBasis.ts";
import { numbered, plansLike } from "./planRecords.ts";
import { preflight } from "./preflight.ts";
import { nextRound } from "./rounds.ts";
import { sceneOf } from "./scene.ts";
import { stampOf } from "./stamp.ts";

export interface PlanInput {
  readonly caseId: string;
  readonly purpose: "contain" | "follow-up";
  /** `<purpose>-<n>`, where somebody asked for another plan; absent: the first one. */
  readonly planId?: string | undefined;
}

/** What ASL carries on: which plan, what next, and until when to wait for an answer this time. */
export interface PlanOutput {
  /** `later`: the plan holds nothing, and the logs that may tell more are being read. */
  readonly next: "ask" | "later" | "none";
  readonly planId: string;
  readonly waitUntil: string;
}

/**
 * Proposes changes: every action of the catalogue that fits the case, computed from the state it observes now. A first plan
 * may hold none, because the finding does not name whom to cut: as long as the logs are being read it is made anew.
 */
export const planContainment = async (
  { caseId, purpose, planId = `${purpose}-1` }: PlanInput,
  ports: Ports,
): Promise<PlanOutput> => {
  const head = await ports.cases.head(caseId);
  if (head.sample) return nothingToDo(caseId, planId, "the finding is a sample; nothing in it exists", ports);
  const reading = purpose === "contain" && (await isReading(head, ports));
  const known = await find(ports.cases, caseId, PLAN.at(planId));
  if (known !== null && purpose === "contain" && known.actions.length === 0) return makeAnew(known, reading, ports);
  const plan = known ?? (await draftPlan(caseId, planId, purpose, ports));
  const output = await propose(plan, ports);
  if (output.next !== "none" || purpose !== "contain") return output;
  await warn(plan, reading ? "It is made anew when the logs have been read." : "", ports);
  return reading ? later(plan, ports) : output;
};

/** Whether the first reading of the logs may still name somebody. */
const isReading = async ({ caseId, closedAt }: CaseHead, { cases }: Ports): Promise<boolean> => {
  const events = await cases.events(caseId);
  const hasFailed = ofType(events, "person.called").some(({ data }) =>
    ["investigate", "respond"].includes(data.during),
  );
  return closedAt === null && !hasFailed && ofType(events, "detections.run").length === 0;
};

/** Before that the logs have said nothing that a plan could be made of. */
const hasCounted = async (caseId: string, { cases }: Ports): Promise<boolean> =>
  ofType(await cases.events(caseId), "theft.quantified").length > 0;

const later = ({ planId }: Plan, { clock, settings }: Ports): PlanOutput => ({
  next: "later",
  planId,
  waitUntil: secondsFrom(clock.now(), settings.waits.scan),
});

/** A plan without a change, by what is known meanwhile. Somebody who asked for another one has taken this over. */
const makeAnew = async (empty: Plan, reading: boolean, ports: Ports): Promise<PlanOutput> => {
  const { caseId, planId } = empty;
  const none: PlanOutput = { next: "none", planId, waitUntil: ports.clock.now() };
  const next = `contain-${numbered(planId)[1] + 1}`;
  const made = await find(ports.cases, caseId, PLAN.at(next));
  if (made !== null) return made.replaces?.planId === planId ? propose(made, ports) : none;
  if (reading && !(await hasCounted(caseId, ports))) return later(empty, ports);
  const draft = await draftPlan(caseId, next, "contain", ports);
  if (draft.actions.length > 0) return askAnew(empty, draft, ports);
  if (reading && ports.clock.now() < empty.expiresAt) return later(empty, ports);
  await warn(draft, "The logs have been read, and name nobody whom a change could cut off.", ports, planId);
  return none;
};

const askAnew = async (empty: Plan, draft: Plan, ports: Ports): Promise<PlanOutput> => {
  const { caseId, planId } = draft;
  const difference = differenceOf(empty, draft);
  const replaces = { planId: empty.planId, digest: planDigestOf(empty), difference, void: [] };
  const output = await propose({ ...draft, replaces }, ports);
  const data = { planId, replaces: empty.planId, difference, void: [] };
  await ports.cases.append(caseId, { type: "plan.updated", actor: "planContainment", data });
  return output;
};

/** Nobody may take a plan without a change for a case without danger. */
const warn = async (plan: Plan, more: string, ports: Ports, planId = plan.planId): Promise<void> => {
  const text = `${emptyPlanWarning({ ...plan, planId })} ${more}`.trim();
  const { severity } = await read(ports.cases, plan.caseId, FINDING);
  await tell(ports, plan.caseId, "attention", severity, text);
};

/**
 * Stores a plan and what it renders to, puts it on the ledger, and says what comes next. Again after a crash it completes
 * what is missing: only a plan that is on record as proposed can ever be approved.
 */
export const propose = async (plan: Plan, ports: Ports): Promise<PlanOutput> => {
  const stored = await keep(ports.cases, plan.caseId, PLAN.at(plan.planId), plan);
  await ports.cases.putOnce(plan.caseId, `plans/${plan.planId}.shown.txt`, Buffer.from(renderPlan(stored)));
  const digest = planDigestOf(stored);
  await ports.ledger.append({ type: "plan", caseId: plan.caseId, digest, at: ports.clock.now() });
  const events = await ports.cases.events(plan.caseId);
  if (ofType(events, "plan.proposed", plan.planId).length === 0) {
    const actions = stored.actions.map(({ id, kind, target }) => ({ id, kind, target: target.label }));
    const data = { planId: plan.planId, digest, actions, leftOut: stored.leftOut.length };
    await ports.cases.append(plan.caseId, { type: "plan.proposed", actor: "planContainment", data });
  }
  if (stored.actions.length === 0) return nothingToDo(plan.caseId, plan.planId, "no action applies", ports);
  return afterPlanning(stored, ports);
};

const afterPlanning = (plan: Plan, ports: Ports): PlanOutput => {
  if (plan.actions.length === 0) return { next: "none", planId: plan.planId, waitUntil: plan.expiresAt };
  return { next: "ask", planId: plan.planId, ...nextRound(plan, ports) };
};

const nothingToDo = async (caseId: string, planId: string, why: string, ports: Ports): Promise<PlanOutput> => {
  await ports.cases.append(caseId, { type: "plan.empty", actor: "planContainment", data: { planId, why } });
  const status = await containmentStatus(caseId, ports);
  await ports.cases.update(caseId, (head) => ({ ...head, status, updatedAt: ports.clock.now() }));
  return { next: "none", planId, waitUntil: ports.clock.now() };
};

/** A plan as it would be made now, not stored. */
export const draftPlan = async (
  caseId: string,
  planId: string,
  purpose: PlanInput["purpose"],
  ports: Ports,
): Promise<Plan> => {
  const at = ports.clock.now();
  const links = linksOf(await readChain(caseId, ports));
  const scene = withLinks(await sceneOf(caseId, ports), links);
  const stamp = stampOf(scene, at);
  const drafts = await draftsOf(scene, purpose, links, ports);
  const basis = await basisOf(caseId, ports);
  const blastRadius = await blastRadiusOf(scene, ports);
  const judged = await considerInOrder(drafts, { scene, stamp, ports, blastRadius, basis });
  const drafted = guardingSomething(judged.flatMap(({ planned }) => (planned === null ? [] : [planned])));
  const { actions, unknown } = await preflight(drafted, stamp, ports);
  const recommended = actions.filter((action) => action.recommended);
  const doors = await unansweredDoors(caseId, ports);
  return {
    schema: "cordon/plan/v1",
    caseId: scene.caseId,
    planId,
    version: 1,
    purpose,
    mode: ports.settings.mode,
    deployment: ports.ledger.origin,
    createdAt: at,
    expiresAt: secondsFrom(at, ports.settings.decisionDeadlineSeconds),
    words: 2,
    nonce: ports.ids.random(16),
    accountId: scene.accountId,
    region: scene.region,
    partition: scene.partition,
    suspects: scene.suspects.map(toSuspect),
    basis,
    policyDigest: digestOf(approvalPolicyOf(ports.settings)),
    actions,
    ...(purpose === "contain" ? { remains: [...remainsOf(scene, recommended, basis), ...unknown, ...doors] } : {}),
    leftOut: [...judged.flatMap(({ leftOut }) => (leftOut === null ? [] : [leftOut])), ...outOfReach(scene, links)],
  };
};

/** A guard over denies alone would make a plan that stops nobody look like one that does. */
const guardingSomething = (actions: readonly PlannedAction[]): readonly PlannedAction[] =>
  actions.every(({ kind }) => kind === "guard-denies") ? [] : actions;

/**
 * First the actor is cut off; what they changed is undone in the follow-up, when the logs have been read, or in a
 * containment plan that is asked for once they were: doors are closed beside the cut and need not wait for its watch. What
 * the logs show of their way through roles, and no containment plan knew, is cut in the follow-up too.
 */
const draftsOf = async (
  scene: Scene,
  purpose: PlanInput["purpose"],
  links: readonly Link[],
  ports: Ports,
): Promise<readonly Draft[]> => {
  const plans = await containmentPlans(scene.caseId, ports);
  const earlier = purpose === "contain" ? [] : plans;
  const history = await appliedChanges(scene.caseId, ports);
  const isDue = ({ action: { card }, target }: Draft): boolean => {
    if (card.side === "undo") return !isMade(card.id, target, openedAt(target, scene), history);
    if (purpose === "contain") return true;
    if (card.side !== "identity") return false;
    return becauseOf(target, links) !== "" && !isProposed(card.id, target, links, earlier);
  };
  return catalogue
    .flatMap((action) => action.targets(scene).map((target) => ({ action, target })))
    .filter(isDue)
    .map(({ action, target }) => ({ action, target: explained(target, links) }));
};

/** The newest of the actor's calls that a change answers; one that answers none was always open. */
const openedAt = ({ because = "" }: Target, { changes }: Scene): string =>
  changes
    .filter(({ eventId }) => because.includes(eventId))
    .map(({ eventTime }) => eventTime)
    .toSorted()
    .at(-1) ?? "1970-01-01T00:00:00Z";

const explained = (target: Target, links: readonly Link[]): Target => {
  const because = becauseOf(target, links);
  return because === "" ? target : { ...target, because };
};

export const containmentPlans = async (caseId: string, { cases }: Ports): Promise<readonly Plan[]> => {
  const planIds = await plansLike(caseId, "contain-1", cases);
  return Promise.all(planIds.map((planId) => read(cases, caseId, PLAN.at(planId))));
};
