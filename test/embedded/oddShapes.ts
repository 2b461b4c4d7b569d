import { gzipSync, zstdCompressSync } from "node:zlib";
import { csv, type Files, type Rec, tar, zip } from "./theftShapes.ts";

/** Ways in which people, tools and enemies spell records that are not in `SHAPES`, each of the theft of all field cases. */
type Shape = (records: readonly Rec[]) => Files;

const json = JSON.stringify;
const jsonLines = (records: readonly unknown[]): string => records.map((one) => `${json(one)}\n`).join("");
const halves = (all: readonly Rec[]): readonly [readonly Rec[], readonly Rec[]] => [all.slice(0, 6), all.slice(6)];
const lines =
  (make: (record: any) => unknown): Shape =>
  (all) => ({ "a.jsonl": jsonLines(all.map(make)) });
const delivered =
  (make: (record: any) => unknown): Shape =>
  (all) => ({
    "a.json.gz": gzipSync(json({ Records: all.map(make) })),
  });
const without = (record: Rec, ...names: readonly string[]): Rec =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));

const renamed = (value: unknown, name: (one: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((one) => renamed(one, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([one, inner]) => [name(one), renamed(inner, name)]));
};
const flat = (value: Rec, before = ""): Rec =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, one]): [string, unknown][] =>
      typeof one === "object" && one !== null && !Array.isArray(one)
        ? Object.entries(flat(one as Rec, `${before}${name}.`))
        : [[`${before}${name}`, Array.isArray(one) ? json(one) : one]],
    ),
  );
/** As Athena prints a row of its table. */
const row = (record: Rec, more: Rec = {}): Rec => ({
  ...Object.fromEntries(
    Object.entries({ ...record, errorCode: "" }).map(([name, one]) => [
      name.toLowerCase(),
      typeof one === "object" && one !== null ? json(one) : one,
    ]),
  ),
  ...more,
});
const rows =
  (more: Rec = {}, of: (record: any) => Rec = (record) => record): Shape =>
  (all) => ({
    "a.csv": csv(all.map((one) => row(of(one), more))),
  });
