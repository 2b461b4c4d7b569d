import { actionOf } from "../../actions/index.ts";
import { projected, writeTheSame } from "../../actions/parts/projected.ts";
import { digestOf } from "../../base/jcs.ts";
import type { ApiRequest } from "../../case/apiRequest.ts";
import type { PlannedAction, State } from "../../case/plan.ts";
import type { Stamp } from "../../core/plan/action.ts";
import type { Account, Ports } from "../../ports/ports.ts";
import { type Applied, takesBack } from "./inForce.ts";
import { stampOf } from "./planContainment.ts";
import { exemptArnsOf } from "./scene.ts";

/** The calls that take one change back and leave every other of ours as it is. */
export interface Rebuilt {
  readonly requests: readonly ApiRequest[];
  /** SHA-256 (hex) of the state that must be there afterwards, as the change's own kind captures it. */
  readonly restores: string;
}

export interface WayBack extends Rebuilt {
  /** What puts the present setting back. */
  readonly rollback: readonly ApiRequest[];
  readonly before: State;
}

/** Whether other changes may lie on the same setting, which is written as a whole (a bucket policy, a key policy). */
export const isShared = ({ requests }: PlannedAction): boolean => requests.some((made) => writeTheSame(made, made));

/**
 * The way back from one of several changes of a setting, or why there is none. Three states are compared: what we found,
 * what our last write left, and what is there. `done` are changes that the same release takes back before; `account`
 * reads as it will be then.
 */
export const wayBackOf = async (
  one: Applied,
  history: readonly Applied[],
  done: readonly Applied[],
  account: Account,
  ports: Ports,
): Promise<WayBack | string> => {
  const last = history.findLast(({ planned }) => isSameSetting(planned, one.planned))!;
  const before = await captured(one, account, ports);
  if (done.length === 0 && digestOf(await captured(last, account, ports)) !== last.record.afterDigest)
    return digestOf(before) === one.planned.beforeDigest ? "it is as it was before; nothing is left to undo" : EDITED;
  const rebuilt = await rebuiltWithout(one, history, done, ports);
  return rebuilt === null ? EDITED : { ...rebuilt, rollback: last.planned.requests, before };
};

/**
 * The setting computed anew from what we found with all changes but this one; null when a stranger wrote between ours. That
 * is exact, where cutting statements out of a text would not be. What is there now is not looked at.
 */
export const rebuiltWithout = async (
  one: Applied,
  history: readonly Applied[],
  done: readonly Applied[],
  ports: Ports,
): Promise<Rebuilt | null> => {
  const own = await unbroken(
    history.filter(({ planned }) => isSameSetting(planned, one.planned)),
    ports,
  );
  if (!own.includes(one)) return null;
  const kept = inForce(own).filter((other) => other !== one && !done.includes(other));
  const requests = (await writesOf(own, kept, ports)).slice(-1);
  return { requests, restores: digestOf(await captured(one, projected(ports.account, requests), ports)) };
};

export const EDITED =
  "somebody edited it after we did; undoing would overwrite that. Compare before, ours and now in the case, and decide by hand";

export const isSameSetting = (a: PlannedAction, b: PlannedAction): boolean =>
  a.requests.some((one) => b.requests.some((two) => writeTheSame(one, two)));

/** Changes that no release has taken back since. */
export const inForce = (history: readonly Applied[]): readonly Applied[] =>
  history.filter(
    (made, at) => made.plan.purpose !== "release" && !history.slice(at + 1).some((undone) => takesBack(undone, made)),
  );

const stampFor = ({ plan }: Applied, { settings }: Ports): Stamp =>
  stampOf({ ...plan, exemptArns: exemptArnsOf(settings.exemptArns, plan) }, plan.createdAt);

const captured = (one: Applied, account: Account, ports: Ports): Promise<State> =>
  actionOf(one.planned.kind).capture(one.planned.target, stampFor(one, ports), account);

/** The newest of our writes that follow each other without a stranger's between: each found what the one before left. */
const unbroken = async (writes: readonly Applied[], ports: Ports): Promise<readonly Applied[]> => {
  let first = writes.length - 1;
  for (; first > 0; first -= 1) {
    const [earlier, later] = [writes[first - 1]!, writes[first]!];
    const found = await captured(later, projected(ports.account, earlier.planned.requests), ports);
    if (digestOf(found) !== later.planned.beforeDigest) break;
  }
  return writes.slice(first);
};

/** The writes that lead from what was found before the first of ours to the changes that are kept. */
const writesOf = async (
  [first]: readonly Applied[],
  kept: readonly Applied[],
  ports: Ports,
): Promise<readonly ApiRequest[]> => {
  const { plan, planned } = first!;
  let writes: readonly ApiRequest[] = plan.purpose === "release" ? planned.requests : planned.rollback;
  for (const one of kept) {
    const state = await captured(one, projected(ports.account, writes), ports);
    writes = [...writes, ...actionOf(one.planned.kind).apply(one.planned.target, state, stampFor(one, ports))];
  }
  return writes;
};
