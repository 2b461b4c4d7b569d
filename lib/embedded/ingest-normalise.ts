import { createHash } from "node:crypto";
import { canonicalAddress } from "../base/address.ts";
import { parseTime } from "../core/finding/findingTime.ts";
import { READ_CALLS } from "../core/logs/readCalls.ts";
import { doubtsAbout, type Identity, type Normalised } from "./ingest-doubts.ts";
import { memberPath, plainName, RECORD_MEMBERS } from "./ingest-envelopes.ts";
import type { Members } from "./ingest-members.ts";
import { printedRow } from "./ingest-row.ts";

/** Turns what people export into records as CloudTrail delivers them. */

const TEXTS: ReadonlySet<string> = new Set([
  ..."eventSource eventName awsRegion sourceIPAddress userAgent errorCode errorMessage requestID eventID".split(" "),
  ..."readOnly eventType recipientAccountId sharedEventID vpcEndpointId eventCategory".split(" "),
]);
const JSON_MEMBERS = ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"] as const;
/** As CloudTrail writes it; 29 February, days that no calendar has, and other forms are left to `parseTime`. */
const DAY = "(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31";
const TIME = new RegExp(`^\\d{4}-(?:${DAY})T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?Z$`);
/** A lone half of a surrogate pair, as JSON.stringify escapes it; DuckDB refuses it. */
const LONE_SURROGATE = /\\ud[89a-f][0-9a-f]{2}/;

/**
 * A record as one line of JSON that DuckDB can read whatever is in the record, and what of it is not what it seems. `isOdd`:
 * its names are spelt another way than CloudTrail's, and so may be those inside its members. `written`: what of it is written.
 */
export const toRecordLine = (
  found: Members,
  file: string,
  isOdd: boolean,
  written: (record: Normalised) => Members = (record) => record,
): { readonly line: string; readonly doubts: readonly string[] } => {
  const record = normalised(isOdd ? { ...found, ...respelt(found) } : found);
  const line = JSON.stringify({ file, r: written(record) });
  const doubts = doubtsAbout(record);
  if (!LONE_SURROGATE.test(line)) return { line, doubts };
  return { line: JSON.stringify(wellFormed(JSON.parse(line))), doubts };
};

/** Of a record what `baseline-table.sql` reads: a third of the bytes, of most records of a month. */
export const countedOf = (record: Normalised): Members => {
  const { eventTime, eventID, sharedEventID, eventName, eventCategory, errorCode, sourceIPAddress, userAgent } = record;
  const { principalId, sessionContext } = record.userIdentity;
  return {
    ...{ eventTime, eventID, sharedEventID, eventName, eventCategory, errorCode, sourceIPAddress, userAgent },
    userIdentity: {
      principalId,
      sessionContext: {
        sessionIssuer: { principalId: membersOf(membersOf(sessionContext).sessionIssuer).principalId },
      },
    },
    requestParameters: only(record.requestParameters, "bucketName", "key"),
    additionalEventData: only(record.additionalEventData, "bytesTransferredOut"),
    resources: listOf(record.resources).slice(0, 2),
  };
};

/** What is no object is left as it is. */
const only = (value: unknown, ...names: readonly string[]): unknown =>
  typeof value !== "object" || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(names.flatMap((name) => (name in value ? [[name, (value as Members)[name]]] : [])));

/** A record with CloudTrail's own member names, when it was made, and what it lacks to say who did what. */
export interface Recognised {
  readonly record: Members;
  /** ISO 8601 UTC, whole seconds; null: it has no time that is one. */
  readonly time: string | null;
  readonly lacks: readonly string[];
  /** It was spelt another way, so that what looks at records as they came would not know it. */
  readonly isOdd: boolean;
}

export const recognised = (found: Members): Recognised => {
  const record = withAddress(spelt(found));
  const hasId = typeof record.eventID === "string" && !isNothing(record.eventID);
  const named = hasId ? record : { ...record, eventID: idOf(record) };
  return { record: named, time: timeOf(record), lacks: lacksOf(record), isOdd: record !== found };
};

/** Only IPv6 addresses have more than one spelling. */
const withAddress = (record: Members): Members => {
  const address = record.sourceIPAddress;
  if (typeof address !== "string" || !address.includes(":")) return record;
  const canonical = canonicalAddress(address);
  return canonical === address ? record : { ...record, sourceIPAddress: canonical };
};

/** CloudTrail's names in another spelling: lower case (Athena), with underscores (Tailpipe), with blanks (console). */
const spelt = (found: Members): Members => {
  if (typeof found.eventName === "string" && "userIdentity" in found) return found;
  const record: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(found)) {
    const [first, ...rest] = memberPath(name);
    const known = NAMES.get(plainName(first!));
    if (known === undefined) continue;
    if (rest.length > 0) record[known] = placed(record[known], rest, value);
    else if ((record[known] ?? null) === null) record[known] = value;
  }
  const key = found["AWS access key"];
  if (record.userIdentity === undefined && key !== undefined)
    record.userIdentity = { accessKeyId: key, userName: found["User name"] };
  return record;
};

