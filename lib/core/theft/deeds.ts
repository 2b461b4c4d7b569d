/** What the actor's changes did, as far as it weighs: to whom, and how much. Effects come from the table of meanings. */

import { type Call, type Meaning, meaningOf } from "../meaning/meaning.ts";
import { at, permitted, shortName, textAt } from "../meaning/requests.ts";
import { callOf } from "./changeCalls.ts";
import type { ChangeRow } from "./changeRow.ts";

/** One successful change of the actor's. */
export interface Deed extends Meaning {
  readonly name: string;
  readonly service: string;
  readonly eventId: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** About the actor's own user or role, or one that the actor made. */
  readonly own: boolean;
  /** Grants rights over everything, or over rights themselves. */
  readonly everything: boolean;
}

/** `rows` are the actor's alone, in order of time. */
export const deedsOf = (rows: readonly ChangeRow[], accountId: string): readonly Deed[] => {
  const calls = rows.map((row) => ({ row, call: callOf(row, accountId) }));
  const made = calls
    .filter(({ row }) => /^Create(User|Role|Group)$/.test(row.eventname))
    .flatMap(({ call }) => namedIn(call));
  return calls.map(({ row, call }) => ({
    ...meaningOf(call),
    name: row.eventname,
    service: row.eventsource.split(".")[0]!,
    eventId: row.eventid,
    at: row.eventtime,
    own: isOwn(call, made),
    everything: isEverything(call),
  }));
};

const namedIn = ({ request }: Call): readonly string[] =>
  ["userName", "roleName", "groupName"].flatMap((name) => textAt(request, name) ?? []);

/** IAM takes the caller for the user where a call about a key or a password names none. */
const isOwn = (call: Call, made: readonly string[]): boolean => {
  const names = namedIn(call);
  return names.length === 0
    ? /AccessKey|LoginProfile|ChangePassword/.test(call.eventName)
    : names.some((name) => name === call.by || made.includes(name));
};

const ALL_RIGHTS = /^(AdministratorAccess|IAMFullAccess|PowerUserAccess)$/;

const isEverything = ({ request }: Call): boolean =>
  ALL_RIGHTS.test(shortName(textAt(request, "policyArn") ?? "")) ||
  /(^|, )(\*:\*|\*|iam:\*)(,|$)/.test(permitted(at(request, "policyDocument")) ?? "");

/** Whether a change weakened what records or watches: told by its effect, never by the name of the call. */
export const isTampering = ({ phase }: Pick<Meaning, "phase">): boolean => phase === "covering tracks";

/** Calls that change what a trail records. */
const TRAIL = /^(StopLogging|DeleteTrail|PutEventSelectors|UpdateTrail)$/;

/** Changes after which CloudTrail may hold less than before: switched off, deleted, narrowed. */
export const holesIn = (rows: readonly ChangeRow[], accountId: string): readonly ChangeRow[] =>
  rows.filter((row) => TRAIL.test(row.eventname) && isTampering(meaningOf(callOf(row, accountId))));
