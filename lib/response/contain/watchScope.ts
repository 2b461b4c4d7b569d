import { distinct } from "../../base/lists.ts";
import { ACTION, readAll } from "../../case/documents.ts";
import type { Look, Plan, PlannedAction } from "../../case/plan.ts";
import type { Indicators } from "../../case/scan.ts";
import type { Promised, WatchedActor } from "../../core/plan/afterCut.ts";
import type { Guarded } from "../../core/plan/cutChanges.ts";
import { cutOf } from "../../core/plan/cutOf.ts";
import { stableIdOf } from "../../core/principal/principal.ts";
import type { Ports } from "../../ports/ports.ts";
import { findRecord } from "./progress.ts";
import { sceneOf } from "./scene.ts";

/** What a watch looks for in the logs, and from when on. */
export interface WatchScope {
  readonly promised: readonly Promised[];
  readonly guarded: readonly Guarded[];
  readonly actor: WatchedActor;
  /** Request ids of every change that we made in this case: ours, not somebody's. */
  readonly ownRequestIds: ReadonlySet<string>;
  /** When the first change was read back as in force; null: none is. */
  readonly since: string | null;
  readonly indicators: Indicators;
}

/** Computed from the plan, the looks at its settings and the case as it is known now. */
export const watchScopeOf = async (plan: Plan, looks: readonly Look[], ports: Ports): Promise<WatchScope> => {
  const held = plan.actions.filter(({ id }) => looks.at(-1)?.holds.some((hold) => hold.id === id));
  const inPlace = await Promise.all(held.map((planned) => asCarriedOut(plan, planned, ports)));
  const promised = inPlace.flatMap((planned) => {
    const since = heldSince(planned.id, looks);
    return since === null ? [] : [promiseOf(planned, since)];
  });
  const guarded = inPlace.flatMap(({ id, requests }) => {
    const since = firstHeld(id, looks);
    return since === null ? [] : [{ id, requests, since }];
  });
  const scene = await sceneOf(plan.caseId, ports);
  const suspects = [...plan.suspects, ...scene.suspects];
  const actor: WatchedActor = {
    accessKeyIds: distinct([
      ...suspects.map(({ accessKeyId }) => accessKeyId),
      ...scene.keys.map(({ accessKeyId }) => accessKeyId),
    ]),
    principalIds: distinct(suspects.map(({ principalId }) => principalId)),
    addresses: scene.addresses,
    buckets: scene.buckets,
  };
  return {
    promised,
    guarded,
    actor,
    ownRequestIds: await requestIdsOf(plan.caseId, ports),
    since: guarded.map(({ since }) => since).sort()[0] ?? null,
    indicators: indicatorsOf(plan, promised, actor),
  };
};

/** With the calls that were made in place of those that were planned: a date and a policy may differ. */
const asCarriedOut = async (plan: Plan, planned: PlannedAction, ports: Ports): Promise<PlannedAction> => {
  const calls = (await findRecord(plan, planned.id, ports))?.calls ?? [];
  return calls.length === 0 ? planned : { ...planned, requests: calls.map(({ request }) => request) };
};

/** The first look that found the change in force, after the last one that did not. */
const heldSince = (id: string, looks: readonly Look[]): string | null => {
  const verdicts = verdictsOf(id, looks);
  return verdicts[verdicts.findLastIndex(({ ok }) => !ok) + 1]?.at ?? null;
};

const firstHeld = (id: string, looks: readonly Look[]): string | null =>
  verdictsOf(id, looks).find(({ ok }) => ok)?.at ?? null;

const verdictsOf = (id: string, looks: readonly Look[]): readonly { readonly at: string; readonly ok: boolean }[] =>
  looks.flatMap(({ at, holds }) => holds.filter((hold) => hold.id === id).map(({ ok }) => ({ at, ok })));

const promiseOf = (made: PlannedAction, since: string): Promised => ({
  id: made.id,
  kind: made.kind,
  since,
  ...cutOf(made),
});

const requestIdsOf = async (caseId: string, { cases }: Ports): Promise<ReadonlySet<string>> => {
  const records = await readAll(cases, caseId, ACTION);
  return new Set(records.flatMap(({ calls }) => calls.map(({ requestId }) => requestId)));
};

/** Calls of the actor and of the contained identities, and calls to IAM about these; changes of buckets come by themselves. */
const indicatorsOf = (plan: Plan, promised: readonly Promised[], actor: WatchedActor): Indicators => ({
  accessKeyIds: distinct([...actor.accessKeyIds, ...promised.flatMap(({ accessKeyIds }) => accessKeyIds)]),
  principalIds: distinct(actor.principalIds.flatMap((id) => [id, stableIdOf(id)])),
  arns: distinct([
    ...plan.suspects.map(({ arn }) => arn),
    ...promised.flatMap(({ on }) => (on?.to === "user" || on?.to === "role" ? [on.arn] : [])),
  ]),
  addresses: [...actor.addresses],
  buckets: [],
  iamNames: distinct(plan.actions.flatMap(({ target }) => [target.userName ?? null, target.roleName ?? null])),
});
