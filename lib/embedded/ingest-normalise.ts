/** Turns what people export into records as CloudTrail delivers them. */

const TEXT =
  /^(eventSource|eventName|awsRegion|sourceIPAddress|userAgent|errorCode|errorMessage|requestID|eventID|readOnly|eventType|recipientAccountId|sharedEventID|vpcEndpointId|eventCategory)$/;
const JSON_MEMBERS = ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"] as const;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** A lone half of a surrogate pair, as JSON.stringify escapes it; DuckDB refuses it. */
const LONE_SURROGATE = /\\ud[89a-f][0-9a-f]{2}/;

type Members = Readonly<Record<string, unknown>>;

/** A record as one line of JSON that DuckDB can read whatever is in the record. */
export const toRecordLine = (record: Members, file: string): string => {
  const line = JSON.stringify({ file, r: normalised(record) });
  return LONE_SURROGATE.test(line) ? JSON.stringify(wellFormed(JSON.parse(line))) : line;
};

/** The record inside an envelope: lookup-events, EventBridge, a CloudWatch log message, a search engine's hit. */
export const unwrapped = (value: unknown, deeper: number): Members | null => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const members = value as Members;
  if (typeof members.eventID === "string") return members;
  if (deeper === 0) return null;
  for (const name of ["CloudTrailEvent", "detail", "message", "_source", "_raw", "result", "eventJson"]) {
    const inner = unwrapped(parsed(members[name]), deeper - 1);
    if (inner !== null) return inner;
  }
  return null;
};

const parsed = (value: unknown): unknown => {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
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
        accountId: text(one.accountId ?? one.accountid),
        type: text(one.type),
      }));

/** Logstash moves `eventTime` to `@timestamp`, and adds milliseconds. */
export const timeOf = (record: Members): string | null => {
  const time = record.eventTime ?? record["@timestamp"];
  return typeof time === "string" && TIME.test(time) ? `${time.slice(0, 19)}Z` : null;
};

const text = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

const membersOf = (value: unknown): Members => (typeof value === "object" && value !== null ? (value as Members) : {});

const listOf = (value: unknown): readonly Members[] =>
  (Array.isArray(value) ? value : typeof value === "object" && value !== null ? [value] : []).map(membersOf);

const texts = (value: unknown, ...names: readonly string[]): Members =>
  Object.fromEntries(names.map((name) => [name, text(membersOf(value)[name])]));

/** An identity of a shape we do not know (a text, say) has no members: who it was is then not known. */
const identity = (value: unknown): Members => {
  const session = membersOf(membersOf(value).sessionContext);
  return {
    ...texts(value, "type", "principalId", "arn", "accountId", "userName", "invokedBy", "accessKeyId"),
    onBehalfOf: texts(membersOf(value).onBehalfOf, "userId", "identityStoreArn"),
    sessionContext: {
      attributes: texts(session.attributes, "mfaAuthenticated", "creationDate"),
      sessionIssuer: texts(session.sessionIssuer, "type", "principalId", "arn", "accountId", "userName"),
      sourceIdentity: text(session.sourceIdentity),
    },
  };
};

const wellFormed = (value: unknown): unknown => {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toWellFormed(), wellFormed(one)]));
};
