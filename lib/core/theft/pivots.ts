/**
 * Each thing that the actor is known by, followed by itself: what a key alone finds, what an address alone, what an
 * agent alone, and what each adds to the others. An address may be an office's and an agent is what its sender writes, so
 * what a pivot adds is a lead for a person and never counted as the actor's.
 */
import { distinct, sum } from "../../base/lists.ts";
import type { Pivot, Pivots, Presence } from "../../case/opinion.ts";
import { type ActorRow, type Fingerprints, firstSignIn, isActor } from "./discovery.ts";

export interface PivotFacts {
  readonly actors: readonly ActorRow[];
  readonly marks: Fingerprints;
  readonly firstTheftAt: string | null;
  readonly lastTheftAt: string | null;
  /** Latest event in the logs. */
  readonly watermark: string | null;
  /** When the actor, or anybody, stopped the logs last; null: nobody did. */
  readonly stoppedAt: string | null;
}

const MOST = 20;
const QUIET_SECONDS = 3600;

export const pivotsOf = (facts: PivotFacts): Pivots => {
  const theirs = facts.actors.filter((row) => isActor(row, facts.marks));
  return {
    schema: "cordon/pivots/v1",
    activity: activityOf(theirs, facts),
    pivots: [
      ...followed("key", theirs, facts, ({ access_key_id }) => access_key_id),
      ...followed("address", theirs, facts, ({ sourceip }) => sourceip),
      ...followed("agent", theirs, facts, ({ useragent }) => useragent),
    ],
  };
};

type Value = (row: ActorRow) => string | null;

const followed = (
  kind: Pivot["kind"],
  theirs: readonly ActorRow[],
  { actors, marks }: PivotFacts,
  pick: Value,
): readonly Pivot[] =>
  distinct(theirs.map(pick))
    .slice(0, MOST)
    .map((value) => {
      const rows = actors.filter((row) => pick(row) === value);
      const others = rows.filter((row) => !isActor(row, marks));
      return {
        kind,
        value,
        calls: callsOf(rows),
        firstAt: earliest(rows.map(({ first_at }) => first_at))!,
        lastAt: latest(rows.map(({ last_at }) => last_at))!,
        others: callsOf(others),
        adds: {
          keys: added(others, theirs, ({ access_key_id }) => access_key_id),
          principals: added(others, theirs, ({ principal_arn, principal_id }) => principal_arn ?? principal_id),
          addresses: added(others, theirs, ({ sourceip }) => sourceip),
        },
      };
    });

const added = (others: readonly ActorRow[], theirs: readonly ActorRow[], pick: Value): readonly string[] => {
  const known = new Set(theirs.map(pick));
  return distinct(others.map(pick))
    .filter((value) => !known.has(value))
    .slice(0, MOST);
};

const activityOf = (theirs: readonly ActorRow[], facts: PivotFacts): Presence => {
  const { firstTheftAt, lastTheftAt } = facts;
  const firstSignAt = earliest(theirs.map((row) => firstSignIn(row, facts.marks)));
  const lastSignAt = latest(theirs.map(({ last_at }) => last_at));
  return {
    firstSignAt,
    firstTheftAt,
    lastTheftAt,
    lastSignAt,
    secondsToFirstTheft: secondsBetween(firstSignAt, firstTheftAt),
    dwellSeconds: secondsBetween(firstSignAt, lastSignAt),
    ...stateOf(lastSignAt, facts),
  };
};

const stateOf = (lastSignAt: string | null, { watermark, stoppedAt }: PivotFacts): Verdict => {
  if (lastSignAt === null || watermark === null)
    return { state: "not known", why: "no call of the actor is in the logs." };
  if (stoppedAt !== null && secondsBetween(lastSignAt, stoppedAt)! < QUIET_SECONDS)
    return { state: "not known", why: `the logs were stopped at ${stoppedAt}; what followed is on no record.` };
  const silence = secondsBetween(lastSignAt, watermark)!;
  return silence >= QUIET_SECONDS
    ? {
        state: "quiet",
        why: `the logs go on to ${watermark}, ${Math.floor(silence / 60)} minutes after its last call.`,
      }
    : {
        state: "going on",
        why: `its last call is ${Math.floor(silence / 60)} minutes before the logs end (${watermark}).`,
      };
};

type Verdict = { readonly state: Presence["state"]; readonly why: string };

const callsOf = (rows: readonly ActorRow[]): number => sum(rows.map(({ calls }) => Number(calls)));
const earliest = (times: readonly string[]): string | null => times.toSorted()[0] ?? null;
const latest = (times: readonly string[]): string | null => times.toSorted().at(-1) ?? null;
const secondsBetween = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Math.round((Date.parse(to) - Date.parse(from)) / 1000);
