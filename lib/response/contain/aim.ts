import { actionOf } from "../../actions/index.ts";
import type { Action } from "../../actions/parts/action.ts";
import { digestOf } from "../../base/jcs.ts";
import type { ApiRequest } from "../../case/apiRequest.ts";
import type { Plan, PlannedAction, State, Verdict } from "../../case/plan.ts";
import type { Stamp } from "../../core/plan/action.ts";
import { remadeSince } from "../../core/plan/remade.ts";
import { isSameState } from "../../core/plan/samePolicy.ts";
import type { Ports } from "../../ports/ports.ts";
import { appliedChanges, madeOf } from "./inForce.ts";
import { wayBackFrom } from "./stacked.ts";
import { stampAt } from "./stamp.ts";

/** What one approved change wants of the settings, whatever they are by now. */
export interface Aim {
  readonly action: Action;
  readonly stamp: Stamp;
  /** Whether calls may be computed anew from what is found; else only what the plan saw is changed. */
  readonly isAnew: boolean;
  /** Why it must not be done with these settings, or null. */
  refuse(now: State): string | null;
  /** The calls that lead from these settings to the wanted ones. */
  calls(now: State): Promise<readonly ApiRequest[]>;
  /** Whether these settings are the wanted ones. */
  holds(now: State): Promise<Verdict>;
}

/** `at`: when it is carried out, or was; sessions are revoked up to then. `before`: what was found first. */
export const aimOf = async (
  plan: Plan,
  planned: PlannedAction,
  { at, before }: { readonly at: string; readonly before: State },
  ports: Ports,
): Promise<Aim> => {
  const action = actionOf(planned.kind);
  const stamp = stampAt(plan, at, ports);
  if (plan.purpose === "release") return aimOfRelease(plan, planned, action, stamp, ports);
  return {
    action,
    stamp,
    isAnew: planned.atExecution !== undefined,
    refuse: (now) => remadeSince(planned.before, now) ?? action.refuse(planned.target, now, stamp),
    calls: async (now) => action.apply(planned.target, now, stamp),
    holds: async (now) => {
      const remade = remadeSince(planned.before, now);
      return remade === null ? action.verify(planned.target, before, now, stamp) : { ok: false, why: remade };
    },
  };
};

/** A release takes out what the change put in; where that cannot be told apart the captured setting is put back whole. */
const aimOfRelease = async (
  plan: Plan,
  planned: PlannedAction,
  action: Action,
  stamp: Stamp,
  ports: Ports,
): Promise<Aim> => {
  const history = await appliedChanges(plan.caseId, ports);
  const made = madeOf({ plan, planned }, history);
  if (action.withdraw === undefined || made === undefined) return aimOfRestoring(planned, action, stamp);
  // Nothing of ours is on one that was made since.
  const calls = async (now: State) =>
    remadeSince(made.record.before, now) === null ? wayBackFrom(made, history, now, ports) : [];
  return {
    action,
    stamp,
    isAnew: planned.atExecution !== undefined,
    refuse: () => null,
    calls,
    holds: async (now) =>
      (await calls(now)).length === 0
        ? { ok: true, why: "nothing of the change is there" }
        : { ok: false, why: "what the change put in is there" },
  };
};

const aimOfRestoring = (planned: PlannedAction, action: Action, stamp: Stamp): Aim => ({
  action,
  stamp,
  isAnew: false,
  refuse: () => null,
  calls: async () => planned.requests,
  holds: async (now) =>
    isWhatWas(now, planned)
      ? { ok: true, why: "restored to what was captured" }
      : { ok: false, why: "the settings are not what was captured" },
});

const isWhatWas = (now: State, { restores, restored }: PlannedAction): boolean =>
  restored === undefined ? restores !== null && digestOf(now) === restores : isSameState(now, restored);
