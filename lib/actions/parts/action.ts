import type { ApiRequest } from "../../case/apiRequest.ts";
import type { State, Target, Verdict } from "../../case/plan.ts";
import type { ActionCard, Scene, Stamp } from "../../core/plan/action.ts";
import type { Account } from "../../ports/account.ts";

/**
 * One containment action. Only `capture` touches the world, and only reads. `apply` and `rollback` give the exact API
 * calls that will be made, so that a plan shows them and the executor runs nothing else; both are pure and
 * deterministic. `apply` returning no request means that the target is already in the wanted state.
 */
export interface Action {
  readonly card: ActionCard;
  targets(scene: Scene): readonly Target[];
  capture(target: Target, stamp: Stamp, account: Account): Promise<State>;
  apply(target: Target, before: State, stamp: Stamp): readonly ApiRequest[];
  verify(target: Target, before: State, now: State, stamp: Stamp): Verdict;
  rollback(target: Target, before: State, stamp: Stamp): readonly ApiRequest[];
  /**
   * The way back from what is there now, whatever somebody set beside it meanwhile: takes out what this action put in and
   * nothing else. No request: nothing of it is there. Absent: only what is as it was left can be put back.
   */
  withdraw?(target: Target, before: State, now: State, stamp: Stamp): readonly ApiRequest[];
  /** Why this must not be done, or null: a limit exceeded, ourselves locked out, a protected target. */
  refuse(target: Target, before: State, stamp: Stamp): string | null;
}
