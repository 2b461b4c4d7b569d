import { actions as catalogue } from "../actions/index.ts";
import { projected, writeTheSame } from "../actions/parts/projected.ts";
import type { Action, Scene, Stamp, State, Target } from "../core/action.ts";
import { toSuspect } from "../core/eligibility.ts";
import { type ApiError, isApiError } from "../core/errors.ts";
import type { Plan, PlannedAction } from "../core/plan.ts";
import { planDigestOf, renderPlan } from "../core/renderPlan.ts";
import { policyOf } from "../core/settings.ts";
import { digestOf } from "../evidence/jcs.ts";
import type { Account, Ports } from "../ports.ts";
import { assumed } from "./assumed.ts";
import { type BlastRadius, blastRadiusOf } from "./blastRadius.ts";
import { becauseOf, isProposed, type Link, linksOf, outOfReach, readChain, withLinks } from "./chainScene.ts";
import { containmentStatus } from "./containmentStatus.ts";
import { findDocument, keepDocument, readDocument } from "./documents.ts";
import { plansLike } from "./planRecords.ts";
import { nextRound } from "./rounds.ts";
import { sceneOf } from "./scene.ts";
import { secondsFrom } from "./time.ts";

export interface PlanInput {
  readonly caseId: string;
  readonly purpose: "contain" | "follow-up";
  /** `<purpose>-<n>`, where somebody asked for another plan; absent: the first one. */
  readonly planId?: string | undefined;
}

/** What ASL carries on: which plan, what next, and until when to wait for an answer this time. */
export interface PlanOutput {
  readonly next: "ask" | "none";
  readonly planId: string;
  readonly waitUntil: string;
}

/** What every action of a plan is considered in. */
interface Room {
  readonly scene: Scene;
  readonly stamp: Stamp;
  readonly ports: Ports;
  readonly blastRadius: BlastRadius;
}

interface Draft {
  readonly action: Action;
  readonly target: Target;
}

/** Proposes changes: every action of the catalogue that fits the case, computed from the state it observes now. */
export const planContainment = async (
  { caseId, purpose, planId = `${purpose}-1` }: PlanInput,
  ports: Ports,
): Promise<PlanOutput> => {
  const head = await ports.cases.head(caseId);
  const known = await findDocument<Plan>(ports.cases, caseId, `plans/${planId}.json`);
  if (known !== null) return propose(known, ports);
  if (head.sample) return nothingToDo(caseId, planId, "the finding is a sample; nothing in it exists", ports);
  return propose(await draftPlan(caseId, planId, purpose, ports), ports);
};

/**
 * Stores a plan and what it renders to, puts it on the ledger, and says what comes next. Again after a crash it completes
 * what is missing: only a plan that is on record as proposed can ever be approved.
 */
