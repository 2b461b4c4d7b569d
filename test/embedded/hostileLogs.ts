/** Log files that nobody would send: real records changed, spelt otherwise, cut, spaced, packed badly. The same seed gives the same bytes. */
import { gzipSync } from "node:zlib";

export interface Chance {
  /** 0 to n - 1. */
  below(n: number): number;
  of<T>(all: readonly T[]): T;
  isOnce(in_: number): boolean;
}

/** xorshift32 (Marsaglia 2003). */
export const chanceOf = (seed: number): Chance => {
  let state = seed * 2654435761 + 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
  for (let at = 0; at < 8; at++) next();
  const below = (n: number): number => Math.floor(next() * n);
  return { below, of: (all) => all[below(all.length)]!, isOnce: (in_) => below(in_) === 0 };
};

/** What the requests of the tests look for, and what looks like it. */
const VALUES: readonly string[] = [
  ...["AKIATHIEF", "AKIATHIEFx", "KIATHIEF", "AIDATHIEF", "AROATHIEF:session:x", "AROATHIEF", "111122223333:bob"],
  ...["203.0.113.7", "2001:DB8::1", "2001:db8::1", "stolen", "arn:aws:s3:::stolen", "arn:aws:s3:::stolen/a/b"],
  ...["/stolen/a%2Fb", "stolen%2fkey", "arn:aws:iam::111122223333:user/dev", "cloudtrail.amazonaws.com", "dev"],
  ...["", "é東", "\ud83d\ude00", "\ud83d", "\u0000", 'a"b', "a\\b", "*"],
];
const MEMBERS: readonly string[] = [
  ..."accessKeyId principalId arn ARN sourceIPAddress bucketName userName roleName assumedRoleId".split(" "),
  ..."x-amz-copy-source eventTime @timestamp eventName eventSource eventCategory eventID eventVersion".split(" "),
  ..."userIdentity requestParameters responseElements resources sessionContext sessionIssuer credentials".split(" "),
  ..."accessKey assumedRoleUser eventNamx errorCode additionalEventData recipientAccountId metadata api".split(" "),
  ..."Records events hits results rows logEvents field value __proto__ detail message CloudTrailEvent key".split(" "),
];
const TIMES: readonly unknown[] = [
  ...["2026-03-03T05:39:32Z", "2026-03-03T05:39:32.123Z", "2026-03-03 05:39:32", "2026-13-99T99:99:99Z", "", null, 5],
  ...["2025-01-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-03-31T23:59:59Z"],
  ...["2026-04-01T00:00:00Z", "0999-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 1772516372, "1772516372000"],
];
const SOURCES: readonly unknown[] = [
  ...["s3.amazonaws.com", "cloudtrail.amazonaws.com", "guardduty.amazonaws.com", "macie2.amazonaws.com"],
  ...["s3xamazonaws.com", "s3-amazonaws.com", "cloudtrailxamazonaws.com", "iam.amazonaws.com", "sts.amazonaws.com"],
  ...[7, null],
];
const CALLS: readonly unknown[] = [
  ...["GetObject", "Get", "Ge", "PutObject", "PutObjex", "PutObjectAcl", "PutBucketPolicy", "DeleteObjects"],
  ...["DeleteBucket", "DeleteObjec", "CreateMultipartUpload", "CreateMultipar", "UploadPart", "Uplo", "CopyObject"],
  ...["Cop", "StopLogging", "LookupEvents", "Lookup", "SearchX", "BatchGet", "TestX", "Describe", "DescribX"],
  ...["HeadBucket", "RestoreObject", "UpdateObjectX", "SelectObjectContent", "AssumeRole", "CompleteMultipartUpload"],
  ...["GetObjectTorrent", "GetObjectAnnotation", "GetTableData", "GetObjectAcl", "GetTables"],
  ...["Complete", "Abort", "", null, 3, { a: 1 }],
];

const anyValue = (chance: Chance, depth: number): unknown => {
  const kind = chance.below(depth > 3 ? 6 : 9);
  if (kind === 0) return null;
  if (kind === 1) return chance.isOnce(2);
  if (kind === 2) return (chance.below(2e9) - 1e9) * 10 ** (chance.below(20) - 5);
  if (kind < 6) return chance.of(VALUES);
  if (kind === 6) return Array.from({ length: chance.below(3) }, () => anyValue(chance, depth + 1));
  return Object.fromEntries(
    Array.from({ length: chance.below(4) }, () => [chance.of(MEMBERS), anyValue(chance, depth + 1)]),
  );
};

type Change = (record: Record<string, unknown>, chance: Chance) => Record<string, unknown>;

const CHANGES: readonly Change[] = [
  (record, chance) => ({ ...record, eventTime: chance.of(TIMES) }),
  (record, chance) => ({ ...record, eventSource: chance.of(SOURCES), eventName: chance.of(CALLS) }),
  (record, chance) => ({ ...record, [chance.of(MEMBERS)]: anyValue(chance, 0) }),
  (record, chance) => {
    const { [chance.of(MEMBERS)]: _, ...rest } = record;
    return rest;
  },
  (record, chance) => ({
    ...record,
    eventCategory: chance.of(["Aggregated", "Aggregatex", "Insight", "Data", 3, null]),
  }),
  (record, chance) => ({
    ...record,
    requestParameters: { ...asObject(record.requestParameters), [chance.of(MEMBERS)]: anyValue(chance, 1) },
  }),
  (record, chance) => ({
    ...record,
    userIdentity: { ...asObject(record.userIdentity), [chance.of(MEMBERS)]: anyValue(chance, 1) },
  }),
  (record, chance) => ({ ...record, responseElements: anyValue(chance, 0), resources: anyValue(chance, 0) }),
  (record, chance) => ({
    ...record,
    sourceIPAddress: chance.of(VALUES),
    recipientAccountId: `${chance.below(9)}`.repeat(12),
  }),
  (record, chance) => ({
    [chance.of(["detail", "message", "CloudTrailEvent", "x"])]: chance.isOnce(2) ? JSON.stringify(record) : record,
  }),
];

const asObject = (value: unknown): object => (typeof value === "object" && value !== null ? value : {});

/** Blanks where JSON allows them. */
const spaced = (text: string, chance: Chance): string => {
  let inText = false;
  let out = "";
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (!inText && /[{}[\],:]/.test(c) && chance.isOnce(5)) out += chance.of([" ", "\n", "\t", "\r\n", "  "]);
    out += c;
    if (inText && c === "\\") out += text[++at] ?? "";
    else if (c === '"') inText = !inText;
    if (!inText && /[{}[\],:]/.test(c) && chance.isOnce(5)) out += chance.of([" ", "\n ", "\t"]);
  }
  return out;
};

