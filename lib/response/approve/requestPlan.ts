import type { CaseView } from "../../case/caseView.ts";
import { ofType } from "../../case/events.ts";
import { ineligible } from "../../core/plan/eligibility.ts";
import type { MachineStart, Ports } from "../../ports/ports.ts";
import { caseView } from "../caseView.ts";
import { newSuspects } from "../contain/newSuspects.ts";
import { unaskedDoors } from "../contain/openDoors.ts";
import { gateInputOf, numbered, plansLike, readPlan } from "../contain/planRecords.ts";
import { oneAtATime } from "../oneAtATime.ts";

export interface PlanRequest {
  readonly caseId: string;
  readonly purpose: "contain" | "release";
  /** Who asks: somebody of the policy. */
  readonly humanId: string;
  /** For a release: `<plan>/<action>` of what is to be undone; empty: everything. */
  readonly actions: readonly string[];
}

export type Requested =
  | {
      readonly requested: true;
      readonly planId: string;
      /** It was asked for before, and is on its way. */
      readonly repeated: boolean;
    }
  | { readonly requested: false; readonly code: RequestRefusal; readonly why: string };

export type RequestRefusal =
  | "NOT_APPROVER"
  | "INELIGIBLE"
  | "SAMPLE"
  | "STILL_OPEN"
  | "NOTHING_TO_RELEASE"
  | "TOO_MANY"
  | "NOT_STARTED";

/** More plans of one case are no response any more. */
const MAXIMUM_PLANS = 50;
/** An execution that ended without a plan used its name up; so often another one is tried. */
const MAXIMUM_ATTEMPTS = 20;

/**
 * Asks for a new plan, made from the state as it is now, under a new number and nonce; what was decided about the ones
 * before stays as it is. Decides nothing. Asked twice at once it is one plan; after a crash asking again goes on.
 * Throws CASE_NOT_FOUND.
 */
export const requestPlan = (request: PlanRequest, ports: Ports): Promise<Requested> =>
  oneAtATime(ports.cases, `request ${request.caseId}/${request.purpose}`, () => ask(request, ports));

const ask = async (request: PlanRequest, ports: Ports): Promise<Requested> => {
  const { caseId, purpose, humanId } = request;
  const planId = await nextPlan(request, ports);
  const events = await ports.cases.events(caseId);
  const earlier = ofType(events, "plan.requested", planId);
  const refused = await mayAsk(await caseView(caseId, ports), request, ports);
  if (refused !== null) return { requested: false, ...refused };
  if (earlier.length === 0)
    await ports.cases.append(caseId, {
      type: "plan.requested",
      actor: `human:${humanId}`,
      data: { planId, purpose, humanId, actions: request.actions },
    });
  const asked = earlier[0]?.data.actions ?? request.actions;
  return (await start({ ...request, actions: asked }, planId, ports))
    ? { requested: true, planId, repeated: earlier.length > 0 }
    : { requested: false, code: "NOT_STARTED", why: `No plan came of ${MAXIMUM_ATTEMPTS} attempts; look at the case.` };
};

const nextPlan = async ({ caseId, purpose }: PlanRequest, { cases }: Ports): Promise<string> => {
  const newest = (await plansLike(caseId, `${purpose}-1`, cases)).at(-1);
  return `${purpose}-${newest === undefined ? 1 : numbered(newest)[1] + 1}`;
};

interface Why {
  readonly code: RequestRefusal;
  readonly why: string;
}

/** Why this person may not ask for a plan of this purpose now, or null. The page says it before anybody presses. */
export const mayAsk = async (
  view: CaseView,
  { purpose, humanId }: Pick<PlanRequest, "purpose" | "humanId">,
  ports: Ports,
): Promise<Why | null> => {
  const { caseId } = view;
  return (
    (await strangerFault(caseId, humanId, ports)) ??
    (purpose === "contain" ? containFault(view, await overtakenBy(caseId, ports)) : releaseFault(view)) ??
    (view.plans.length >= MAXIMUM_PLANS
      ? { code: "TOO_MANY", why: `The case has ${view.plans.length} plans; a person must look at why.` }
      : null)
  );
};

