/** Every call of the actor with what it means, from whichever query knows most of it. */

import { type Call, type Meaning, meaningOf } from "../meaning/meaning.ts";
import { shortName } from "../meaning/requests.ts";
import { callOf } from "./changeCalls.ts";
import type { ChangeRow } from "./changeRow.ts";
import { isThrottled } from "./throttled.ts";

/** A row of `lib/sql/conduct.sql`. */
export interface ConductRow {
  readonly hour: string;
  readonly eventsource: string;
  readonly eventname: string;
  readonly errorcode: string | null;
  readonly readonly: string;
  readonly bucket: string | null;
  readonly principal_id: string | null;
  readonly access_key_id: string | null;
  readonly sourceip: string | null;
  readonly calls: number;
  readonly first_at: string;
  readonly last_at: string;
  /** At most five, comma-separated. */
  readonly event_ids: string;
}

/** A row of `lib/sql/secrets.sql`. */
export interface SecretRow {
  readonly eventname: string;
  readonly item: string;
  readonly principal_id: string | null;
  readonly access_key_id: string | null;
  readonly sourceip: string | null;
  readonly calls: number;
  readonly first_at: string;
  readonly last_at: string;
  readonly event_ids: string;
}

/** What the actor did, each from its own query: calls by kind, changes with their requests, secrets read. In order of time. */
export interface Conduct {
  readonly rows: readonly ConductRow[];
  readonly changes: readonly ChangeRow[];
  readonly secrets: readonly SecretRow[];
  readonly account: string | null;
}

/** Calls of one effect on one target. */
export interface Told extends Meaning {
  readonly name: string;
  readonly service: string;
  readonly bucket: string | null;
  readonly refused: string | null;
  /** Names in the request of a call that ends something; absent for all others. */
  readonly ofOwn?: readonly string[];
  readonly calls: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly eventIds: readonly string[];
}

/** Whatever has a request or a name at hand is told from that; the rest from the count of calls by kind. */
export const toldOf = (conduct: Conduct): readonly Told[] => withoutOwn(allOf(conduct), conduct.changes);

const allOf = ({ rows, changes, secrets, account }: Conduct): readonly Told[] => {
  const inFull = new Set([...changes.flatMap(({ eventname, eventsource }) => `${eventsource}\n${eventname}`)]);
  const read = new Set(secrets.map(({ eventname }) => eventname));
  const counted = rows.filter(
    ({ errorcode, eventsource, eventname }) =>
      !isThrottled(errorcode) &&
      (errorcode !== null || !(inFull.has(`${eventsource}\n${eventname}`) || read.has(eventname))),
  );
  return [
    ...changes.map((row) => fromChange(row, account)),
    ...counted.map((row) => fromRow(row, account)),
    ...secrets.map((row) => fromSecret(row, account)),
  ].toSorted((a, b) => (a.firstAt < b.firstAt ? -1 : a.firstAt > b.firstAt ? 1 : 0));
};

/** What the actor removes, or wires up, that they had made themselves says nothing more. */
const withoutOwn = (told: readonly Told[], changes: readonly ChangeRow[]): readonly Told[] => {
  const made = new Set(
    changes
      .filter(({ eventname }) => /^(Create|Run|Put(Parameter|SecretValue)|Register|Import)/.test(eventname))
      .flatMap(namesIn),
  );
  return told.map((one) =>
    one.ofOwn?.some((name) => made.has(name)) === true && one.refused === null
      ? { ...one, phase: "ordinary", technique: null }
      : one,
  );
};

/** Calls that end or wire up a thing; that it was the actor's own is told from the names in the request. */
const ENDS =
  /^(Delete(?!Trail|FlowLogs|LogGroup|BucketPolicy)|Detach|Remove|Deregister|AddRoleToInstanceProfile|Terminate)/;

/** Names and ids in a request and its answer. */
const namesIn = ({ requestparameters, responseelements }: ChangeRow): readonly string[] =>
  [requestparameters, responseelements].flatMap((text) =>
    [...(text ?? "").matchAll(/:\s*"([^"\\]{3,300})"/g)].map(([, name]) => shortName(name!)),
  );

const fromChange = (row: ChangeRow, account: string | null): Told => {
  const call = callOf(row, account);
  return {
    ...meaningOf(call),
    ...named(call),
    ...(ENDS.test(row.eventname) ? { ofOwn: namesIn({ ...row, responseelements: null }) } : {}),
    refused: null,
    calls: 1,
    firstAt: row.eventtime,
    lastAt: row.eventtime,
    eventIds: [row.eventid],
  };
};

const fromRow = (row: ConductRow, account: string | null): Told => {
  const call = {
    eventName: row.eventname,
    eventSource: row.eventsource,
    readOnly: row.readonly === "true",
    bucket: row.bucket,
    request: {},
    response: {},
    by: null,
    account,
  };
  return {
    ...withoutRequest(meaningOf(call)),
    ...named(call),
    refused: row.errorcode,
    calls: Number(row.calls),
    firstAt: row.first_at,
    lastAt: row.last_at,
    eventIds: row.event_ids.split(","),
  };
};

/** A request that is not at hand must not be read as one that asks for nothing. */
const withoutRequest = ({ switched: _, accounts: __, ...meaning }: Meaning): Meaning => meaning;

const SECRETS: Readonly<Record<string, string>> = { GetPasswordData: "asked for the administrator's passwords of {}" };

const fromSecret = (row: SecretRow, account: string | null): Told => {
  const source = row.eventname === "GetPasswordData" ? "ec2" : /Secret/.test(row.eventname) ? "secretsmanager" : "ssm";
  const call = {
    eventName: row.eventname,
    eventSource: `${source}.amazonaws.com`,
    readOnly: true,
    bucket: null,
    request: {},
    response: {},
    by: null,
    account,
  };
  const { effect, ...meaning } = meaningOf(call);
  return {
    ...meaning,
    effect: SECRETS[row.eventname] ?? effect,
    target: shortName(row.item),
    ...named(call),
    refused: null,
    calls: Number(row.calls),
    firstAt: row.first_at,
    lastAt: row.last_at,
    eventIds: row.event_ids.split(","),
  };
};

const named = ({ eventName, eventSource, bucket }: Call) => ({ name: eventName, service: eventSource, bucket });
