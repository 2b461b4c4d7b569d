import { actionOf } from "../actions/index.ts";
import { isApiError } from "../core/errors.ts";
import type { Plan, PlannedAction } from "../core/plan.ts";
import { policyOf } from "../core/settings.ts";
import { digestOf } from "../evidence/jcs.ts";
import type { Ports } from "../ports.ts";
import type { ActionRecord } from "./applyContainment.ts";
import { findDocument, readDocument } from "./documents.ts";
import { type PlanOutput, propose, stampOf } from "./planContainment.ts";
import { exemptArnsOf } from "./scene.ts";
import { secondsFrom } from "./time.ts";

export interface ReleaseInput {
  readonly caseId: string;
  /** `release-<n>`, chosen by whoever asks for the release. */
  readonly releaseId: string;
  /** `<planId>/<actionId>` of what is to be undone; empty: everything the case changed. */
  readonly actions: readonly string[];
}

interface Applied {
  readonly plan: Plan;
  readonly planned: PlannedAction;
  readonly record: ActionRecord;
}

/**
 * Proposes to take changes back. Three states are compared: what was captured before, what our change left, and what is
 * there now. Somebody's later edit is never overwritten: then the action is left out, and the reason is shown.
 */
export const planRelease = async (input: ReleaseInput, ports: Ports): Promise<PlanOutput> => {
  const known = await findDocument<Plan>(ports.cases, input.caseId, `plans/${input.releaseId}.json`);
  if (known !== null) return propose(known, ports);
  const applied = (await appliedActions(input.caseId, ports)).filter(({ plan, planned }) =>
    isWanted(input, plan, planned),
  );
  const judged: Judged[] = [];
  for (const one of applied.toReversed()) judged.push(await undo(one, judged, ports));
  return propose(await releasePlan(input, judged, ports), ports);
};

const isWanted = ({ actions }: ReleaseInput, plan: Plan, planned: PlannedAction): boolean =>
  actions.length === 0 || actions.includes(`${plan.planId}/${planned.id}`);

/** Every change of the case that is in force by our own records, in the order it was made. */
export const appliedActions = async (caseId: string, { cases }: Ports): Promise<readonly Applied[]> => {
  const names = (await cases.names(caseId, "plans/")).filter((name) => name.endsWith(".json"));
  const plans = await Promise.all(names.map((name) => readDocument<Plan>(cases, caseId, name)));
  const found = await Promise.all(
    plans
      .filter(({ purpose }) => purpose !== "release")
      .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
      .flatMap((plan) =>
        plan.actions.map(async (planned) => ({
          plan,
          planned,
          record: await findDocument<ActionRecord>(cases, caseId, `actions/${plan.planId}/${planned.id}.json`),
        })),
      ),
  );
  return found.filter((one): one is Applied => one.record?.status === "applied");
};

type Judged =
  | { readonly planned: Omit<PlannedAction, "id">; readonly leftOut: null }
  | { readonly planned: null; readonly leftOut: Plan["leftOut"][number] };

/**
 * Newest first. Where a newer change of this release lies on top of an older one, the state that the older one left is
 * what the newer one was computed from, and it will be there again when the newer one has been taken back.
 */
const undo = async ({ plan, planned, record }: Applied, newer: readonly Judged[], ports: Ports): Promise<Judged> => {
  const action = actionOf(planned.kind);
  const stamp = stampOf({ ...plan, exemptArns: exemptArnsOf(ports.settings.exemptArns, plan) }, plan.createdAt);
  const leaveOut = (reason: string): Judged => ({
    planned: null,
    leftOut: { kind: planned.kind, target: planned.target.label, reason },
  });
  if (planned.rollback.length === 0) return leaveOut("it cannot be undone");
  try {
    const onTop = newer.findIndex((one) => one.planned !== null && one.planned.restores === record.afterDigest);
    if (onTop !== -1)
      return { planned: { ...inverse(planned, record.after!), requires: [idOf(newer, onTop)] }, leftOut: null };
    const now = await action.capture(planned.target, stamp, ports.account);
    if (digestOf(now) === planned.beforeDigest) return leaveOut("it is as it was before; nothing is left to undo");
    if (digestOf(now) !== record.afterDigest)
      return leaveOut(
        "somebody edited it after we did; undoing would overwrite that. Compare before, ours and now in the case, and decide by hand",
      );
    return { planned: inverse(planned, now), leftOut: null };
  } catch (error) {
    if (isApiError(error)) return leaveOut(error.message);
    throw error;
  }
};

/** Ids are given in order to what is planned; what is left out takes none. */
const idOf = (judged: readonly Judged[], index: number): string =>
  `a${judged.slice(0, index + 1).filter(({ planned }) => planned !== null).length}`;

const inverse = (planned: PlannedAction, now: PlannedAction["before"]): Omit<PlannedAction, "id"> => ({
  ...planned,
  title: `Undo: ${planned.title}`,
  recommended: true,
  requests: planned.rollback,
  before: now,
  beforeDigest: digestOf(now),
  rollback: planned.requests,
  restores: planned.beforeDigest,
  requires: [],
});

const releasePlan = async (
  { caseId, releaseId }: ReleaseInput,
  judged: readonly Judged[],
  ports: Ports,
): Promise<Plan> => {
  const first = await readDocument<Plan>(ports.cases, caseId, "plans/contain-1.json");
  const at = ports.clock.now();
  return {
    ...first,
    planId: releaseId,
    purpose: "release",
    mode: ports.settings.mode,
    createdAt: at,
    expiresAt: secondsFrom(at, ports.settings.decisionDeadlineSeconds),
    nonce: ports.ids.random(16),
    policyDigest: digestOf(policyOf(ports.settings)),
    actions: judged
      .flatMap(({ planned }) => (planned === null ? [] : [planned]))
      .map((action, index) => ({ ...action, id: `a${index + 1}` })),
    leftOut: judged.flatMap(({ leftOut }) => (leftOut === null ? [] : [leftOut])),
  };
};