/** Whoever shares an identity with the suspect could stall us with plan after plan. */
const strangerFault = async (caseId: string, humanId: string, ports: Ports): Promise<Why | null> => {
  const approver = ports.settings.approvers.find((known) => known.humanId === humanId);
  if (approver === undefined) return { code: "NOT_APPROVER", why: `${humanId} is not an approver of this deployment.` };
  const newest = (await plansLike(caseId, "contain-1", ports.cases)).at(-1);
  if (newest === undefined) return null;
  const input = await gateInputOf(await readPlan(caseId, newest, ports), [], ports);
  const why = ineligible(approver, input, ports.settings, input.detectedAt);
  return why === null ? null : { code: "INELIGIBLE", why };
};

/**
 * Whether a plan that still waits may be overtaken by another one: the logs name suspects that it does not speak of,
 * somebody put another verdict in place of the one it rests on, or took back what they had decided, who cannot decide about
 * it again. Doors that the actor left open wait for
 * nothing, not for the end of a watch either: what was begun stands, and goes on being watched.
 */
const overtakenBy = async (caseId: string, ports: Ports): Promise<(plan: CaseView["plans"][number]) => boolean> => {
  const doors = (await unaskedDoors(caseId, ports)).length > 0;
  const fresh = (await newSuspects(caseId, ports)).length > 0;
  const events = await ports.cases.events(caseId);
  const withdrawn = ofType(events, "decision.recorded").filter(({ data }) => data.kind === "withdraw");
  const overruled = events.findLastIndex(({ type }) => type === "verdict.overruled");
  const restsOnAnother = (planId: string): boolean =>
    overruled > events.findIndex(({ type, data }) => type === "plan.proposed" && data.planId === planId);
  return ({ planId, status }) =>
    doors ||
    (status === "proposed" &&
      (fresh || (overruled >= 0 && restsOnAnother(planId)) || withdrawn.some(({ data }) => data.planId === planId)));
};

const BUSY: readonly string[] = ["proposed", "approved", "executing"];

const containFault = (view: CaseView, isOvertaken: (plan: CaseView["plans"][number]) => boolean): Why | null => {
  if (view.finding.sample) return { code: "SAMPLE", why: "The finding is a sample; nothing in it exists." };
  const plans = view.plans.filter(({ planId }) => planId.startsWith("contain-"));
  if (plans.length === 0 && view.closedAt === null)
    return { code: "STILL_OPEN", why: "The first plan is still being made." };
  const busy = plans.find(({ status }) => BUSY.includes(status));
  if (busy === undefined || isOvertaken(busy)) return null;
  const what = busy.status === "proposed" ? "waits for an answer: decide about it" : "is being carried out";
  return { code: "STILL_OPEN", why: `${busy.planId} ${what}.` };
};

const releaseFault = (view: CaseView): Why | null => {
  const busy = view.plans.find(({ planId, status }) => planId.startsWith("release-") && BUSY.includes(status));
  if (busy !== undefined)
    return { code: "STILL_OPEN", why: `${busy.planId} waits for an answer or is being carried out.` };
  const isChanged = view.plans.some(
    ({ planId, actions }) => !planId.startsWith("release-") && actions.some(({ status }) => status === "applied"),
  );
  return isChanged && view.status !== "released"
    ? null
    : {
        code: "NOTHING_TO_RELEASE",
        why: "The case has changed nothing that is still in force; there is nothing to undo.",
      };
};

/** False when every name is used up and there is still no plan. */
const start = async (request: PlanRequest, planId: string, { machines }: Ports): Promise<boolean> => {
  for (let attempt = 1; machines !== undefined && attempt <= MAXIMUM_ATTEMPTS; attempt += 1) {
    const name = `${request.caseId}-${planId}${attempt === 1 ? "" : `-again-${attempt}`}`;
    if ((await machines.start({ ...executionOf(request, planId), name })) === "running") return true;
  }
  return false;
};

const executionOf = ({ caseId, purpose, actions }: PlanRequest, planId: string): Omit<MachineStart, "name"> =>
  purpose === "contain"
    ? { machine: "contain", caseId, input: { caseId, purpose, planId, afterwards: "seal" } }
    : { machine: "release", caseId, input: { caseId, releaseId: planId, actions } };