/** A value at a way of names inside a member: `userIdentity.sessionContext.sessionIssuer.arn` in a flat table. */
const placed = (member: unknown, [first, ...rest]: readonly string[], value: unknown): Members => {
  const members = membersOf(member);
  return { ...members, [first!]: rest.length === 0 ? value : placed(members[first!], rest, value) };
};

const NAMES: ReadonlyMap<string, string> = new Map(RECORD_MEMBERS.map((name) => [plainName(name), name]));

/** Of a record without an id: the same record has the same one in every export. */
const idOf = (record: Members): string =>
  `no-id-${createHash("sha256")
    .update(JSON.stringify(normalised(record)))
    .digest("hex")
    .slice(0, 32)}`;

const lacksOf = (record: Members): readonly string[] => {
  if (record.eventCategory === "Insight" || record.eventCategory === "Aggregated") return [];
  const isObject = READ_CALLS.includes(String(record.eventName)) && record.errorCode === undefined;
  const isWhole = record.eventVersion !== undefined;
  return [
    ...["eventSource", "eventName", "userIdentity", "sourceIPAddress"].filter((name) => record[name] === undefined),
    ...(isObject && record.requestParameters === undefined && record.resources === undefined
      ? ["requestParameters"]
      : []),
    ...(isObject && record.additionalEventData === undefined ? ["additionalEventData"] : []),
    // CloudTrail leaves the member out where there was no error; a table has a column for it, or was exported without.
    ...(record.errorCode === undefined && !isWhole ? ["errorCode"] : []),
    ...(record.eventID === undefined && record.requestID === undefined ? ["eventID"] : []),
  ];
};

/** JSON text, or a row as Athena prints it: `{type=IAMUser, sessioncontext={…}}`. */
const parsed = (value: unknown): unknown => {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return isNothing(value) ? null : value;
  try {
    return JSON.parse(value);
  } catch {
    return /^\{[\w-]+=/.test(value) ? (printedRow(value) ?? value) : value;
  }
};

/** How tables write that there is nothing (Athena, Postgres, Python, Kibana). */
const NOTHING = /^(null|none|nan|undefined|n\/a|-|\\n|\(null\)|<null>)?$/i;
const isNothing = (value: unknown): boolean => typeof value === "string" && value.length < 10 && NOTHING.test(value);

const normalised = (record: Members): Normalised => ({
  ...textsIn(record),
  errorCode: errorIn(record.errorCode),
  eventName: nameOf(text(record.eventName)),
  eventCategory: categoryOf(text(record.eventCategory)),
  eventTime: timeOf(record),
  userIdentity: identity(parsed(record.userIdentity)),
  ...membersIn(record),
  resources: resourcesOf(parsed(record.resources)),
});

/** In the order of the record: a record without an id is known by its text. */
const textsIn = (record: Members): Record<string, string | null> => {
  const found: Record<string, string | null> = {};
  for (const name of Object.keys(record)) if (TEXTS.has(name)) found[name] = idText(record[name]);
  return found;
};

const membersIn = (record: Members): Record<string, unknown> => {
  const found: Record<string, unknown> = {};
  for (const name of JSON_MEMBERS) found[name] = parsed(record[name]) ?? null;
  return found;
};

/** Some exports write a word where CloudTrail has no member. */
const errorIn = (value: unknown): string | null =>
  isNothing(value) || /^(success|ok|false|0|\[\]|\{\})$/i.test(text(value) ?? "") ? null : text(value);

/** Search engines write keywords in lower case. */
const nameOf = (name: string | null): string | null => (name === null ? null : (LOWER_NAMES.get(name) ?? name));
const LOWER_NAMES: ReadonlyMap<string, string> = new Map(
  [...READ_CALLS, "CopyObject", "UploadPartCopy", "RestoreObject"].map((name) => [name.toLowerCase(), name]),
);

const CATEGORIES = ["Management", "Data", "NetworkActivity", "Insight", "Aggregated"];
/** Another than these is none that CloudTrail has: what it is of is told by nothing, and it is kept. */
const categoryOf = (value: string | null): string | null =>
  CATEGORIES.find((one) => one.toLowerCase() === value?.toLowerCase()) ?? null;

/** Names inside members as CloudTrail spells them, where a table wrote them all in one case. */
const respelt = (record: Members): Members =>
  Object.fromEntries(JSON_MEMBERS.map((name) => [name, withNames(parsed(record[name]))]));

const withNames = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [INNER.get(name.toLowerCase()) ?? name, withNames(one)]),
  );
};

