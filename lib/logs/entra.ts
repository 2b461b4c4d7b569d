/**
 * Sign-in logs of Microsoft Entra ID: `signIn` objects of Microsoft Graph, and the records of Azure Monitor that hold one
 * under `properties`. Sources: Microsoft Graph, "signIn resource type"; Microsoft Entra, "Sign-in log schema in Azure Monitor".
 */
import { canonicalAddress } from "../base/address.ts";
import {
  IDENTITY_COLUMNS,
  IDENTITY_TABLE,
  type IdentityEntry,
  linesOf,
  membersOf,
  type SignInWords,
  textOf,
  timeOf,
} from "./identity.ts";
import { linesByDay } from "./lake.ts";
import { type LogSource, textBeside } from "./source.ts";

const PROVIDER = "entra";

/** Azure Monitor's categories, in the words of Graph's `signInEventTypes`. */
const CATEGORIES: Readonly<Record<string, string>> = {
  NonInteractiveUserSignInLogs: "nonInteractiveUser",
  ServicePrincipalSignInLogs: "servicePrincipal",
  ManagedIdentitySignInLogs: "managedIdentity",
};

/**
 * Codes by which Entra asks for one thing more (another factor, a device, to stay signed in) and refuses nothing.
 * Source: Microsoft Entra authentication and authorization error codes. `entra.sql` has the same.
 */
const INTERRUPTS: readonly number[] = [
  50055, 50058, 50072, 50074, 50076, 50079, 50097, 50125, 50129, 50140, 50143, 50144, 50203,
];
/** "Authentication failed during strong authentication request." */
const FACTOR_REFUSED = "500121";

/** Null for an object that is no sign-in. */
export const parseEntraSignIn = (object: unknown): IdentityEntry | null => {
  const record = membersOf(object);
  const event = "properties" in record ? membersOf(record.properties) : record;
  const [id, at] = [textOf(event.id), timeOf(event.createdDateTime)];
  const status = membersOf(event.status);
  const code = codeOf(status.errorCode) ?? codeOf(record.resultType);
  if (id === null || at === null || code === null || !("appId" in event)) return null;
  const place = membersOf(event.location);
  const address = textOf(event.ipAddress);
  return {
    event_at: at,
    provider: PROVIDER,
    event_id: id,
    event_type: typeIn(record, event),
    outcome: code === 0 ? "SUCCESS" : INTERRUPTS.includes(code) ? "CHALLENGE" : "FAILURE",
    reason: code === 0 ? null : [code, textOf(status.failureReason)].filter((part) => part !== null).join(" "),
    actor_id: textOf(event.userId) ?? textOf(event.servicePrincipalId),
    actor_type: textOf(event.userType),
    actor_name: textOf(event.userPrincipalName) ?? textOf(event.servicePrincipalName),
    actor_display: textOf(event.userDisplayName),
    client_ip: address === null ? null : canonicalAddress(address),
    user_agent: textOf(event.userAgent),
    country: textOf(place.countryOrRegion),
    city: textOf(place.city),
    session_id: textOf(event.sessionId) ?? textOf(event.correlationId),
    credential_type: linesOf(factorsIn(event)),
    apps: linesOf(distinct([textOf(event.appDisplayName), textOf(event.resourceDisplayName)])),
    app_users: textOf(event.alternateSignInName) ?? textOf(event.signInIdentifier),
  };
};

/** Graph has a number, Azure Monitor the same as text. */
const codeOf = (value: unknown): number | null => {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^\d{1,9}$/.test(text) ? Number(text) : null;
};

type Members = Readonly<Record<string, unknown>>;

const typeIn = ({ category }: Members, { signInEventTypes, isInteractive }: Members): string => {
  const [type] = Array.isArray(signInEventTypes) ? signInEventTypes : [];
  return (
    textOf(type) ??
    CATEGORIES[textOf(category) ?? ""] ??
    (isInteractive === false ? "nonInteractiveUser" : "interactiveUser")
  );
};

/**
 * Second factors that were proven: the steps that say so, or where a record lists none (Graph v1.0, tokens) the status,
 * whose details begin with `MFA` when one was.
 */
const factorsIn = (event: Members): readonly (string | null)[] => {
  const steps = listOf(event.authenticationDetails).filter(
    ({ authenticationStepRequirement: step, succeeded }) =>
      /^multi-?factor/i.test(textOf(step) ?? "") && succeeded === true,
  );
  if (steps.length > 0) return distinct(steps.map((step) => textOf(step.authenticationMethod) ?? "not named"));
  const details = textOf(membersOf(event.status).additionalDetails);
  return [/^MFA (requirement satisfied|completed)/.test(details ?? "") ? details : null];
};

/** A list, also where a pipeline made a text of it. */
const listOf = (value: unknown): readonly Members[] => {
  const list = typeof value === "string" ? parsed(value) : value;
  return (Array.isArray(list) ? list : []).map(membersOf);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const distinct = (texts: readonly (string | null)[]): readonly (string | null)[] => [...new Set(texts)];

const WORDS: SignInWords = {
  provider: PROVIDER,
  log: "Microsoft Entra ID's sign-in log",
  rank: ({ event_type }, isAws) => {
    if (event_type === "servicePrincipal" || event_type === "managedIdentity") return 0;
    if (isAws) return 3;
    return event_type === "interactiveUser" ? 2 : 1;
  },
  secondFactor: ({ outcome, credential_type, reason }) => {
    if (outcome === "SUCCESS") return credential_type == null ? null : "used";
    return (reason ?? "").startsWith(FACTOR_REFUSED) ? "refused" : null;
  },
};

export const entra = {
  id: "entra-sign-in-log",
  name: "Microsoft Entra ID sign-in log",
  uses: "are joined to the sign-ins at the start of the role chain",
  without: "who signed in at Entra ID, from where and with which factors is not known",
  table: IDENTITY_TABLE,
  file: "entra",
  columns: IDENTITY_COLUMNS,
  at: "event_at",
  reads: { form: "objects", parse: parseEntraSignIn },
  keeper: () => ({ keeps: () => true }),
  lake: {
    ...linesByDay("entraLogs", { id: "EntraSignInLines", name: "entra_sign_in_lines" }),
    lines: textBeside(import.meta.url, "entra"),
    touched: "provider = 'entra'",
    touchedBy: () => [],
  },
  signIns: WORDS,
} as const satisfies LogSource<IdentityEntry>;
