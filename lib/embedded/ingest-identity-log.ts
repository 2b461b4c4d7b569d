import type { LogRecord } from "./ingest-wanted.ts";

/** An event of an identity provider's log, as table `identity_log` has it. What the event leaves out is null. */
export interface IdentityEntry {
  /** ISO 8601 UTC with milliseconds. */
  readonly event_at: string;
  readonly provider: "okta";
  readonly event_id: string;
  /** For example `user.authentication.sso`. */
  readonly event_type: string;
  /** `SUCCESS`, `FAILURE`, `ALLOW`, `DENY`, `CHALLENGE`, `SKIPPED` or `UNKNOWN`. */
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly actor_id: string | null;
  readonly actor_type: string | null;
  /** What the actor signs in with, an e-mail address as a rule. */
  readonly actor_name: string | null;
  readonly actor_display: string | null;
  readonly client_ip: string | null;
  readonly user_agent: string | null;
  readonly country: string | null;
  readonly city: string | null;
  readonly session_id: string | null;
  readonly credential_type: string | null;
  /** Applications that the event is about, by display name, one a line; and the names the actor has in them. */
  readonly apps: string | null;
  readonly app_users: string | null;
}

export const IDENTITY_LOG_COLUMNS = `{event_at: 'VARCHAR', provider: 'VARCHAR', event_id: 'VARCHAR', event_type: 'VARCHAR', outcome: 'VARCHAR',
  reason: 'VARCHAR', actor_id: 'VARCHAR', actor_type: 'VARCHAR', actor_name: 'VARCHAR', actor_display: 'VARCHAR',
  client_ip: 'VARCHAR', user_agent: 'VARCHAR', country: 'VARCHAR', city: 'VARCHAR', session_id: 'VARCHAR',
  credential_type: 'VARCHAR', apps: 'VARCHAR', app_users: 'VARCHAR', source_file: 'VARCHAR'}`;

/** Signing in, proving a factor, and what changes how one may: the rest of the system log is about other things. */
const KEPT = /^(user\.(session|authentication|mfa|account|credential)\.|policy\.evaluate_sign_on$|security\.)/;

/** Null for an object that is no event of Okta's system log (Okta API reference, "System Log", LogEvent object). */
export const parseIdentityEvent = (object: unknown): IdentityEntry | null => {
  const event = membersOf(object);
  const [uuid, published, eventType] = [event.uuid, event.published, event.eventType].map(textOf);
  const at = toIso(published ?? null);
  if (uuid === null || at === null || typeof eventType !== "string" || !("actor" in event)) return null;
  const [actor, client, outcome, context] = [event.actor, event.client, event.outcome, event.authenticationContext].map(
    membersOf,
  ) as [LogRecord, LogRecord, LogRecord, LogRecord];
  const place = membersOf(client.geographicalContext);
  return {
    event_at: at,
    provider: "okta",
    event_id: uuid!,
    event_type: eventType,
    outcome: textOf(outcome.result),
    reason: textOf(outcome.reason),
    actor_id: textOf(actor.id),
    actor_type: textOf(actor.type),
    actor_name: textOf(actor.alternateId),
    actor_display: textOf(actor.displayName),
    client_ip: textOf(client.ipAddress),
    user_agent: textOf(membersOf(client.userAgent).rawUserAgent),
    country: textOf(place.country),
    city: textOf(place.city),
    session_id: textOf(context.externalSessionId),
    credential_type: textOf(context.credentialType),
    apps: namesOf(event.target, "AppInstance", "displayName"),
    app_users: namesOf(event.target, "AppUser", "alternateId"),
  };
};

/** Whether an event has to do with signing in. */
export const isSignIn = ({ event_type }: IdentityEntry): boolean => KEPT.test(event_type);

const NONE: LogRecord = {};
const membersOf = (value: unknown): LogRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as LogRecord) : NONE;
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

const toIso = (text: string | null): string | null => {
  const at = text !== null && /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
};

/** Names of the targets of a kind, a control character in them replaced, since they are parted by line feeds. */
const namesOf = (targets: unknown, type: string, member: string): string | null => {
  const names = (Array.isArray(targets) ? targets : [])
    .map(membersOf)
    .filter((target) => target.type === type)
    .flatMap((target) => textOf(target[member]) ?? [])
    .map((name) => name.replaceAll(/\p{Cc}/gu, " "));
  return names.length === 0 ? null : names.join("\n");
};