/** What our queries ask for inside members; a test holds the list against them. */
export const INNER_NAMES: readonly string[] = [
  ..."bucketName key versionId accessKeyId userName roleName roleArn roleSessionName bytesTransferredOut".split(" "),
  ..."bytesTransferredIn AuthenticationMethod credentials accessKey assumedRoleUser assumedRoleId arn".split(" "),
];
const INNER: ReadonlyMap<string, string> = new Map(INNER_NAMES.map((name) => [name.toLowerCase(), name]));

/** One resource may come without its list, and in lower case where it went through Athena. */
const resourcesOf = (value: unknown): readonly Members[] | null =>
  typeof value !== "object" || value === null
    ? null
    : listOf(value).map((one) => ({
        ARN: idText(one.ARN ?? one.arn ?? one.Arn),
        accountId: idText(memberOf(one, "accountId")),
        type: idText(one.type ?? one.Type),
      }));

/** Logstash moves `eventTime` to `@timestamp`, and adds milliseconds; a table has a timestamp, OCSF milliseconds since 1970. */
const timeOf = (record: Members): string | null => {
  const time = record.eventTime ?? record["@timestamp"];
  if (typeof time === "string" && TIME.test(time)) return `${time.slice(0, 19)}Z`;
  const number = typeof time === "string" && /^\d{9,13}(\.\d+)?$/.test(time) ? Number(time) : time;
  const other = parseTime(typeof number === "string" ? number.replace(/ ?(UTC|GMT)$/, "Z") : number);
  return other === null ? null : `${other.slice(0, 19)}Z`;
};

const text = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

/** Of what nobody chooses: what a table writes where there is nothing is no id. */
const idText = (value: unknown): string | null => (isNothing(value) ? null : text(value));

const NO_MEMBERS: Members = {};
const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null ? (value as Members) : NO_MEMBERS;

const listOf = (value: unknown): readonly Members[] =>
  (Array.isArray(value) ? value : typeof value === "object" && value !== null ? [value] : []).map(membersOf);

const idsIn = (value: unknown, ...names: readonly string[]): Members => {
  const found: Record<string, unknown> = {};
  for (const name of names) found[name] = idText(memberOf(value, name));
  return found;
};

/** Somebody may be called `none` or `-`: it is no name only where their ARN ends with another. */
const userNameIn = (value: unknown): string | null => {
  const [name, arn] = [text(memberOf(value, "userName")), idText(memberOf(value, "arn"))];
  return isNothing(name) && arn !== null && !arn.endsWith(`/${name}`) ? null : name;
};

/** A member by CloudTrail's name, or by the same in lower case, with underscores, or with a capital. */
const memberOf = (value: unknown, name: string): unknown => {
  const members = membersOf(value);
  if (members === NO_MEMBERS) return undefined;
  const found = members[name];
  if (found !== undefined && found !== null) return found;
  const [lower, underscored, capital] = otherSpellings(name);
  return members[lower] ?? members[underscored] ?? members[capital];
};

type Spellings = readonly [lower: string, underscored: string, capital: string];
const SPELLINGS = new Map<string, Spellings>();
const otherSpellings = (name: string): Spellings => {
  const known = SPELLINGS.get(name);
  if (known !== undefined) return known;
  const made: Spellings = [
    name.toLowerCase(),
    name.replaceAll(/[A-Z]+/g, (part) => `_${part.toLowerCase()}`),
    `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
  ];
  SPELLINGS.set(name, made);
  return made;
};

/** An identity of a shape we do not know (a text, say) has no members: who it was is then not known. */
const identity = (value: unknown): Identity => {
  const session = memberOf(value, "sessionContext");
  const issuer = memberOf(session, "sessionIssuer");
  const key = idText(memberOf(value, "accessKeyId"));
  return {
    ...idsIn(value, "type", "principalId", "arn", "accountId"),
    userName: userNameIn(value),
    ...idsIn(value, "invokedBy"),
    accessKeyId: key !== null && /^a[ks]ia[a-z0-9]{12,}$/.test(key) ? key.toUpperCase() : key,
    onBehalfOf: idsIn(memberOf(value, "onBehalfOf"), "userId", "identityStoreArn"),
    sessionContext: {
      attributes: idsIn(memberOf(session, "attributes"), "mfaAuthenticated", "creationDate"),
      sessionIssuer: { ...idsIn(issuer, "type", "principalId", "arn", "accountId"), userName: userNameIn(issuer) },
      sourceIdentity: text(memberOf(session, "sourceIdentity")),
    },
  };
};

const wellFormed = (value: unknown): unknown => {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toWellFormed(), wellFormed(one)]));
};
