import type { Action } from "../../actions/parts/action.ts";
import { projected, writeTheSame } from "../../actions/parts/projected.ts";
import { type ApiError, isApiError } from "../../base/errors.ts";
import { digestOf } from "../../base/jcs.ts";
import type { Plan, PlanBasis, PlannedAction, State, Target } from "../../case/plan.ts";
import type { Scene, Stamp } from "../../core/plan/action.ts";
import { adviceOn } from "../../core/plan/recommend.ts";
import { isAnother, isMadeBySuspect } from "../../core/plan/remade.ts";
import type { Account, Ports } from "../../ports/ports.ts";
import { assumed } from "./assumed.ts";
import type { BlastRadius } from "./blastRadius.ts";
import { ALREADY } from "./releaseDangers.ts";

/** What every action of a plan is considered in. */
interface Room {
  readonly scene: Scene;
  readonly stamp: Stamp;
  readonly ports: Ports;
  readonly blastRadius: BlastRadius;
  readonly basis: PlanBasis;
}

export interface Draft {
  readonly action: Action;
  readonly target: Target;
}

/** An action planned, or left out with the reason. */
interface Considered {
  readonly planned: PlannedAction | null;
  readonly leftOut: Plan["leftOut"][number] | null;
}

/**
 * One after the other, the proposed ones before the offered ones: where two actions write the same setting as a whole,
 * the later one is computed from what the earlier one will leave, and needs it.
 */
export const considerInOrder = async (drafts: readonly Draft[], room: Room): Promise<readonly Considered[]> => {
  const isIdentity = ({ action }: Draft): boolean => action.card.side === "identity";
  const proposed = drafts.filter(isDefault);
  const ordered = [
    ...proposed.filter(isIdentity),
    ...proposed.filter((draft) => !isIdentity(draft)),
    ...drafts.filter((draft) => !isDefault(draft)),
  ];
  const judged: Considered[] = [];
  for (const draft of ordered) {
    const earlier = judged.flatMap(({ planned }) => (planned === null ? [] : [planned]));
    judged.push(await consider(draft, earlier, room));
  }
  return judged;
};

/** A kind that is proposed may be only offered for one target, where others than the actor would be hurt for little. */
const offerOf = ({ action, target }: Pick<Draft, "action" | "target">): "default" | "optional" =>
  (target.offer ?? action.card.offer) === "default" ? "default" : "optional";

const isDefault = (draft: Draft): boolean => offerOf(draft) === "default";

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
  room: Room,
): Promise<Considered> => {
  const { stamp, blastRadius } = room;
  const before = await action.capture(target, stamp, account);
  const refused = action.refuse(target, before, stamp);
  if (refused !== null) return leaveOut(action, target, refused);
  const requests = action.apply(target, before, stamp);
  if (requests.length === 0 && action.card.reversibility !== "instruction") return leaveOut(action, target, ALREADY);
  const planned = plannedAction(action, target, before, earlier, room);
  return { planned: { ...planned, blastRadius: blastRadius(planned) }, leftOut: null };
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

const STRANGE = {
  recommended: false,
  why: "Offered: the one of this name now is not who the finding and the logs show",
} as const;

/** Whoever has the name now is not who the finding and the logs show: the actor's second self, or the owner's clean start. */
const anotherOne = (
  target: Target,
  { holderId }: State,
  scene: Scene,
): { readonly isStrange: boolean; readonly warning: string } => {
  const isTheirs = isMadeBySuspect(target, scene);
  const whose = isTheirs ? "a suspect made it" : "who made it no log here says: ask its owner first";
  return {
    isStrange: !isTheirs,
    warning: `It was deleted and made again: the id is ${String(holderId)}, which is no suspect's; ${whose}.`,
  };
};

const plannedAction = (
  action: Action,
  target: Target,
  before: State,
  earlier: readonly PlannedAction[],
  { stamp, basis, scene }: Room,
): PlannedAction => {
  const another = isAnother(target, before, scene) ? anotherOne(target, before, scene) : null;
  const { recommended, why } =
    another?.isStrange === true
      ? STRANGE
      : adviceOn({ ...action.card, offer: offerOf({ action, target }) }, target, basis);
  const warnings = [target.caution, another?.warning].filter((text) => text !== undefined);
  const requests = action.apply(target, before, stamp);
  return {
    id: `a${earlier.length + 1}`,
    kind: action.card.id,
    title: action.card.title,
    reversibility: action.card.reversibility,
    recommended,
    advice: why,
    target,
    requests,
    before,
    beforeDigest: digestOf(before),
    ...(action.card.atExecution === undefined ? {} : { atExecution: action.card.atExecution }),
    rollback: action.rollback(target, before, stamp),
    restores: null,
    blastRadius: [],
    ...(warnings.length === 0 ? {} : { warnings }),
    requires: earlier
      .filter((other) => other.requests.some((one) => requests.some((two) => writeTheSame(one, two))))
      .map(({ id }) => id)
      .slice(-1),
  };
};
