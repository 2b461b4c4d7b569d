import { gunzipSync } from "node:zlib";
import { LINE_SOURCES, OBJECT_SOURCES } from "../logs/index.ts";
import type { Members } from "./ingest-members.ts";
import { fromOcsf, isOcsf } from "./ingest-ocsf.ts";

/** What a value of a file turned out to be. */
export type Found =
  /** Has the members of a CloudTrail record, by whatever spelling. */
  | { readonly record: Members }
  /** May be an entry of another log: an object, or a line of text. */
  | { readonly entry: Members | string }
  /** Known, and no log of requests. */
  | { readonly irrelevant: string };

/**
 * What people export records in, outermost first. `all`: lists of them, every one is opened. `one`: the same record in
 * several forms; the first that holds a record or an entry counts. `base64`: packed or plain, as Lambda and Kinesis hand it over.
 */
const ENVELOPES: Readonly<Record<"all" | "one" | "base64", readonly string[]>> = {
  // CloudTrail, lookup-events, CloudWatch Logs (filter-log-events, subscription), search engines, CloudTrail Lake, Athena, OData.
  all: [
    "Records",
    "records",
    "Events",
    "events",
    "logEvents",
    "hits",
    "results",
    "rows",
    "QueryResultRows",
    "Messages",
    "value",
  ],
  // lookup-events · Elastic · search hit · EventBridge · Splunk · CloudWatch Logs and Insights · SNS, SQS · Wazuh · SIEMs
  one: [
    ..."CloudTrailEvent event.original event original _source detail _raw result message @message eventJson".split(" "),
    ..."Message Body body aws cloudtrail cloudtrailevent cloudTrailEvent eventData payload raw rawEvent raw_event log".split(
      " ",
    ),
    ..."fields awslogs kinesis data".split(" "),
  ],
  base64: ["data", "Data"],
};
/** Envelopes inside envelopes: Kinesis → base64 → subscription → message → EventBridge → record is six. */
const MOST_DEPTH = 10;
/** Text before a record inside a text: a time, a syslog header. */
const MOST_PREFIX = 1024;
const MOST_PACKED = 16 * 1024 * 1024;

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

/** Opens a value of a file. `tail`: of a wrapper whose list was read, so that only lists in it count. */
export const opened = (value: unknown, isTail = false): readonly Found[] =>
  isTail ? listsIn(membersOf(value)).flatMap((list) => open(list, 1)) : open(value, 0);

const open = (value: unknown, depth: number): readonly Found[] => {
  if (typeof value === "string") return openText(value, depth);
  if (typeof value !== "object" || value === null) return [{ entry: String(value) }];
  if (depth > MOST_DEPTH) return [{ entry: {} }];
  if (Array.isArray(value)) return openList(value, depth);
  return openObject(value as Members, depth);
};

const openObject = (value: Members, depth: number): readonly Found[] => {
  if (isOcsf(value)) return [{ record: fromOcsf(value) }];
  if (isRecord(value)) return [{ record: value }];
  if (Object.keys(value).length === 0) return [];
  const known = KNOWN.find(([, test]) => test(value));
  if (known !== undefined) return [{ irrelevant: known[0] }];
  const rows = rowsOf(value);
  if (rows !== null) return rows.flatMap((row) => open(row, depth + 1));
  const lists = listsIn(value);
  if (lists.length > 0) return lists.flatMap((list) => open(list, depth + 1));
  return openOne(value, depth) ?? [{ entry: value }];
};

const listsIn = (value: Members): readonly unknown[] =>
  ENVELOPES.all.map((name) => value[name]).filter((list) => typeof list === "object" && list !== null);

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
  if (depth > MOST_DEPTH) return [{ entry: text }];
  const start = text.slice(0, MOST_PREFIX).search(/[{[]/);
  const value = start === -1 ? undefined : parsed(text.slice(start));
  return typeof value === "object" && value !== null ? open(value, depth + 1) : [{ entry: text }];
};

/** A list of members is a row: `[{"eventID":"…"},{"eventTime":"…"}]` (Lake), `[{"field":"@message","value":"…"}]` (Insights). */
const openList = (list: readonly unknown[], depth: number): readonly Found[] => {
  const row = rowOf(list);
  return row === null ? list.flatMap((one) => open(one, depth + 1)) : open(row, depth + 1);
};

const rowOf = (list: readonly unknown[]): Members | null => {
  if (list.length < 2) return null;
  const cells = list.map(membersOf);
  const pairs = cells.map((cell): readonly [string, unknown] | null => {
    if (typeof cell.field === "string") return [cell.field, cell.value];
    const [pair, second] = Object.entries(cell);
    return pair === undefined || second !== undefined || ENVELOPES.all.includes(pair[0]) ? null : pair;
  });
  const whole = pairs.filter((pair) => pair !== null);
  if (whole.length !== list.length || new Set(whole.map(([name]) => name)).size !== list.length) return null;
  return Object.fromEntries(whole);
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
  const plain = columns.map(plainName);
  const isRow = ["eventname", "eventsource", "eventtime"].every((name) => plain.includes(name));
  return isRow || columns.some((name) => [...ENVELOPES.one, ...ENVELOPES.all].includes(name));
};

/** Spellings of member names: `eventTime`, `eventtime` (Athena), `event_time` (Tailpipe, Steampipe), `Event time` (console). */
export const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

const SERVICE = /^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|aws\.internal)$/;

/** An id of an event, or a call of a service. */
const isRecord = (value: Members): boolean => {
  if (typeof value.eventID === "string") return true;
  if (isService(value.eventSource)) return typeof value.eventName === "string";
  const named = new Map(Object.entries(value).map(([name, one]) => [plainName(name), one]));
  if (!named.has("eventname")) return false;
  return named.has("eventsource")
    ? isService(named.get("eventsource"))
    : named.has("eventid") && named.has("eventtime");
};

const isService = (source: unknown): boolean => typeof source === "string" && SERVICE.test(source);

const unpacked = (text: string): string | null => {
  if (text.length < 24 || text.length > MOST_PACKED || !/^[A-Za-z0-9+/]+={0,2}$/.test(text.slice(0, 4096))) return null;
  try {
    const data = Buffer.from(text, "base64");
    const plain = data[0] === 0x1f && data[1] === 0x8b ? gunzipSync(data, { maxOutputLength: MOST_PACKED }) : data;
    return /^\s*[{[]/.test(plain.toString("latin1", 0, 64)) ? plain.toString() : null;
  } catch {
    return null;
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
