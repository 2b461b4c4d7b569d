import { ENVELOPES, MOST_ENVELOPES, MOST_PREFIX, rowOf, unpacked } from "../base/envelopes.ts";
import { LINE_SOURCES, OBJECT_SOURCES } from "../logs/index.ts";
import type { Members } from "./ingest-members.ts";
import { fromOcsf, isOcsf } from "./ingest-ocsf.ts";
import { piecesIn } from "./ingest-pieces.ts";
import { fromSiem, isSiem } from "./ingest-siem.ts";

/** What a value of a file turned out to be. */
export type Found =
  /** Has the members of a CloudTrail record, by whatever spelling. */
  | { readonly record: Members }
  /** May be an entry of another log: an object, or a line of text. */
  | { readonly entry: Members | string }
  /** Known, and no log of requests. */
  | { readonly irrelevant: string }
  /** What may have been lost here, as part of a sentence. */
  | { readonly lost: string };

/** Documents that people keep beside logs. The first that fits names it. */
const KNOWN: readonly (readonly [because: string, test: (value: Members) => boolean])[] = [
  ["a digest file of CloudTrail", (one) => "digestStartTime" in one && "digestPublicKeyFingerprint" in one],
  ["a control message of CloudWatch Logs", (one) => isControl(one.messageType) || isControl(one.message)],
  ["notices of S3 about objects", (one) => one.eventSource === "aws:s3" && "s3" in one],
  ["a test notice of S3", (one) => one.Event === "s3:TestEvent"],
  ["a GuardDuty finding", (one) => isFinding(one) || isFinding(one.detail)],
  ["a list of GuardDuty findings", (one) => Array.isArray(one.Findings) && one.Findings.every(isFinding)],
  ["an event of EventBridge that is no API call", (one) => "detail-type" in one && !isCallType(one["detail-type"])],
  ["commands to a search engine", (one) => isOnly(one, "index", "create")],
  ["the end of an export", (one) => "lastrow" in one && !("result" in one)],
  ["a snapshot of identities (IAM)", (one) => "UserDetailList" in one || "AccessKeyMetadata" in one],
  ["bucket settings", (one) => Object.keys(one).some((name) => /^(Get|List)Bucket[A-Z]\w+$/.test(name))],
];

const isControl = (value: unknown): boolean =>
  typeof value === "string" && /^C(ONTROL_MESSAGE$|WL CONTROL MESSAGE: )/.test(value);

const isFinding = (value: unknown): boolean => {
  const one = membersOf(value);
  return (
    textIn(one, "schemaVersion", "SchemaVersion") !== null &&
    textIn(one, "type", "Type") !== null &&
    ("service" in one || "Service" in one)
  );
};
/** Okta's partner events are the only ones that come as a log. */
const isCallType = (type: unknown): boolean =>
  typeof type === "string" && (/via CloudTrail$/.test(type) || type === "SystemLog");

const isOnly = (one: Members, ...names: readonly string[]): boolean => {
  const [first, second] = Object.keys(one);
  return (
    second === undefined &&
    names.includes(first!) &&
    Object.keys(membersOf(one[first!])).every((name) => name.startsWith("_"))
  );
};

const textIn = (one: Members, ...names: readonly string[]): string | null =>
  names.map((name) => one[name]).find((value) => typeof value === "string") ?? null;

const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};

/** Opens a value of a file. `tail`: members of a wrapper whose list was read, which tell of the whole as a rule. */
export const opened = (value: unknown, isTail = false): readonly Found[] =>
  isTail
    ? [...listsIn(membersOf(value)).flatMap((list) => open(list, 1)), ...besideLists(membersOf(value))]
    : open(value, 0);

const open = (value: unknown, depth: number): readonly Found[] => {
  if (typeof value === "string") return openText(value, depth);
  if (typeof value !== "object" || value === null) return [{ entry: String(value) }];
  if (depth > MOST_ENVELOPES) return [{ entry: {} }];
  if (Array.isArray(value)) return openList(value, depth);
  return openObject(value as Members, depth);
};