const keyed = (record: any, key: unknown): Rec => ({
  ...without(record, "resources"),
  requestParameters: { ...record.requestParameters, key },
});
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Read as they are: 12 objects, no hole. */
export const READ: Readonly<Record<string, Shape>> = {
  "gzip members with padding between": (all) => {
    const [a, b] = halves(all);
    return { "a.gz": Buffer.concat([gzipSync(jsonLines(a)), Buffer.alloc(700), gzipSync(jsonLines(b))]) };
  },
  "zstd frames": (all) => {
    const [a, b] = halves(all);
    return { "a.zst": Buffer.concat([zstdCompressSync(jsonLines(a)), zstdCompressSync(jsonLines(b))]) };
  },
  "zstd frames, skippable ones before and between": (all) => {
    const [a, b] = halves(all);
    const skipped = Buffer.from("502a4d180400000001020304", "hex");
    return {
      "a.zst": Buffer.concat([skipped, zstdCompressSync(jsonLines(a)), skipped, zstdCompressSync(jsonLines(b))]),
    };
  },
  "tar archives one behind another": (all) => {
    const [a, b] = halves(all);
    return { "a.tar": Buffer.concat([tar({ "a.jsonl": jsonLines(a) }), tar({ "b.jsonl": jsonLines(b) })]) };
  },
  "tar in gz in zip": (all) => ({ "a.zip": zip({ "b.tar.gz": gzipSync(tar({ "c.jsonl": jsonLines(all) })) }) }),
  "a list of a name that nobody knows, beside one that is known": (all) => {
    const [Records, CloudTrail] = halves(all);
    return { "a.json": json({ Records, CloudTrail }), "b.json": json({ Records: [], CloudTrail }) };
  },
  "records deep inside unknown members": (all) => ({
    "a.json": json({ export: { account: { trail: { items: all } } } }),
  }),
  "records by their id": (all) => ({ "a.json": json(Object.fromEntries(all.map((one) => [one.eventID, one]))) }),
  "a record behind a list": (all) => ({ "a.json": json({ Records: all.slice(1), last: all[0] }) }),
  "a record before a list": (all) => ({ "a.json": json({ detail: all[0], Records: all.slice(1) }) }),
  "a flat row before a list": (all) => ({
    "a.json": json({ first: row(all[0]!), rows: all.slice(1).map((one) => row(one)) }),
  }),
  "envelopes of different names in one list": (all) => ({
    "a.json": json([[{ detail: all[0] }, { event: all[1] }, { message: json(all[2]) }], ...all.slice(3)]),
  }),
  "two records in two envelopes of one object": (all) => {
    const [a, b] = halves(all);
    return { "a.json": jsonLines(a.map((detail, at) => ({ detail, message: json(b[at]) }))) };
  },
  "EventBridge events of another type": lines((detail) => ({ "detail-type": "forwarded", detail })),
  "lookup-events with all of its members": (all) => ({
    "a.json": json(
      {
        Events: all.map((one) => ({
          EventId: one.eventID,
          EventName: one.eventName,
          EventSource: one.eventSource,
          EventTime: 1,
          CloudTrailEvent: json(one),
        })),
      },
      null,
      4,
    ),
  }),
  "what Lambda is handed of Kinesis": (all) => ({
    "a.json": json({
      Records: all.map((one) => ({
        kinesis: { partitionKey: "1", data: base64(json(one)) },
        ...{ eventSource: "aws:kinesis", eventVersion: "1.0", eventID: "shardId-1:2", eventName: "aws:kinesis:record" },
      })),
    }),
  }),
  "what Lambda is handed of SNS": (all) => ({
    "a.json": json({
      Records: all.map((one) => ({ EventSource: "aws:sns", Sns: { Type: "Notification", Message: json(one) } })),
    }),
  }),
  "many records in one text": (all) => ({
    "a.json": json({ records: [{ recordId: "1", data: base64(jsonLines(all)) }] }),
  }),
  "CSV below a line of Excel": (all) => ({ "a.csv": `sep=,\n${csv(all.map((one) => row(one)))}` }),
  "CSV below blank lines and a line of Excel": (all) => ({
    "a.csv": `\n \n\nsep=,\n${csv(all.map((one) => row(one)))}`,
    "b.csv": Buffer.from(`\uFEFF\n\n${csv(all.map((one) => row(one)))}`, "utf16le"),
  }),
  "CSV as Excel of Windows saves it, with a letter of its own where it does not matter": (all) => ({
    "a.csv": Buffer.from(csv(all.map((one) => row(one, { useragent: "[Gerät/1.0]" }))), "latin1"),
  }),
  "CSV below words": (all) => ({
    "a.csv": `Exported on Monday\r\n\r\n${csv(
      all.map((one) => row(one)),
      "|",
    )}`,
  }),
  "CSV with quotes behind backslashes": (all) => ({
    "a.csv": [Object.keys(row(all[0]!)), ...all.map((one) => Object.values(row(one)))]
      .map((cells) => cells.map((cell) => `"${String(cell).replaceAll(/[\\"]/g, "\\$&")}"`).join(","))
      .join("\n"),
  }),
  "tables one behind another": (all) => {
    const [a, b] = halves(all);
    return { "a.csv": `${csv(a.map((one) => row(one)))}\n${csv(b.map((one) => row(one)))}\n` };
  },
  "columns with the name of their table": (all) => ({
    "a.csv": csv(
      all.map((one) => Object.fromEntries(Object.entries(row(one)).map(([name, value]) => [`ct.${name}`, value]))),
    ),
  }),
  "one column for each inner member": (all) => ({ "a.csv": csv(all.map((one) => flat(one))) }),
  "names with dots": lines((one) => flat(one)),
  ...Object.fromEntries(
    ["null", "None", "NaN", "-", "\\N"].map((word) => [
      `a table in which nothing is ${word}`,
      rows({ errorcode: word, sharedeventid: word }),
    ]),
  ),
  "identities and requests as Presto prints them": rows({}, (one) => ({
    ...one,
    requestParameters: `{bucketName=${one.requestParameters.bucketName}, key=${one.requestParameters.key}}`,
    additionalEventData: `{bytesTransferredOut=${one.additionalEventData.bytesTransferredOut}}`,
  })),
  "all names in lower case": lines((one) => renamed(one, (name) => name.toLowerCase())),
  "all names with capitals": lines((one) => renamed(one, (name) => name[0]!.toUpperCase() + name.slice(1))),
  "an error that is none": delivered((one) => ({ ...one, errorCode: "null" })),
  "keywords in lower case": delivered((one) => ({ ...one, eventName: "getobject", eventCategory: "data" })),
  "a category that nobody knows": delivered((one) => ({ ...one, eventCategory: "S3Data" })),
  "ids that are padded, and a session named after a mask": delivered((one) => ({
    ...one,
    userIdentity: { ...one.userIdentity, principalId: "AROAXXXXXXXXXXXXXXXXX:redacted-**", arn: "arn:aws:sts::1:x/**" },
  })),
  "the same id that is none": lines((one) => ({ ...one, eventID: "-", sharedEventID: "-" })),
};

