/**
 * What the logs say after a cut: did a call succeed that a change of ours should have stopped, did the actor find a way
 * around, did somebody touch what we put in place. Pure; rows come from `lib/sql/after-cut.sql` and `cut-changes.sql`.
 */

import type { Breach } from "../../case/plan.ts";
import { stableIdOf } from "../principal/principal.ts";
import { type Cut, callOf, type LoggedCall, stopperOf } from "./stopped.ts";

/** Calls that differ in nothing but time and key. */
export interface AfterRow extends LoggedCall {
  readonly calls: number;
  readonly objects: number;
  readonly first_at: string;
  readonly last_at: string;
  readonly example: string;
}

/** One applied change as a promise: from `since` on, what it stops must not succeed. */
export interface Promised extends Cut {
  /** `a1`, … of the plan. */
  readonly id: string;
  readonly kind: string;
  /** When it was first read back as in force (ISO 8601 UTC); what came before is propagation. */
  readonly since: string;
}

/** Whom the watch is for, beyond what the changes name. */
export interface WatchedActor {
  readonly accessKeyIds: readonly string[];
  readonly principalIds: readonly string[];
  readonly addresses: readonly string[];
  /** Of the case: whoever reads one of these from an address of the actor is taken for the actor. */
  readonly buckets: readonly string[];
}

/** GetCallerIdentity needs no permission and no deny stops it (STS API reference); a login is no permission either. */
const UNSTOPPABLE: ReadonlySet<string> = new Set(["sts:GetCallerIdentity", "signin:ConsoleLogin", "signin:CheckMfa"]);
/** Successes after the cut that should not have been, oldest first. A success of somebody else is none. */
export const successesAfter = (
  rows: readonly AfterRow[],
  promised: readonly Promised[],
  actor: WatchedActor,
): readonly Breach[] => {
  const everyCut = promised.map(({ since }) => since).sort();
  const cuts = promised.map((one) => ({ ...one, stops: stopperOf(one) }));
  return rows.flatMap((row): readonly Breach[] => {
    if (UNSTOPPABLE.has(callOf(row))) return [];
    const broken = cuts.filter(({ since, stops }) => isAfter(row.last_at, since) && stops(row) === "denied");
    if (broken.length > 0)
      return [
        breachOf(
          "through",
          row,
          broken.map(({ id }) => id),
        ),
      ];
    const isLate = everyCut.length > 0 && isAfter(row.last_at, everyCut.at(-1)!);
    return isLate && isActor(row, actor) ? [breachOf("around", row, [])] : [];
  });
};

/** CloudTrail counts whole seconds: within the second of the look nothing can be said. */
export const isAfter = (eventTime: string, since: string): boolean =>
  Math.floor(Date.parse(eventTime) / 1000) > Math.floor(Date.parse(since) / 1000);

/** The session name of a workload is its owner's too: only the actor's address tells them apart. */
const WORKLOAD = /:(?:i-[0-9a-f]{8,17}|[0-9a-f]{32})$/;

/**
 * The key alone is proof, and so is a session whose name the actor chose. Another session of the same role, and whoever
 * comes to a bucket of the case, count from an address of the actor: a new name opens no blind spot.
 */
const isActor = (row: AfterRow, { accessKeyIds, principalIds, addresses, buckets }: WatchedActor): boolean => {
  const id = row.principal_id ?? "";
  if (accessKeyIds.includes(row.access_key_id ?? "")) return true;
  if (id.includes(":") && principalIds.includes(id) && !WORKLOAD.test(id)) return true;
  if (!addresses.includes(row.sourceip ?? "")) return false;
  const isSameIdentity = id !== "" && principalIds.some((known) => stableIdOf(known) === stableIdOf(id));
  return isSameIdentity || (row.bucket !== null && buckets.includes(row.bucket));
};

const breachOf = (is: Breach["is"], row: AfterRow, actions: readonly string[]): Breach => ({
  is,
  actions,
  call: callOf(row),
  by: row.principal_arn ?? row.principal_id ?? row.invoked_by ?? "anonymous",
  accessKeyId: row.access_key_id,
  address: row.sourceip,
  bucket: row.bucket,
  calls: Number(row.calls),
  firstAt: row.first_at,
  lastAt: row.last_at,
  eventKey: row.example,
});