const openObject = (value: Members, depth: number): readonly Found[] => {
  if (isOcsf(value)) return [{ record: fromOcsf(value) }];
  const taken = fromSiem(value);
  if (taken !== null) return [{ record: taken }];
  if (isRecord(value)) return isBare(value) ? bareRecord(value) : [{ record: value }];
  if (Object.keys(value).length === 0) return [];
  const known = KNOWN.find(([, test]) => test(value));
  if (known !== undefined) return orInside(value, [{ irrelevant: known[0] }]);
  const rows = rowsOf(value);
  if (rows !== null) return rows.flatMap((row) => open(row, depth + 1));
  const lists = listsIn(value);
  if (lists.length > 0) return [...lists.flatMap((list) => open(list, depth + 1)), ...besideLists(value)];
  const one = openOne(value, depth);
  if (one !== null) return [...one, ...othersThan(one, value)];
  return isEntry(value) ? [{ entry: value }] : orInside(value, [{ entry: value }]);
};

/** What an object is taken for only if nothing in it is a record. */
const orInside = (value: Members, otherwise: readonly Found[]): readonly Found[] => {
  const inside = Object.entries(value).flatMap(([name, one]) => searched(one, name));
  return inside.length > 0 ? inside : otherwise;
};

/**
 * A record without a caller may be the outside of one (`lookup-events`): the same one inside takes its place. Another one
 * inside takes no place of anything, and one in a member of CloudTrail's is text that somebody chose: it is never read.
 */
const bareRecord = (value: Members): readonly Found[] => {
  if (value.eventCategory === "Insight") return [{ record: value }];
  const inside = (isOwn: boolean): readonly Found[] =>
    Object.entries(value)
      .filter(([name]) => MEMBERS.has(plainName(memberPath(name)[0]!)) === isOwn)
      .flatMap(([name, one]) => searched(one, name));
  const others = inside(false);
  if (others.some((one) => "record" in one && isSame(one.record, value))) return others;
  const isAlone = others.length === 0 && inside(true).length === 0;
  return [{ record: value }, ...others, ...(isAlone ? [] : [{ lost: "a record stands in another one" }])];
};

/** By their id; an outside that has none is told by the name of the call. */
const isSame = (inside: Members, outside: Members): boolean => {
  const id = memberNamed(outside, "eventid");
  const name = id === null ? "eventname" : "eventid";
  return memberNamed(inside, name) === memberNamed(outside, name);
};

const memberNamed = (value: Members, plain: string): string | null =>
  textIn(value, ...Object.keys(value).filter((name) => plainName(memberPath(name).join("")) === plain));

/** Members beside lists tell of the whole (`NextToken`, `owner`): they are searched, and what speaks of requests is named. */
const besideLists = (value: Members): readonly Found[] =>
  Object.entries(value)
    .filter(([name, one]) => !isList(name, one))
    .flatMap(([name, one]) => {
      const found = searched(one, name);
      return found.length === 0 && speaksOfRequests(one)
        ? [{ lost: "beside a list stands what may be requests" }]
        : found;
    });

/** Records in other members than the one that was opened, unless they are the same in another form. */
const othersThan = (found: readonly Found[], value: Members): readonly Found[] => {
  const ids = new Set(found.map(idOf));
  if (ids.has(null)) return [];
  return ENVELOPES.one
    .filter((name) => name in value)
    .flatMap((name) => searched(value[name], name))
    .filter((one) => idOf(one) !== null && !ids.has(idOf(one)));
};

/** Null where it has none, so that it cannot be told from another form of itself. */
const idOf = (found: Found): string | null => ("record" in found ? textIn(found.record, "eventID", "eventid") : null);