export const propose = async (plan: Plan, ports: Ports): Promise<PlanOutput> => {
  const stored = await keepDocument(ports.cases, plan.caseId, `plans/${plan.planId}.json`, plan);
  await ports.cases.putOnce(plan.caseId, `plans/${plan.planId}.shown.txt`, Buffer.from(renderPlan(stored)));
  const digest = planDigestOf(stored);
  await ports.ledger.append({ type: "plan", caseId: plan.caseId, digest, at: ports.clock.now() });
  const events = await ports.cases.events(plan.caseId);
  if (!events.some(({ type, data }) => type === "plan.proposed" && data.planId === plan.planId)) {
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

const draftPlan = async (
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
  const judged = await considerInOrder(drafts, { scene, stamp, ports, blastRadius: await blastRadiusOf(scene, ports) });
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
    nonce: ports.ids.random(16),
    accountId: scene.accountId,
    region: scene.region,
    partition: scene.partition,
    suspects: scene.suspects.map(toSuspect),
    policyDigest: digestOf(policyOf(ports.settings)),
    actions: judged.flatMap(({ planned }) => (planned === null ? [] : [planned])),
    leftOut: [...judged.flatMap(({ leftOut }) => (leftOut === null ? [] : [leftOut])), ...outOfReach(scene, links)],
  };
};

/**
 * First the thief is cut off; what he changed is undone in the follow-up, when the logs have been read. What they show of
 * his way through roles, and no containment plan knew, is cut then.
 */
const draftsOf = async (
  scene: Scene,
  purpose: PlanInput["purpose"],
  links: readonly Link[],
  ports: Ports,
): Promise<readonly Draft[]> => {
  const earlier = purpose === "contain" ? [] : await containmentPlans(scene.caseId, ports);
  const isDue = ({ action: { card }, target }: Draft): boolean => {
    if (purpose === "contain") return card.side !== "undo";
    if (card.side !== "identity") return card.side === "undo";
    return becauseOf(target, links) !== "" && !isProposed(card.id, target, links, earlier);
  };
  return catalogue
    .flatMap((action) => action.targets(scene).map((target) => ({ action, target })))
    .filter(isDue)
    .map(({ action, target }) => ({ action, target: explained(target, links) }));
};

const explained = (target: Target, links: readonly Link[]): Target => {
  const because = becauseOf(target, links);
  return because === "" ? target : { ...target, because };
};

export const containmentPlans = async (caseId: string, { cases }: Ports): Promise<readonly Plan[]> => {
  const planIds = await plansLike(caseId, "contain-1", cases);
  return Promise.all(planIds.map((planId) => readDocument<Plan>(cases, caseId, `plans/${planId}.json`)));
};

export const stampOf = (
  scene: Pick<Scene, "caseId" | "accountId" | "region" | "partition" | "exemptArns">,
  at: string,
): Stamp => ({
  caseId: scene.caseId,
  sid: `Cordon${scene.caseId.replaceAll(/[^A-Za-z0-9]/g, "")}`,
  at,
  accountId: scene.accountId,
  region: scene.region,
  partition: scene.partition,
  exemptArns: scene.exemptArns,
});

interface Considered {
  readonly planned: PlannedAction | null;
  readonly leftOut: Plan["leftOut"][number] | null;
}

/**
 * One after the other, the proposed ones before the offered ones: where two actions write the same setting as a whole,
 * the later one is computed from what the earlier one will leave, and needs it.
 */
const considerInOrder = async (drafts: readonly Draft[], room: Room): Promise<readonly Considered[]> => {
  const ordered = [...drafts.filter(isDefault), ...drafts.filter((draft) => !isDefault(draft))];
  const judged: Considered[] = [];
  for (const draft of ordered) {
    const earlier = judged.flatMap(({ planned }) => (planned === null ? [] : [planned]));
    judged.push(await consider(draft, earlier, room));
  }
  return judged;
};

const isDefault = ({ action }: Draft): boolean => action.card.offer === "default";

/** One action on one target: planned, or left out with the reason. Whatever fails leaves one action out, not the plan. */
const consider = async (
  { action, target }: Draft,
  earlier: readonly PlannedAction[],
  room: Room,
): Promise<Considered> => {
  const account = projected(
    room.ports.account,
    earlier.flatMap(({ requests }) => requests),
  );
  try {
    return await considerIn(account, { action, target }, earlier, room);
  } catch (error) {
    if (isApiError(error, "NotKnown")) return byHand({ action, target }, earlier, room, error);
    return leaveOut(action, target, (error as Error).message);
  }
};

const considerIn = async (
  account: Account,
  { action, target }: Draft,
  earlier: readonly PlannedAction[],
  { stamp, blastRadius }: Room,
): Promise<Considered> => {
  const before = await action.capture(target, stamp, account);
  const refused = action.refuse(target, before, stamp);
  if (refused !== null) return leaveOut(action, target, refused);
  const requests = action.apply(target, before, stamp);
  if (requests.length === 0 && action.card.reversibility !== "instruction")
    return leaveOut(action, target, "already in the wanted state");
  const planned = plannedAction(action, target, before, earlier, stamp);
  return { planned: { ...planned, blastRadius: blastRadius(target) }, leftOut: null };
};

/** Nothing is known of this part of the account: the calls are written down for a person to make, and not made. */
const byHand = async (
  draft: Draft,
  earlier: readonly PlannedAction[],
  room: Room,
  unknown: ApiError,
): Promise<Considered> => {
  try {
    const { planned, leftOut } = await considerIn(assumed(room.ports.account, room.scene), draft, earlier, room);
    if (planned === null) return { planned, leftOut };
    const title = `By hand, the account is not known here: ${planned.title}`;
    return { planned: { ...planned, title, reversibility: "instruction", requires: [] }, leftOut: null };
  } catch {
    return leaveOut(draft.action, draft.target, unknown.message);
  }
};

const leaveOut = (action: Action, target: Target, reason: string): Considered => ({
  planned: null,
  leftOut: { kind: action.card.id, target: target.label, reason },
});

const plannedAction = (
  action: Action,
  target: Target,
  before: State,
  earlier: readonly PlannedAction[],
  stamp: Stamp,
): PlannedAction => {
  const requests = action.apply(target, before, stamp);
  return {
    id: `a${earlier.length + 1}`,
    kind: action.card.id,
    title: action.card.title,
    reversibility: action.card.reversibility,
    recommended: action.card.offer === "default",
    target,
    requests,
    before,
    beforeDigest: digestOf(before),
    rollback: action.rollback(target, before, stamp),
    restores: null,
    blastRadius: [],
    requires: earlier
      .filter((other) => other.requests.some((one) => requests.some((two) => writeTheSame(one, two))))
      .map(({ id }) => id)
      .slice(-1),
  };
};
