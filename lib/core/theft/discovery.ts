import {
  type ActorChange,
  type KnownKey,
  PRINCIPAL_TYPES,
  type PrincipalRef,
  type PrincipalType,
} from "../../case/principal.ts";
import { roleSessionOf } from "../principal/principal.ts";
import type { ChangeRow } from "./changeRow.ts";
import { priorOf } from "./prior.ts";

/** A row of `lib/sql/actors.sql`. */
export interface ActorRow {
  readonly principal_type: string | null;
  readonly principal_id: string | null;
  readonly principal_arn: string | null;
  readonly principal_account: string | null;
  readonly user_name: string | null;
  readonly access_key_id: string | null;
  readonly issuer_arn: string | null;
  readonly issuer_id: string | null;
  readonly sourceip: string | null;
  readonly useragent: string | null;
  readonly calls: number;
  readonly failed: number;
  readonly first_at: string;
  readonly last_at: string;
}

/** A row of `lib/sql/minted.sql`. */
export interface MintedRow {
  readonly eventid: string;
  readonly eventtime: string;
  readonly eventname: string;
  readonly principal_id: string | null;
  readonly access_key_id: string | null;
  readonly sourceip: string | null;
  readonly minted_key: string | null;
  readonly minted_user: string | null;
  readonly minted_arn: string | null;
  readonly minted_session: string | null;
}

/** A row of `lib/sql/denied.sql`. */
export interface DeniedRow {
  readonly eventname: string;
  readonly errorcode: string;
  readonly principal_id: string | null;
  readonly access_key_id: string | null;
  readonly sourceip: string | null;
  readonly calls: number;
  readonly first_at: string;
  readonly last_at: string;
  readonly event_ids?: string | null;
}

/** What the actor is known by: a call is theirs when it carries one of their keys or sessions from one of their addresses, or a key that only they can have. */
export interface Fingerprints {
  /** Keys and full principal ids that belong to the suspect, who may be their rightful owner too. */
  readonly shared: ReadonlySet<string>;
  /** Keys and sessions that the actor made: nobody else ever had them. */
  readonly own: ReadonlySet<string>;
  readonly addresses: ReadonlySet<string>;
  /** First sign of the actor where the owner has the same marks (ISO 8601 UTC, whole seconds): what came before is the owner's. Null or absent: the marks are the actor's alone. */
  readonly since?: string | null;
}

/** Of several calls together `last_at` is what counts; a caller without a time called after the first sign. */
type Caller = {
  readonly principal_id: string | null;
  readonly access_key_id: string | null;
  readonly sourceip: string | null;
  readonly eventtime?: string;
  readonly last_at?: string;
};

/**
 * Whether a call is the actor's. Sharing an address proves nothing (an office, a NAT), and neither does a stolen key
 * used from its owner's address. Where the finding names no address, the suspect's identity alone must do.
 */
export const isActor = (caller: Caller, marks: Fingerprints): boolean => {
  const { principal_id, access_key_id, sourceip } = caller;
  const carries = (set: ReadonlySet<string>): boolean =>
    (access_key_id !== null && set.has(access_key_id)) || (principal_id !== null && set.has(principal_id));
  if (carries(marks.own)) return true;
  if (!carries(marks.shared) || isBeforeSign(caller, marks)) return false;
  return marks.addresses.size === 0 || (sourceip !== null && marks.addresses.has(sourceip));
};

/** Whether a call came before the time from which the actor's marks are the actor's. */
export const isBeforeSign = (
  { eventtime, last_at }: Pick<Caller, "eventtime" | "last_at">,
  { since = null }: Pick<Fingerprints, "since">,
): boolean => since !== null && (eventtime ?? last_at ?? since) < since;

/** When calls told together began to be the actor's. */
export const firstSignIn = ({ first_at }: { readonly first_at: string }, { since = null }: Fingerprints): string =>
  since !== null && first_at < since ? since : first_at;

