import { gunzipSync } from "node:zlib";

/**
 * What people and pipelines hand over records and findings in, outermost first. `all`: lists of them, every one is opened.
 * `one`: the same thing in several forms; the first that holds something known counts. `base64`: packed or plain.
 */
export const ENVELOPES: Readonly<Record<"all" | "one" | "base64", readonly string[]>> = {
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
    ..."Message Body body aws cloudtrail cloudtrailevent cloudTrailEvent eventjson eventData payload raw rawEvent raw_event log".split(
      " ",
    ),
    ..."fields awslogs kinesis data Sns".split(" "),
  ],
  // As Lambda, Kinesis and Firehose hand it over.
  base64: ["data", "Data"],
};

/** Envelopes inside envelopes: Kinesis → base64 → subscription → message → EventBridge → record is six. */
export const MOST_ENVELOPES = 10;
/** Text before a value inside a text: a time, a syslog header. */
export const MOST_PREFIX = 1024;
const MOST_PACKED = 16 * 1024 * 1024;

type Members = Readonly<Record<string, unknown>>;

/** A list of members is a row: `[{"eventID":"…"},{"eventTime":"…"}]` (Lake), `[{"field":"@message","value":"…"}]` (Insights). Null: it is none. */
export const rowOf = (list: readonly unknown[]): Members | null => {
  if (list.length < 2) return null;
  const cells = list.map(membersOf);
  const pairs = cells.map((cell): readonly [string, unknown] | null => {
    if (typeof cell.field === "string") return [cell.field, cell.value];
    const [pair, second] = Object.entries(cell);
    return pair === undefined || second !== undefined || ENVELOPES.all.includes(pair[0]) ? null : pair;
  });
  const whole = pairs.filter((pair) => pair !== null);
  // Two envelopes are two records in a list.
  if (whole.filter(([name]) => ENVELOPES.one.includes(name)).length > 1) return null;
  if (whole.length !== list.length || new Set(whole.map(([name]) => name)).size !== list.length) return null;
  return Object.fromEntries(whole);
};

const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};

/** The JSON text that is packed into base64, with gzip or plain; null: there is none. */
export const unpacked = (text: string): string | null => {
  if (text.length < 24 || text.length > MOST_PACKED || !/^[A-Za-z0-9+/]+={0,2}$/.test(text.slice(0, 4096))) return null;
  try {
    const data = Buffer.from(text, "base64");
    const plain = data[0] === 0x1f && data[1] === 0x8b ? gunzipSync(data, { maxOutputLength: MOST_PACKED }) : data;
    return /^\s*[{[]/.test(plain.toString("latin1", 0, 64)) ? plain.toString() : null;
  } catch {
    return null;
  }
};