/** Not read, or not sure: the file is named, whatever of it is kept. */
export const NAMED: Readonly<Record<string, Shape>> = {
  "gzip cut in the second member": (all) => {
    const [a, b] = halves(all);
    return { "a.gz": Buffer.concat([gzipSync(jsonLines(a)), gzipSync(jsonLines(b)).subarray(0, 5)]) };
  },
  "zstd cut in the second frame": (all) => {
    const [a, b] = halves(all);
    return { "a.zst": Buffer.concat([zstdCompressSync(jsonLines(a)), zstdCompressSync(jsonLines(b)).subarray(0, 90)]) };
  },
  "text behind a zstd frame": (all) => {
    const [a, b] = halves(all);
    return { "a.zst": Buffer.concat([zstdCompressSync(jsonLines(a)), Buffer.from(jsonLines(b))]) };
  },
  "text behind a tar archive": (all) => {
    const [a, b] = halves(all);
    return { "a.tar": Buffer.concat([tar({ "a.jsonl": jsonLines(a) }), Buffer.from(jsonLines(b))]) };
  },
  "a record in a text that anybody may choose": lines((one) => ({ host: "web", user_agent: json(one) })),
  "requests in another form beside a list": (all) => ({
    "a.json": json({
      Records: all.slice(1),
      more: [{ op: "GetObject", key: all[0] === undefined ? "" : "AKIAQ3EXAMPLEFIELD01" }],
    }),
  }),
  "requests that were cut": rows({ resources: "", requestparameters: '{"bucketName":"harbor-ledgers-0391","ke' }),
  "no requests": rows({ resources: "", requestparameters: "" }),
  "no bytes": rows({ additionaleventdata: "" }),
  "no identity": rows({ useridentity: "" }),
  "an identity that was cut": rows({ useridentity: '{"type":"IAMUser","princ' }),
  "nobody who calls": delivered((one) => ({ ...one, userIdentity: {} })),
  "a masked key": delivered((one) => ({
    ...one,
    userIdentity: { ...one.userIdentity, accessKeyId: "AKIA****************" },
  })),
  "no key": delivered((one) => ({
    ...without(one, "resources"),
    requestParameters: { bucketName: one.requestParameters.bucketName },
  })),
  "a negative number of bytes": delivered((one) => ({ ...one, additionalEventData: { bytesTransferredOut: -5 } })),
  "an absurd number of bytes": delivered((one) => ({ ...one, additionalEventData: { bytesTransferredOut: 1e300 } })),
  "keys that are no Unicode": (all) => ({
    "a.jsonl": Buffer.from(
      jsonLines(all.map((one, at) => keyed(one, `caf${String.fromCharCode(0xe0 + at)}`))),
      "latin1",
    ),
  }),
  "keys that are no Unicode in a table": (all) => ({
    "a.csv": Buffer.from(csv(all.map((one, at) => row(keyed(one, `caf${String.fromCharCode(0xe0 + at)}`)))), "latin1"),
  }),
  "a name that is no Unicode in a table": (all) => ({
    "a.csv": Buffer.from(
      csv(
        all.map((one: any) =>
          row({ ...one, userIdentity: { ...one.userIdentity, sessionContext: { sourceIdentity: "Zoé" } } }),
        ),
      ),
      "latin1",
    ),
  }),
  "half a letter for a key": lines((one) => keyed(one, "\ud800")),
  "a list for a key": lines((one) => keyed(one, ["a"])),
};