/** Letters as JSON may write them too. */
const escaped = (text: string, chance: Chance): string =>
  text.replace(/[A-Za-z0-9/:.-]/g, (c) => {
    if (!chance.isOnce(50)) return c;
    return c === "/" && chance.isOnce(2) ? "\\/" : `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });

const SPELLINGS: readonly ((text: string, chance: Chance) => string)[] = [
  spaced,
  escaped,
  (text) => text.replace(/"eventTime":/, '"eventTime":"2026-03-09T00:00:00Z","eventTime":'),
  (text, chance) => text.replace(/}$/, () => `,"${chance.of(MEMBERS)}":${JSON.stringify(anyValue(chance, 0))}}`),
  (text, chance) => text.replace(/^{/, () => `{"${chance.of(MEMBERS)}":${JSON.stringify(anyValue(chance, 0))},`),
  (text, chance) => escaped(spaced(text, chance), chance),
  (text, chance) => {
    const deep = chance.below(140);
    return text.replace(/}$/, `,"deep":${"[".repeat(deep)}1${"]".repeat(deep)}}`);
  },
  (text) => text.replace(/^{/, '{"a":{"eventVersion":"1"},"b":"{\\"eventVersion\\":\\"1\\"},{",'),
];

const recordText = (real: readonly Record<string, unknown>[], chance: Chance): string => {
  let record = chance.of(real);
  for (let left = chance.below(5); left > 0; left--) record = chance.of(CHANGES)(record, chance);
  const text = JSON.stringify(record);
  return chance.isOnce(2) ? chance.of(SPELLINGS)(text, chance) : text;
};

const WRAPPINGS: readonly ((text: string, chance: Chance) => string)[] = [
  (text) => `\ufeff${text}`,
  (text) => `${text}\n`,
  (text) => text.replace("Records", "Events"),
  spaced,
  (text, chance) => text.slice(0, chance.below(text.length)),
  (text) => text.replace(/]}$/, '],"x":1}'),
  (text) => text.replace(/]}$/, '],"Records":[]}'),
  (text) => text.replace(/,/, ",,"),
  (text) => text.replace(/]}$/, ",]}"),
  (text) => text.slice(11, -1),
  (text) => text + text,
  (text) => text.replace("[", `[${" ".repeat(9000)}`),
  (text, chance) =>
    text.replace(/true|false|null|\d+(?=[,}])/g, (one) =>
      chance.isOnce(20)
        ? chance.of(["tru", "nul", "01", "-", "1.", "1e", ".5", "+1", "-0", "1E+5", "NaN", "0.0"])
        : one,
    ),
];

const damaged = (data: Buffer, chance: Chance): Buffer => {
  if (data.length === 0) return data;
  if (chance.isOnce(3)) {
    const at = chance.below(data.length);
    return Buffer.concat([data.subarray(0, at), data.subarray(at + 1 + chance.below(4))]);
  }
  const copy = Buffer.from(data);
  for (let left = chance.below(3); left >= 0; left--)
    copy[chance.below(copy.length)] = chance.of([
      34, 92, 44, 58, 123, 125, 91, 93, 0, 10, 32, 255, 200, 49, 101, 45, 46,
    ]);
  return copy;
};

const PACKINGS: readonly ((data: Buffer, chance: Chance) => Buffer)[] = [
  (data, chance) => gzipSync(data, { level: 1 }).subarray(0, chance.below(200)),
  (data) => Buffer.concat([gzipSync(data, { level: 1 }), gzipSync("\n")]),
  (data) => Buffer.concat([gzipSync(data, { level: 1 }), gzipSync(data, { level: 1 })]),
  (data) => data,
  (data) => Buffer.concat([gzipSync(data, { level: 1 }), Buffer.from("garbage")]),
];

/** A file of changed records; `real` are records as CloudTrail writes them. */
export const hostileFile = (real: readonly Record<string, unknown>[], seed: number): Buffer => {
  const chance = chanceOf(seed);
  const records = Array.from({ length: chance.below(12) }, () => recordText(real, chance));
  let text = `{"Records":[${records.join(chance.of([",", ",", ",\n", " , "]))}]}`;
  if (chance.isOnce(2)) text = chance.of(WRAPPINGS)(text, chance);
  let data: Buffer = Buffer.from(text);
  if (chance.isOnce(5)) data = damaged(data, chance);
  return chance.isOnce(5) ? chance.of(PACKINGS)(data, chance) : gzipSync(data, { level: 1 });
};
