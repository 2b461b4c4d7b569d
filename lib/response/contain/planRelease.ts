import { actionOf } from "../../actions/index.ts";
import { projected } from "../../actions/parts/projected.ts";
import { isApiError } from "../../base/errors.ts";
import { digestOf } from "../../base/jcs.ts";
import type { ApiRequest } from "../../case/apiRequest.ts";
import { find, PLAN, read } from "../../case/documents.ts";

import type { Plan, PlannedAction, State } from "../../case/plan.ts";
import { remadeSince } from "../../core/plan/remade.ts";
import { isSameState } from "../../core/plan/samePolicy.ts";
import { approvalPolicyOf } from "../../core/settings.ts";
import type { Ports } from "../../ports/ports.ts";
import { secondsFrom } from "../time.ts";
import { type Applied, appliedChanges, inForce } from "./inForce.ts";
import { type PlanOutput, propose } from "./planContainment.ts";
import { dangersOf } from "./releaseDangers.ts";
import { isOneChange, isSameSetting, wayBackFrom } from "./stacked.ts";
import { stampAt } from "./stamp.ts";

export interface ReleaseInput {
  readonly caseId: string;
  /** `release-<n>`, chosen by whoever asks for the release. */
  readonly releaseId: string;
  /** `<planId>/<actionId>` of what is to be undone; empty: everything that was done to cut the actor off. */
  readonly actions: readonly string[];
}

/**
 * Proposes to take changes back. What a change put in is taken out of the settings as they are now; somebody's later edit
 * is never overwritten. What the actor opened and the case closed is no part of "everything": it must be named, and says
 * in red what it opens.
 */
export const planRelease = async (input: ReleaseInput, ports: Ports): Promise<PlanOutput> => {
  const known = await find(ports.cases, input.caseId, PLAN.at(input.releaseId));
  if (known !== null) return propose(known, ports);
  const history = await appliedChanges(input.caseId, ports);
  const judged: Judged[] = [];
  for (const one of wantedOf(input, history)) judged.push(await undo(one, history, judged, input, ports));
  return propose(await releasePlan(input, judged, ports), ports);
};

/** Newest first; the same kind in the same place is one change, taken back once. */
const wantedOf = ({ actions }: ReleaseInput, history: readonly Applied[]): readonly Applied[] => {
  const asked = history.filter(({ plan, planned }) =>
    actions.length === 0
      ? actionOf(planned.kind).card.side !== "undo"
      : actions.includes(`${plan.planId}/${planned.id}`),
  );
  const made = asked.filter(({ plan }) => plan.purpose !== "release").toReversed();
  return made.filter((one, at) => !made.slice(0, at).some((newer) => isOneChange(newer, one)));
};

type Judged =
  | { readonly of: Applied; readonly planned: Omit<PlannedAction, "id">; readonly leftOut: null }
  | { readonly of: Applied; readonly planned: null; readonly leftOut: Plan["leftOut"][number] };

/** Newest first, each computed from what the ones before it in this release will leave. */
const undo = async (
  one: Applied,
  history: readonly Applied[],
  newer: readonly Judged[],
  input: ReleaseInput,
  ports: Ports,
): Promise<Judged> => {
  const { planned } = one;
  const leaveOut = (reason: string): Judged => ({
    of: one,
    planned: null,
    leftOut: { kind: planned.kind, target: planned.target.label, reason },
  });
  if (planned.rollback.length === 0 && one.record.calls.length > 0 && actionOf(planned.kind).withdraw === undefined)
    return leaveOut("it cannot be undone");
  if (!inForce(history).includes(one)) return leaveOut("it was taken back already");
  try {
    const way = await wayOf(one, history, newer, ports);
    if (typeof way === "string") return leaveOut(way);
    const dangers = await dangersOf(one, way.requests, ports);
    if (dangers.length > 0 && input.actions.length === 0)
      return leaveOut(`${dangers.join(" ")} Name it to release it all the same.`);
    return { of: one, planned: inverse(planned, way, dangers), leftOut: null };
  } catch (error) {
    if (isApiError(error)) return leaveOut(error.message);
    throw error;
  }
};

type Way = Pick<
  PlannedAction,
  "requests" | "rollback" | "before" | "restores" | "restored" | "requires" | "atExecution"
>;

const REMADE =
  "it was deleted and made again since: what we changed went with it, and nothing of ours is on the new one";