/**
 * Every record, or entry of another log, inside a value, whatever the members are called that lead there. Whoever calls
 * chooses some texts (their agent, say): a record in a text that is no known envelope is read, and is a hole as well.
 */
const searched = (value: unknown, name: string): readonly Found[] => {
  if (typeof value === "string") return searchedText(value, name);
  if (Array.isArray(value)) {
    const row = rowOf(value);
    return row === null ? value.flatMap((one) => searched(one, name)) : searched(row, name);
  }
  if (typeof value !== "object" || value === null) return [];
  const members = value as Members;
  if (isOcsf(members) || isRecord(members) || fromSiem(members) !== null) return openObject(members, 0);
  if (isEntry(members)) return [{ entry: members }];
  return Object.entries(members).flatMap(([inner, one]) => searched(one, inner));
};

const searchedText = (text: string, name: string): readonly Found[] => {
  const found = EVENT_NAME.test(text) ? openText(text, 0).filter(isFound) : [];
  return found.length === 0 || ENVELOPES.one.includes(name)
    ? found
    : [...found, { lost: "a record stands in a text of a member that is not known" }];
};

const EVENT_NAME = /event_?name/i;
const isFound = (one: Found): boolean => "record" in one || ("entry" in one && isEntry(one.entry));

/** An access key, or a call that reads objects. */
const speaksOfRequests = (value: unknown): boolean =>
  typeof value === "object" && value !== null && /A[KS]IA[A-Z0-9]{12}|"(Get|Copy)Object"/.test(JSON.stringify(value));

const listsIn = (value: Members): readonly unknown[] =>
  ENVELOPES.all.filter((name) => isList(name, value[name])).map((name) => value[name]);

const isList = (name: string, value: unknown): boolean =>
  ENVELOPES.all.includes(name) && typeof value === "object" && value !== null;

/** Null where no member holds anything known. */
const openOne = (value: Members, depth: number): readonly Found[] | null => {
  for (const name of ENVELOPES.one) {
    if (!(name in value)) continue;
    const found = open(value[name], depth + 1);
    if (found.some((one) => !("entry" in one) || isEntry(one.entry))) return found;
  }
  for (const name of ENVELOPES.base64) {
    const text = typeof value[name] === "string" ? unpacked(value[name]) : null;
    if (text !== null) return openText(text, depth + 1);
  }
  return null;
};

/** Whether it is an entry of a log beside CloudTrail. */
const isEntry = (entry: Members | string): boolean =>
  typeof entry === "string"
    ? LINE_SOURCES.some(({ reads }) => reads.isLine(entry.trimStart()))
    : OBJECT_SOURCES.some(({ reads }) => reads.parse(entry) !== null);