/** The marks of the finding's suspects, of the keys they came from, and of every credential they minted, followed to both ends of the chain. */
export const fingerprintsOf = (
  suspects: readonly PrincipalRef[],
  addresses: readonly string[],
  minted: readonly MintedRow[],
  since: string | null = null,
): Fingerprints => {
  const shared = new Set(
    suspects.flatMap(({ accessKeyId, principalId }) => [accessKeyId, principalId]).filter((mark) => mark !== null),
  );
  const own = new Set<string>();
  const marks: Fingerprints = { shared, own, addresses: new Set(addresses), since };
  for (let before = -1; before !== own.size + shared.size; ) {
    before = own.size + shared.size;
    for (const row of minted.filter((one) => isActor(one, marks)))
      for (const mark of [row.minted_key, row.minted_session]) if (mark !== null) own.add(mark);
    for (const row of minted.filter((one) => opensForActor(one, marks))) shared.add(row.access_key_id!);
  }
  return marks;
};

/** A key from which the actor opened a suspect's session is in the actor's hands too, as far back as calls show it. */
const opensForActor = (row: MintedRow, marks: Fingerprints): boolean =>
  row.access_key_id !== null &&
  row.sourceip !== null &&
  marks.addresses.has(row.sourceip) &&
  !isBeforeSign(row, marks) &&
  [row.minted_key, row.minted_session].some((mark) => mark !== null && (marks.shared.has(mark) || marks.own.has(mark)));

export interface Discovery {
  readonly suspects: readonly PrincipalRef[];
  readonly keys: readonly KnownKey[];
  readonly changes: readonly ActorChange[];
  /** Addresses the actor's own credentials were used from and the finding does not name. */
  readonly addresses: readonly string[];
}

/** Which identities the actor used, with which credentials, from where else, and what settings they changed. */
export const discover = (
  marks: Fingerprints,
  actors: readonly ActorRow[],
  minted: readonly MintedRow[],
  changes: readonly ChangeRow[],
): Discovery => ({
  suspects: distinct(actors.filter((row) => isActor(row, marks)).map(toPrincipal)),
  keys: minted.filter((row) => row.minted_key !== null && marks.own.has(row.minted_key)).map(toKey),
  changes: changes
    .filter((row) => isActor(row, marks))
    .map((row) => ({ ...toChange(row), ...priorOf(row, changes, mayBeActors(marks)) })),
  addresses: [
    ...new Set(
      actors
        .filter((row) => isActor(row, marks))
        .flatMap(({ sourceip }) => (sourceip === null || marks.addresses.has(sourceip) ? [] : [sourceip])),
    ),
  ].sort(),
});

/** Whoever calls from an address of the actor's alone may be the actor under a name that nobody suspects yet. */
const mayBeActors =
  (marks: Fingerprints) =>
  (row: ChangeRow): boolean =>
    isActor(row, marks) || ((marks.since ?? null) === null && marks.addresses.has(row.sourceip ?? ""));

const distinct = (refs: readonly PrincipalRef[]): readonly PrincipalRef[] => [
  ...new Map(refs.map((ref) => [JSON.stringify(ref), ref])).values(),
];

const toPrincipal = (row: ActorRow): PrincipalRef => ({
  type: typeOf(row.principal_type),
  accountId: row.principal_account,
  principalId: row.principal_id,
  arn: row.principal_arn,
  userName: row.user_name ?? /assumed-role\/([^/]+)\//.exec(row.principal_arn ?? "")?.[1] ?? null,
  accessKeyId: row.access_key_id,
  roleSession: roleSessionOf(row.principal_id),
  issuerArn: row.issuer_arn,
});

const typeOf = (type: string | null): PrincipalType => PRINCIPAL_TYPES.find((known) => known === type) ?? "Unknown";

const toKey = (row: MintedRow): KnownKey => ({
  accessKeyId: row.minted_key!,
  status: "Unknown",
  userName: row.eventname === "CreateAccessKey" ? row.minted_user : null,
  createdAt: row.eventtime,
});

const toChange = (row: ChangeRow): ActorChange => ({
  eventId: row.eventid,
  eventTime: row.eventtime,
  eventName: row.eventname,
  eventSource: row.eventsource,
  bucket: row.bucket,
  request: jsonObject(row.requestparameters),
  response: jsonObject(row.responseelements),
});

const jsonObject = (text: string | null): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
};
