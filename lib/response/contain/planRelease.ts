import { actionOf } from "../../actions/index.ts";
import { projected } from "../../actions/parts/projected.ts";
import { isApiError } from "../../base/errors.ts";
import { digestOf } from "../../base/jcs.ts";
import { find, PLAN, read } from "../../case/documents.ts";
import type { Plan, PlannedAction } from "../../case/plan.ts";
import { policyOf } from "../../core/settings.ts";
import type { Ports } from "../../ports/ports.ts";
import { secondsFrom } from "../time.ts";
import { type Applied, appliedChanges } from "./inForce.ts";
import { type PlanOutput, propose, stampOf } from "./planContainment.ts";
import { exemptArnsOf } from "./scene.ts";
import { EDITED, inForce, isSameSetting, isShared, type WayBack, wayBackOf } from "./stacked.ts";

export interface ReleaseInput {
  readonly caseId: string;
  /** `release-<n>`, chosen by whoever asks for the release. */
  readonly releaseId: string;
  /** `<planId>/<actionId>` of what is to be undone; empty: everything the case changed. */
  readonly actions: readonly string[];
}

/**
 * Proposes to take changes back. Three states are compared: what was captured before, what our change left, and what is
 * there now. Somebody's later edit is never overwritten: then the action is left out, and the reason is shown.
 */
export const planRelease = async (input: ReleaseInput, ports: Ports): Promise<PlanOutput> => {
  const known = await find(ports.cases, input.caseId, PLAN.at(input.releaseId));
  if (known !== null) return propose(known, ports);
  const history = await appliedChanges(input.caseId, ports);
  const wanted = history.filter(({ plan, planned }) => plan.purpose !== "release" && isWanted(input, plan, planned));
  const judged: Judged[] = [];
  for (const one of wanted.toReversed()) judged.push(await undo(one, history, judged, ports));
  return propose(await releasePlan(input, judged, ports), ports);
};

const isWanted = ({ actions }: ReleaseInput, plan: Plan, planned: PlannedAction): boolean =>
  actions.length === 0 || actions.includes(`${plan.planId}/${planned.id}`);

/** Every change of the case that was made by our own records, taken back since or not, in the order it was made. */
export const appliedActions = async (caseId: string, ports: Ports): Promise<readonly Applied[]> =>
  (await appliedChanges(caseId, ports)).filter(({ plan }) => plan.purpose !== "release");

type Judged =
  | { readonly of: Applied; readonly planned: Omit<PlannedAction, "id">; readonly leftOut: null }
  | { readonly of: Applied; readonly planned: null; readonly leftOut: Plan["leftOut"][number] };

/** Newest first, each computed from what the ones before it in this release will leave. */
const undo = async (
  one: Applied,
  history: readonly Applied[],
  newer: readonly Judged[],
  ports: Ports,
): Promise<Judged> => {
  const { planned } = one;
  const leaveOut = (reason: string): Judged => ({
    of: one,
    planned: null,
    leftOut: { kind: planned.kind, target: planned.target.label, reason },
  });
  if (planned.rollback.length === 0) return leaveOut("it cannot be undone");
  if (!inForce(history).includes(one)) return leaveOut("it was taken back already");
  try {
    const way = isShared(planned) ? await amongOthers(one, history, newer, ports) : await alone(one, newer, ports);
    return typeof way === "string" ? leaveOut(way) : { of: one, planned: inverse(planned, way), leftOut: null };
  } catch (error) {
    if (isApiError(error)) return leaveOut(error.message);
    throw error;
  }
};

type Way = WayBack & Pick<PlannedAction, "requires">;

/** A setting that other changes may share: those of this release that come first count as carried out. */
const amongOthers = async (
  one: Applied,
  history: readonly Applied[],
  newer: readonly Judged[],
  ports: Ports,
): Promise<Way | string> => {
  const before = newer.filter((other) => other.planned !== null && isSameSetting(other.of.planned, one.planned));
  const requests = before.flatMap(({ planned }) => planned?.requests ?? []);
  const done = before.map(({ of }) => of);
  const way = await wayBackOf(one, history, done, projected(ports.account, requests), ports);
  const last = newer.findLastIndex((other) => before.includes(other));
  return typeof way === "string" ? way : { ...way, requires: last === -1 ? [] : [idOf(newer, last)] };
};

/**
 * A setting of its own. Where a newer change of this release lies on top of an older one of the same kind, the state that
 * the older one left will be there again when the newer one has been taken back.
 */
const alone = async (
  { plan, planned, record }: Applied,
  newer: readonly Judged[],
  ports: Ports,
): Promise<Way | string> => {
  const stamp = stampOf({ ...plan, exemptArns: exemptArnsOf(ports.settings.exemptArns, plan) }, plan.createdAt);
  const way = { requests: planned.rollback, rollback: planned.requests, restores: planned.beforeDigest };
  const onTop = newer.findIndex((one) => one.planned !== null && one.planned.restores === record.afterDigest);
  if (onTop !== -1) return { ...way, before: record.after!, requires: [idOf(newer, onTop)] };
  const now = await actionOf(planned.kind).capture(planned.target, stamp, ports.account);
  if (digestOf(now) === planned.beforeDigest) return "it is as it was before; nothing is left to undo";
  return digestOf(now) === record.afterDigest ? { ...way, before: now, requires: [] } : EDITED;
};

/** Ids are given in order to what is planned; what is left out takes none. */
const idOf = (judged: readonly Judged[], index: number): string =>
  `a${judged.slice(0, index + 1).filter(({ planned }) => planned !== null).length}`;

const inverse = (planned: PlannedAction, { requests, rollback, before, restores, requires }: Way) => ({
  ...planned,
  title: `Undo: ${planned.title}`,
  recommended: true,
  requests,
  before,
  beforeDigest: digestOf(before),
  rollback,
  restores,
  requires,
});

const releasePlan = async (
  { caseId, releaseId }: ReleaseInput,
  judged: readonly Judged[],
  ports: Ports,
): Promise<Plan> => {
  const first = await read(ports.cases, caseId, PLAN.at("contain-1"));
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
