import { actionOf } from "../../actions/index.ts";
import { projected, writeTheSame } from "../../actions/parts/projected.ts";
import type { ApiRequest } from "../../case/apiRequest.ts";
import type { PlannedAction, State } from "../../case/plan.ts";
import { withoutDead } from "../../core/plan/mergePolicy.ts";
import { isSamePolicy, isSameState } from "../../core/plan/samePolicy.ts";
import type { Account, Ports } from "../../ports/ports.ts";
import { type Applied, inForce } from "./inForce.ts";
import { stampAt } from "./stamp.ts";

/**
 * The calls that take one change out of the settings as they are now and leave every other of ours, and everything that
 * somebody else set, as it is. What several changes write in one place (a bucket policy) is written once, with the others
 * that are still in force put in again.
 */
export const wayBackFrom = async (
  one: Applied,
  history: readonly Applied[],
  now: State,
  ports: Ports,
): Promise<readonly ApiRequest[]> => {
  const { planned } = one;
  const withdrawn = actionOf(planned.kind).withdraw!(
    planned.target,
    firstBefore(one, history),
    now,
    stampFor(one, ports),
  );
  const kept = inForce(history).filter((other) => !isOneChange(other, one) && isSameSetting(other.planned, planned));
  const asFound = spellingsOf(history.filter((other) => isSameSetting(other.planned, planned)));
  if (withdrawn.length === 0 || kept.length === 0) return withdrawn.map(asFound);
  const writes = await again(kept, withdrawn, ports);
  const state = await captured(one, projected(ports.account, writes), ports);
  return isSameState(now, state) ? [] : writes.slice(-1).map(asFound);
};

/** A policy that says what one of our changes found is put back in the very words that were found. */
const spellingsOf = (history: readonly Applied[]) => {
  const texts = history
    .map(({ record }) => record.before.policy)
    .flatMap((text) => (typeof text === "string" ? (withoutDead(text) ?? []) : []));
  return (request: ApiRequest): ApiRequest => {
    const { Policy: policy } = request.input;
    const found = typeof policy === "string" ? texts.find((text) => isSamePolicy(text, policy)) : undefined;
    return found === undefined ? request : { ...request, input: { ...request.input, Policy: found } };
  };
};

/** What the first of the changes that lie on each other found: later ones found ours. */
const firstBefore = (one: Applied, history: readonly Applied[]): State =>
  (inForce(history).find((other) => isOneChange(other, one)) ?? one).record.before;

/** The same kind in the same place is one change, however often it was made. */
export const isOneChange = (a: Applied, b: Applied): boolean =>
  a.planned.kind === b.planned.kind && a.planned.target.label === b.planned.target.label;

export const isSameSetting = (a: PlannedAction, b: PlannedAction): boolean =>
  a.requests.some((one) => b.requests.some((two) => writeTheSame(one, two)));

const again = async (
  kept: readonly Applied[],
  withdrawn: readonly ApiRequest[],
  ports: Ports,
): Promise<readonly ApiRequest[]> => {
  let writes = withdrawn;
  for (const one of kept) {
    const state = await captured(one, projected(ports.account, writes), ports);
    const { planned } = one;
    writes = [...writes, ...actionOf(planned.kind).apply(planned.target, state, stampFor(one, ports))];
  }
  return writes;
};

const stampFor = ({ plan, record }: Applied, ports: Ports) => stampAt(plan, record.stampedAt ?? plan.createdAt, ports);

const captured = (one: Applied, account: Account, ports: Ports): Promise<State> =>
  actionOf(one.planned.kind).capture(one.planned.target, stampFor(one, ports), account);