const NOTHING_LEFT = "it is as it was before; nothing is left to undo";
const STAYS_OFF =
  "what is left of it are keys that were in the actor's hands: they stay off, and the owner is given new ones";
export const EDITED =
  "somebody edited it after we did; undoing would overwrite that. Compare before, ours and now in the case, and decide by hand";

/** Changes of this release that come first count as carried out. */
const wayOf = async (
  one: Applied,
  history: readonly Applied[],
  newer: readonly Judged[],
  ports: Ports,
): Promise<Way | string> => {
  const { planned, plan } = one;
  const before = newer.filter((other) => other.planned !== null && isSameSetting(other.of.planned, planned));
  const account = projected(
    ports.account,
    before.flatMap((other) => other.planned?.requests ?? []),
  );
  const action = actionOf(planned.kind);
  const now = await action.capture(planned.target, stampAt(plan, plan.createdAt, ports), account);
  if (remadeSince(one.record.before, now) !== null) return REMADE;
  const last = newer.findLastIndex((other) => before.includes(other));
  const requires = last === -1 ? [] : [idOf(newer, last)];
  if (action.withdraw === undefined) return restoringOf(one, now, requires, ports);
  const done = before.map(({ of }) => of);
  const requests = await wayBackFrom(
    one,
    history.filter((other) => !done.includes(other)),
    now,
    ports,
  );
  if (requests.length === 0) return (planned.target.actorKeys ?? "") === "" ? NOTHING_LEFT : STAYS_OFF;
  const atExecution = "what the change put in is taken out of the settings that are found then; everything else stays";
  return { requests, rollback: planned.requests, before: now, restores: null, requires, atExecution };
};

/** What cannot be told apart from what stands beside it is put back whole, and only where nobody touched it since. */
const restoringOf = (
  { plan, planned, record }: Applied,
  now: State,
  requires: readonly string[],
  ports: Ports,
): Way | string => {
  const stamp = stampAt(plan, record.stampedAt ?? plan.createdAt, ports);
  if (isSameState(now, record.before)) return NOTHING_LEFT;
  const isOurs =
    isSameState(now, record.after) || (record.status === "failed" && isVerified(planned, record.before, now, stamp));
  if (!isOurs) return EDITED;
  const requests: readonly ApiRequest[] = actionOf(planned.kind).rollback(planned.target, record.before, stamp);
  const restored = record.before;
  return { requests, rollback: planned.requests, before: now, restores: digestOf(restored), restored, requires };
};

const isVerified = (planned: PlannedAction, before: State, now: State, stamp: ReturnType<typeof stampAt>): boolean =>
  actionOf(planned.kind).verify(planned.target, before, now, stamp).ok;

/** Ids are given in order to what is planned; what is left out takes none. */
const idOf = (judged: readonly Judged[], index: number): string =>
  `a${judged.slice(0, index + 1).filter(({ planned }) => planned !== null).length}`;

const WORKS_AGAIN = "What the change stops works again, for the actor too where no other change stops them.";

const inverse = (planned: PlannedAction, way: Way, warnings: readonly string[]) => {
  const { atExecution: _, warnings: __, ...rest } = planned;
  return {
    ...rest,
    title: `Undo: ${planned.title}`,
    blastRadius: [WORKS_AGAIN, ...planned.blastRadius.map((line) => `When the change was planned: ${line}`)],
    recommended: warnings.length === 0,
    ...way,
    beforeDigest: digestOf(way.before),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
};

const releasePlan = async (
  { caseId, releaseId }: ReleaseInput,
  judged: readonly Judged[],
  ports: Ports,
): Promise<Plan> => {
  const { basis: _, replaces: __, remains: ___, ...first } = await read(ports.cases, caseId, PLAN.at("contain-1"));
  const at = ports.clock.now();
  return {
    ...first,
    planId: releaseId,
    purpose: "release",
    mode: ports.settings.mode,
    createdAt: at,
    expiresAt: secondsFrom(at, ports.settings.decisionDeadlineSeconds),
    words: 2,
    nonce: ports.ids.random(16),
    policyDigest: digestOf(approvalPolicyOf(ports.settings)),
    actions: judged
      .flatMap(({ planned }) => (planned === null ? [] : [planned]))
      .map((action, index) => ({ ...action, id: `a${index + 1}` })),
    leftOut: judged.flatMap(({ leftOut }) => (leftOut === null ? [] : [leftOut])),
  };
};
