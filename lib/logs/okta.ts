/** Okta's system log. */
import {
  IDENTITY_COLUMNS,
  IDENTITY_TABLE,
  type IdentityEntry,
  IS_REFUSED,
  linesOf,
  membersOf,
  type SignInWords,
  textOf,
  timeOf,
} from "./identity.ts";
import { linesByDay } from "./lake.ts";
import { type LogSource, textBeside } from "./source.ts";

const PROVIDER = "okta";

/** Signing in, proving a factor, and what changes how one may: the rest of the system log is about other things. */
const KEPT = "^(user\\.(session|authentication|mfa|account|credential)\\.|policy\\.evaluate_sign_on$|security\\.)";
const IS_KEPT = new RegExp(KEPT);

/** Null for an object that is no event of Okta's system log (Okta API reference, "System Log", LogEvent object). */
export const parseOktaEvent = (object: unknown): IdentityEntry | null => {
  const event = membersOf(object);
  const [uuid, eventType] = [textOf(event.uuid), textOf(event.eventType)];
  const at = timeOf(event.published);
  if (uuid === null || at === null || eventType === null || !("actor" in event)) return null;
  const [actor, client, outcome, context] = [
    membersOf(event.actor),
    membersOf(event.client),
    membersOf(event.outcome),
    membersOf(event.authenticationContext),
  ];
  const place = membersOf(client.geographicalContext);
  return {
    event_at: at,
    provider: PROVIDER,
    event_id: uuid,
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

/** Names of the targets of a kind. */
const namesOf = (targets: unknown, type: string, member: string): string | null =>
  linesOf(
    (Array.isArray(targets) ? targets : [])
      .map(membersOf)
      .filter((target) => target.type === type)
      .map((target) => textOf(target[member])),
  );

/** Single sign-on to AWS says most, then to anything, then the session at the provider. */
const WORDS: SignInWords = {
  provider: PROVIDER,
  log: "Okta's system log",
  rank: ({ event_type }, isAws) => {
    if (event_type === "user.authentication.sso") return isAws ? 3 : 2;
    return event_type === "user.session.start" ? 1 : 0;
  },
  secondFactor: ({ event_type, outcome }) => {
    if (event_type !== "user.authentication.auth_via_mfa") return null;
    if (outcome === "SUCCESS") return "used";
    return IS_REFUSED.test(outcome ?? "") ? "refused" : null;
  },
};

export const okta = {
  id: "okta-system-log",
  name: "Okta system log",
  uses: "are joined to the sign-ins at the start of the role chain",
  without: "who signed in at the identity provider, from where and with which factors is not known",
  table: IDENTITY_TABLE,
  file: "identity",
  columns: IDENTITY_COLUMNS,
  at: "event_at",
  reads: { form: "objects", parse: parseOktaEvent },
  keeper: () => ({ keeps: ({ event_type }) => IS_KEPT.test(event_type) }),
  lake: {
    ...linesByDay("identityLogs", { id: "IdentityLogLines", name: "identity_log_lines" }),
    lines: textBeside(import.meta.url, "okta"),
    touched: `regexp_like(event_type, '${KEPT}')`,
    touchedBy: () => [],
  },
  signIns: WORDS,
} as const satisfies LogSource<IdentityEntry>;