const openText = (text: string, depth: number): readonly Found[] => {
  if (text.trim() === "") return [];
  if (depth > MOST_ENVELOPES) return [{ entry: text }];
  const start = text.slice(0, MOST_PREFIX).search(/[{[]/);
  const value = start === -1 ? undefined : parsed(text.slice(start));
  if (typeof value === "object" && value !== null) return open(value, depth + 1);
  return EVENT_NAME.test(text) ? openTexts(text, depth) : [{ entry: text }];
};

/** Several records in one text, one a line or one behind another. */
const openTexts = (text: string, depth: number): readonly Found[] => {
  const found = [...piecesIn(Buffer.from(text))].flatMap((piece): readonly Found[] => {
    if ("lost" in piece) return [piece];
    return "tail" in piece ? besideLists(membersOf(piece.tail)) : open(piece.value, depth + 1);
  });
  return found.some(isFound) ? found : [{ entry: text }];
};

const openList = (list: readonly unknown[], depth: number): readonly Found[] => {
  const row = rowOf(list);
  return row === null ? list.flatMap((one) => open(one, depth + 1)) : open(row, depth + 1);
};

/** `aws athena get-query-results`: cells in the order of the columns; the first page begins with their names. */
const rowsOf = (value: Members): readonly Members[] | null => {
  const { Rows, ResultSetMetadata } = membersOf(value.ResultSet);
  if (!Array.isArray(Rows)) return null;
  const cells = Rows.map((row) => cellsOf(membersOf(row).Data));
  const info = membersOf(ResultSetMetadata).ColumnInfo;
  const names = Array.isArray(info) ? info.map((one) => String(membersOf(one).Name)) : (cells[0] ?? []);
  const isHeader = (row: readonly unknown[]): boolean => row.every((cell, at) => cell === names[at]);
  return cells
    .filter((row) => !isHeader(row))
    .map((row) => Object.fromEntries(row.map((cell, at) => [String(names[at] ?? at), cell])));
};

const cellsOf = (data: unknown): readonly unknown[] =>
  (Array.isArray(data) ? data : []).map((cell) => membersOf(cell).VarCharValue ?? null);

/** Whether a table with these columns can hold records. */
export const holdsRecords = (columns: readonly string[]): boolean => {
  const plain = columns.map((name) => plainName(memberPath(name)[0]!));
  const isRow = ["eventname", "eventsource", "eventtime"].every((name) => plain.includes(name));
  return (
    isRow ||
    isSiem(columns) ||
    columns.some((name) => [...ENVELOPES.one, ...ENVELOPES.all].includes(name)) ||
    OBJECT_SOURCES.some(({ reads }) => reads.holds?.(columns) === true)
  );
};

/**
 * The way to a member in names with dots: `_source.eventTime` and `cloudtrail_logs.eventtime` are `eventTime`,
 * `userIdentity.accessKeyId` is two.
 */
export const memberPath = (name: string): readonly string[] => {
  if (!name.includes(".")) return [name];
  const parts = name.split(".");
  const first = parts.findIndex((part) => MEMBERS.has(plainName(part)));
  return first === -1 ? [name] : parts.slice(first);
};

/** Spellings of member names: `eventTime`, `eventtime` (Athena), `event_time` (Tailpipe, Steampipe), `Event time` (console). */
export const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** The members of a CloudTrail record. Source: CloudTrail user guide, "CloudTrail record contents". */
export const RECORD_MEMBERS: readonly string[] = [
  ..."eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode".split(
    " ",
  ),
  ..."errorMessage requestParameters responseElements additionalEventData requestID eventID readOnly resources".split(
    " ",
  ),
  ..."eventType recipientAccountId serviceEventDetails sharedEventID vpcEndpointId eventCategory".split(" "),
];
const MEMBERS: ReadonlySet<string> = new Set(RECORD_MEMBERS.map((name) => plainName(name)));

const SERVICE = /^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|aws\.internal)$/;

/** An id of an event, or a call of a service. */
const isRecord = (value: Members): boolean => {
  if (isOfLambda(value)) return false;
  if (typeof value.eventID === "string") return true;
  if (isService(value.eventSource)) return typeof value.eventName === "string";
  const named = new Map(Object.entries(value).map(([name, one]) => [plainName(memberPath(name).join("")), one]));
  if (!named.has("eventname")) return false;
  return named.has("eventsource")
    ? isService(named.get("eventsource"))
    : named.has("eventid") && named.has("eventtime");
};

/** What Lambda is handed of Kinesis and the like: `{"eventSource":"aws:kinesis","eventID":"shardId-…","kinesis":{…}}`. */
const isOfLambda = ({ eventSource, EventSource }: Members): boolean =>
  [eventSource, EventSource].some((source) => typeof source === "string" && source.startsWith("aws:"));

/** Who called is missing: it may be the outside of a record (`lookup-events` has its name, time and id beside it). */
const isBare = (value: Members): boolean =>
  !("userIdentity" in value) && !Object.keys(value).some((name) => plainName(memberPath(name)[0]!) === "useridentity");

const isService = (source: unknown): boolean => typeof source === "string" && SERVICE.test(source);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
