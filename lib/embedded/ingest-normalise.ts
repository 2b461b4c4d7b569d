import { createHash } from "node:crypto";
import { canonicalAddress } from "../base/address.ts";
import { parseTime } from "../core/finding/findingTime.ts";
import { plainName } from "./ingest-envelopes.ts";
import type { Members } from "./ingest-members.ts";

/** Turns what people export into records as CloudTrail delivers them. */

const TEXT =
  /^(eventSource|eventName|awsRegion|sourceIPAddress|userAgent|errorCode|errorMessage|requestID|eventID|readOnly|eventType|recipientAccountId|sharedEventID|vpcEndpointId|eventCategory)$/;
const JSON_MEMBERS = ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"] as const;
/** As CloudTrail writes it; 29 February, days that no calendar has, and other forms are left to `parseTime`. */
const DAY = "(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31";
const TIME = new RegExp(`^\\d{4}-(?:${DAY})T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?Z$`);
/** A lone half of a surrogate pair, as JSON.stringify escapes it; DuckDB refuses it. */
const LONE_SURROGATE = /\\ud[89a-f][0-9a-f]{2}/;

/** A record as one line of JSON that DuckDB can read whatever is in the record. */
export const toRecordLine = (record: Members, file: string): string => {
  const line = JSON.stringify({ file, r: normalised(record) });
  return LONE_SURROGATE.test(line) ? JSON.stringify(wellFormed(JSON.parse(line))) : line;
};

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
  const named =
    typeof record.eventID === "string" && record.eventID !== "" ? record : { ...record, eventID: idOf(record) };
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
    const known = NAMES.get(plainName(name));
    if (known !== undefined && (record[known] ?? null) === null) record[known] = value;
  }
  const key = found["AWS access key"];
  if (record.userIdentity === undefined && key !== undefined)
    record.userIdentity = { accessKeyId: key, userName: found["User name"] };
  return record;
};

const NAMES: ReadonlyMap<string, string> = new Map(
  [
    ..."eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode".split(
      " ",
    ),
    ..."errorMessage requestParameters responseElements additionalEventData requestID eventID readOnly resources".split(
      " ",
    ),
    ..."eventType recipientAccountId serviceEventDetails sharedEventID vpcEndpointId eventCategory".split(" "),
  ].map((name) => [plainName(name), name]),
);

/** Of a record without an id: the same record has the same one in every export. */
const idOf = (record: Members): string =>
  `no-id-${createHash("sha256")
    .update(JSON.stringify(normalised(record)))
    .digest("hex")
    .slice(0, 32)}`;

const READS = /^(GetObject|SelectObjectContent)$/;

const lacksOf = (record: Members): readonly string[] => {
  if (record.eventCategory === "Insight" || record.eventCategory === "Aggregated") return [];
  const isObject = READS.test(String(record.eventName)) && record.errorCode === undefined;
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
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value === "" ? null : value;
  try {
    return JSON.parse(value);
  } catch {
    return /^\{[a-z]+=/.test(value) ? rowOf(value) : value;
  }
};

/** Values end at a comma with a blank behind it or a bracket, which no identifier of AWS holds. */
const rowOf = (text: string): Members => {
  let at = 0;
  const row = (): Members => {
    const members: Record<string, unknown> = {};
    for (at++; at < text.length && text[at] !== "}"; ) {
      const equals = text.indexOf("=", at);
      if (equals === -1) break;
      const name = text.slice(at, equals);
      at = equals + 1;
      if (text[at] === "{") members[name] = row();
      else {
        const value = /^.*?(?=, |\}|$)/s.exec(text.slice(at, at + 4096))![0];
        members[name] = value === "null" ? null : value;
        at += value.length;
      }
      if (!text.startsWith(", ", at)) break;
      at += 2;
    }
    at++;
    return members;
  };
  return row();
};

const normalised = (record: Members): Members => ({
  ...Object.fromEntries(
    Object.entries(record)
      .filter(([name]) => TEXT.test(name))
      .map(([name, one]) => [name, text(one)]),
  ),
  eventTime: timeOf(record),
  userIdentity: identity(parsed(record.userIdentity)),
  ...Object.fromEntries(JSON_MEMBERS.map((name) => [name, parsed(record[name]) ?? null])),
  resources: resourcesOf(parsed(record.resources)),
});

/** One resource may come without its list, and in lower case where it went through Athena. */
const resourcesOf = (value: unknown): readonly Members[] | null =>
  typeof value !== "object" || value === null
    ? null
    : listOf(value).map((one) => ({
        ARN: text(one.ARN ?? one.arn),
        accountId: text(memberOf(one, "accountId")),
        type: text(one.type),
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

const NO_MEMBERS: Members = {};
const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null ? (value as Members) : NO_MEMBERS;

const listOf = (value: unknown): readonly Members[] =>
  (Array.isArray(value) ? value : typeof value === "object" && value !== null ? [value] : []).map(membersOf);

const texts = (value: unknown, ...names: readonly string[]): Members =>
  Object.fromEntries(names.map((name) => [name, text(memberOf(value, name))]));

/** A member by CloudTrail's name, or by the same in lower case or with underscores. */
const memberOf = (value: unknown, name: string): unknown => {
  const members = membersOf(value);
  if (members === NO_MEMBERS) return undefined;
  const [lower, underscored] = otherSpellings(name);
  return members[name] ?? members[lower] ?? members[underscored];
};

type Spellings = readonly [lower: string, underscored: string];
const SPELLINGS = new Map<string, Spellings>();
const otherSpellings = (name: string): Spellings => {
  const known = SPELLINGS.get(name);
  if (known !== undefined) return known;
  const made: Spellings = [name.toLowerCase(), name.replaceAll(/[A-Z]+/g, (part) => `_${part.toLowerCase()}`)];
  SPELLINGS.set(name, made);
  return made;
};

/** An identity of a shape we do not know (a text, say) has no members: who it was is then not known. */
const identity = (value: unknown): Members => {
  const session = memberOf(value, "sessionContext");
  return {
    ...texts(value, "type", "principalId", "arn", "accountId", "userName", "invokedBy", "accessKeyId"),
    onBehalfOf: texts(memberOf(value, "onBehalfOf"), "userId", "identityStoreArn"),
    sessionContext: {
      attributes: texts(memberOf(session, "attributes"), "mfaAuthenticated", "creationDate"),
      sessionIssuer: texts(memberOf(session, "sessionIssuer"), "type", "principalId", "arn", "accountId", "userName"),
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
