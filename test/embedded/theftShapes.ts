import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";

export type Rec = Readonly<Record<string, unknown>>;
export type Files = Readonly<Record<string, string | Buffer>>;

const CASES = new URL("../fixtures/field-cases/", import.meta.url).pathname;
const linesOf = (path: string): readonly Rec[] =>
  readFileSync(join(CASES, path), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Rec);

const ofThief = (record: Rec): boolean =>
  record.sourceIPAddress === "198.51.100.77" && record.eventName === "GetObject";

/** The theft of all field cases: 12 GetObject calls on 12 objects, 12,066 bytes; nothing else. */
export const THEFT: readonly Rec[] = [
  ...linesOf("silent-half-elastic/logs/trail-part1.jsonl").filter(ofThief),
  ...linesOf("silent-half-elastic/logs/siem-part2.ndjson").map(
    ({ event }) => JSON.parse((event as { original: string }).original) as Rec,
  ),
];
export const THIEF = { accessKeyIds: ["AKIAQ3EXAMPLEFIELD01"] };
export const OBJECTS = 12;
export const BYTES = 12_066;

const json = JSON.stringify;
const jsonLines = (records: readonly unknown[]): string => records.map((one) => `${json(one)}\n`).join("");
const without = (record: Rec, ...names: readonly string[]): Rec =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
const withTime = (record: Rec, eventTime: unknown): Rec => ({ ...record, eventTime });
const spaced = (record: Rec): string => `${String(record.eventTime).replace("T", " ").replace("Z", "")}.000`;

const NESTED = [
  "userIdentity",
  "requestParameters",
  "responseElements",
  "additionalEventData",
  "resources",
  "tlsDetails",
];
/** A row of a table: names in lower case, nested members as JSON text, absent ones empty. */
const row = (record: Rec): Record<string, string | null> =>
  Object.fromEntries(
    [...Object.entries(record), ["errorCode", null] as const].map(([name, value]) => [
      name.toLowerCase(),
      value === null ? null : NESTED.includes(name) ? json(value) : String(value),
    ]),
  );
const csvCell = (value: unknown): string => `"${String(value ?? "").replaceAll('"', '""')}"`;
export const csv = (rows: readonly Rec[], delimiter = ","): string =>
  [Object.keys(rows[0]!), ...rows.map((one) => Object.values(one))]
    .map((cells) => cells.map(csvCell).join(delimiter))
    .join("\n");

const identity = (record: Rec) => record.userIdentity as Record<string, string>;
/** As Athena prints a row inside a row. */
const rowText = (record: Rec): string => {
  const { type, principalId, arn, accountId, accessKeyId, userName } = identity(record);
  return `{type=${type}, principalid=${principalId}, arn=${arn}, accountid=${accountId}, invokedby=null, accesskeyid=${accessKeyId}, username=${userName}, onbehalfof=null, sessioncontext={attributes={mfaauthenticated=false, creationdate=2026-11-20T13:00:00Z}, sessionissuer=null}}`;
};

const subscription = (records: readonly Rec[]) => ({
  messageType: "DATA_MESSAGE",
  owner: "444455556666",
  logGroup: "ct",
  logStream: "s",
  subscriptionFilters: ["f"],
  logEvents: records.map((record, at) => ({ id: String(at), timestamp: 0, message: json(record) })),
});

const ocsf = (record: Rec): Rec => {
  const { type, principalId, arn, accountId, accessKeyId, userName } = identity(record);
  const [object, bucket] = record.resources as { ARN: string; type: string; accountId?: string }[];
  const data = record.additionalEventData as Record<string, unknown>;
  return {
    metadata: {
      product: { name: "CloudTrail", vendor_name: "AWS", version: "1.11" },
      uid: record.eventID,
      version: "1.1.0",
      event_code: "AwsApiCall",
    },
    time: Date.parse(String(record.eventTime)),
    cloud: { region: record.awsRegion, provider: "AWS", account: { uid: accountId } },
    api: {
      operation: record.eventName,
      service: { name: record.eventSource },
      request: { uid: record.requestID, data: json(record.requestParameters) },
      response: { error: null, message: null, data: null },
    },
    actor: {
      user: {
        type,
        name: userName,
        uid_alt: principalId,
        uid: arn,
        account: { uid: accountId },
        credential_uid: accessKeyId,
      },
      session: null,
      invoked_by: null,
    },
    src_endpoint: { ip: record.sourceIPAddress, domain: null },
    http_request: { user_agent: record.userAgent },
    resources: [
      { uid: object!.ARN, type: object!.type, owner: null },
      { uid: bucket!.ARN, type: bucket!.type, owner: { account: { uid: bucket!.accountId } } },
    ],
    class_name: "API Activity",
    class_uid: 6003,
    unmapped: {
      recipientAccountId: record.recipientAccountId,
      eventCategory: "Data",
      "additionalEventData.bytesTransferredOut": String(data.bytesTransferredOut),
    },
  };
};

/** A tar archive of one block after another, as `tar --format=ustar` writes it. */
export const tar = (files: Files): Buffer =>
  Buffer.concat([
    ...Object.entries(files).flatMap(([name, bytes]) => {
      const content = Buffer.from(bytes);
      const header = Buffer.alloc(512);
      header.write(name, 0);
      header.write("0000644\0", 100);
      header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
      header.write("0", 156);
      header.write("ustar\x0000", 257);
      header.fill(" ", 148, 156);
      header.write(
        `${header
          .reduce((sum, byte) => sum + byte, 0)
          .toString(8)
          .padStart(6, "0")}\0 `,
        148,
      );
      return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
    }),
    Buffer.alloc(1024),
  ]);

export const zip = (files: Files): Buffer => {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const content = Buffer.from(bytes);
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("504b0304", "hex"), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("504b01021400", "hex"), common, tail, Buffer.from(name)]));
    entries.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("504b0506", 0, "hex");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...entries, central, end]);
};

const parquet = async (records: readonly Rec[]): Promise<Buffer> => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-parquet-"));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    writeFileSync(join(folder, "in.jsonl"), jsonLines(records));
    await connection.run(
      `COPY (SELECT * FROM read_json('${folder}/in.jsonl', format = 'newline_delimited', sample_size = -1)) TO '${folder}/out.parquet' (FORMAT parquet, COMPRESSION gzip)`,
    );
    return readFileSync(join(folder, "out.parquet"));
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
};

const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, "utf16le");
const systemTar = (files: Files): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-tar-"));
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    return execFileSync("tar", ["-C", folder, "-czf", "-", ...Object.keys(files)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
const LONG_NAME = `${"a-long-name-".repeat(12)}.json`;

/** Ways in which people have records, with every member that a figure rests on. */
export const SHAPES: Readonly<Record<string, (records: readonly Rec[]) => Files | Promise<Files>>> = {
  "as delivered": (all) => ({ "a.json.gz": gzipSync(json({ Records: all })) }),
  lines: (all) => ({ "a.jsonl": jsonLines(all) }),
  "lines with Windows ends": (all) => ({ "a.jsonl": jsonLines(all).replaceAll("\n", "\r\n") }),
  "a bare list": (all) => ({ "a.json": json(all) }),
  "an indented list": (all) => ({ "a.json": json(all, null, 4) }),
  "JSON text sequence": (all) => ({ "a.json-seq": all.map((one) => `\u001e${json(one)}\n`).join("") }),
  "lookup-events": (all) => ({
    "a.json": json({ Events: all.map((one) => ({ CloudTrailEvent: json(one) })), NextToken: "n" }),
  }),
  EventBridge: (all) => ({
    "a.json": jsonLines(all.map((detail) => ({ "detail-type": "AWS API Call via CloudTrail", detail }))),
  }),
  "SNS and SQS around EventBridge": (all) => ({
    "a.json": json({
      Messages: all.map((detail) => ({ Body: json({ Type: "Notification", Message: json({ detail }) }) })),
    }),
  }),
  "event.original (Elastic)": (all) => ({
    "a.ndjson": jsonLines(all.map((one) => ({ "@timestamp": one.eventTime, event: { original: json(one) } }))),
  }),
  "search hits": (all) => ({
    "a.json": json({
      took: 1,
      _shards: { total: 1 },
      hits: {
        total: { value: 12 },
        hits: all.map((one) => ({ _index: "i", _id: "1", _source: { event: { original: json(one) } } })),
      },
    }),
  }),
  "search hits, indented, the record as source": (all) => ({
    "a.json": json(
      {
        took: 1,
        hits: {
          total: { value: 12, relation: "eq" },
          max_score: null,
          hits: all.map((one) => ({ _id: "1", _source: one })),
        },
      },
      null,
      2,
    ),
  }),
  "elasticdump with bulk commands": (all) => ({
    "a.ndjson": all
      .map(
        (one) => `${json({ index: { _index: "i" } })}\n${json({ "@timestamp": one.eventTime, message: json(one) })}\n`,
      )
      .join(""),
  }),
  "fields of a search": (all) => ({
    "a.json": jsonLines(all.map((one) => ({ _id: "1", fields: { "event.original": [json(one)] } }))),
  }),
  "Splunk results": (all) => ({
    "a.json": json({ results: all.map((one) => ({ _time: one.eventTime, _raw: json(one) })) }),
  }),
  "Splunk export lines": (all) => ({
    "a.json": jsonLines([
      ...all.map((one) => ({ preview: false, result: { _raw: json(one) } })),
      { preview: false, lastrow: true },
    ]),
  }),
  "Splunk CSV": (all) => ({ "a.csv": csv(all.map((one) => ({ _time: one.eventTime, _raw: json(one) }))) }),
  Wazuh: (all) => ({
    "a.json": jsonLines(all.map((aws) => ({ rule: { id: "1" }, data: { integration: "aws", aws } }))),
  }),
  "filter-log-events": (all) => ({
    "a.json": json({ events: all.map((one) => ({ timestamp: 1, message: json(one) })), searchedLogStreams: [] }),
  }),
  "CloudWatch Logs Insights": (all) => ({
    "a.json": json({
      results: all.map((one) => [
        { field: "@timestamp", value: "x" },
        { field: "@message", value: json(one) },
        { field: "@ptr", value: "p" },
      ]),
      status: "Complete",
    }),
  }),
  "CloudWatch Logs Insights CSV": (all) => ({
    "a.csv": csv(all.map((one) => ({ "@timestamp": "2026-11-20 14:00:00.000", "@message": json(one) }))),
  }),
  "CloudWatch subscription": (all) => ({ "firehose-1": gzipSync(json(subscription(all))) }),
  "CloudWatch subscription, members and payloads one after another": (all) => ({
    "firehose-1": Buffer.concat([
      gzipSync(json(subscription(all.slice(0, 5)))),
      gzipSync(
        json({
          ...subscription([]),
          messageType: "CONTROL_MESSAGE",
          logEvents: [{ message: "CWL CONTROL MESSAGE: Checking health" }],
        }),
      ),
      gzipSync(json(subscription(all.slice(5))) + json(subscription([]))),
    ]),
  }),
  "Lambda event of CloudWatch Logs": (all) => ({
    "a.json": json({ awslogs: { data: gzipSync(json(subscription(all))).toString("base64") } }),
  }),
  "Kinesis records": (all) => ({
    "a.json": json({ Records: all.map((one) => ({ kinesis: { data: Buffer.from(json(one)).toString("base64") } })) }),
  }),
  "CloudWatch export": (all) => ({
    "000000.gz": gzipSync(all.map((one) => `2026-11-20T14:06:10.000Z ${json(one)}\n`).join("")),
  }),
  syslog: (all) => ({
    "a.log": all.map((one) => `<134>1 2026-11-20T14:06:10Z host cloudtrail - - - ${json(one)}\n`).join(""),
  }),
  "syslog inside JSON": (all) => ({
    "a.json": jsonLines(all.map((one) => ({ message: `Nov 20 14:06:10 host aws: ${json(one)}` }))),
  }),
  "JSON texts, one a line": (all) => ({ "a.json": all.map((one) => `${json(json(one))}\n`).join("") }),
  "Lake query results": (all) => ({
    "a.json": json({
      QueryStatus: "FINISHED",
      QueryResultRows: all.map((one) =>
        Object.entries({ ...one, errorCode: null }).map(([name, value]) => ({
          [name]: typeof value === "object" && value !== null ? json(value) : value,
        })),
      ),
    }),
  }),
  "Lake query results, indented": (all) => ({
    "a.json": json(
      {
        QueryResultRows: all.map((one) =>
          Object.entries(one).map(([name, value]) => ({
            [name]: typeof value === "object" && value !== null ? json(value) : value,
          })),
        ),
      },
      null,
      1,
    ),
  }),
  "Lake CSV, packed": (all) => ({
    "result_1.csv.gz": gzipSync(
      csv(
        all.map((one) =>
          Object.fromEntries(
            Object.entries({ ...one, errorCode: "" }).map(([name, value]) => [
              name,
              typeof value === "object" ? json(value) : value,
            ]),
          ),
        ),
      ),
    ),
  }),
  "Athena CSV": (all) => ({ "a.csv": csv(all.map(row)) }),
  "Athena CSV, identity as a row": (all) => ({
    "a.csv": csv(all.map((one) => ({ ...row(one), useridentity: rowText(one), eventtime: spaced(one) }))),
  }),
  "Athena CSV with semicolons and BOM": (all) => ({ "a.csv": `\uFEFF${csv(all.map(row), ";")}` }),
  "Athena rows as JSON": (all) => ({ "a.json": jsonLines(all.map(row)) }),
  "Athena get-query-results": (all) => {
    const names = Object.keys(row(all[0]!));
    const data = (cells: readonly unknown[]) => ({
      Data: cells.map((cell) => (cell === null ? {} : { VarCharValue: cell })),
    });
    return {
      "a.json": json({
        UpdateCount: 0,
        ResultSet: {
          Rows: [data(names), ...all.map((one) => data(Object.values(row(one))))],
          ResultSetMetadata: { ColumnInfo: names.map((Name) => ({ Name })) },
        },
      }),
    };
  },
  "names with underscores": (all) => ({
    "a.jsonl": jsonLines(
      all.map((one) =>
        Object.fromEntries(
          Object.entries(one).map(([name, value]) => [
            name.replaceAll(/[A-Z]+/g, (part) => `_${part.toLowerCase()}`),
            value,
          ]),
        ),
      ),
    ),
  }),
  "without eventID": (all) => ({ "a.jsonl": jsonLines(all.map((one) => without(one, "eventID"))) }),
  "times with a space": (all) => ({ "a.jsonl": jsonLines(all.map((one) => withTime(one, spaced(one)))) }),
  "times with an offset": (all) => ({
    "a.jsonl": jsonLines(
      all.map((one) => withTime(one, String(one.eventTime).replace("T14", "T16").replace("Z", "+02:00"))),
    ),
  }),
  "times in milliseconds since 1970": (all) => ({
    "a.jsonl": jsonLines(all.map((one) => withTime(one, Date.parse(String(one.eventTime))))),
  }),
  "times in seconds since 1970, as text": (all) => ({
    "a.jsonl": jsonLines(all.map((one) => withTime(one, String(Date.parse(String(one.eventTime)) / 1000)))),
  }),
  "@timestamp (Logstash)": (all) => ({
    "a.jsonl": jsonLines(all.map((one) => ({ ...without(one, "eventTime"), "@timestamp": one.eventTime }))),
  }),
  "UTF-16 with BOM": (all) => ({ "a.json": utf16(json({ Records: all })) }),
  "UTF-16, lines, without BOM": (all) => ({ "a.json": utf16(jsonLines(all)).subarray(2) }),
  "UTF-16 big-endian": (all) => ({ "a.json": utf16(json(all)).swap16() }),
  "UTF-16 CSV": (all) => ({ "a.csv": utf16(csv(all.map(row), "\t")) }),
  "a byte order mark before each line": (all) => ({ "a.json": all.map((one) => `\uFEFF${json(one)}\n`).join("") }),
  zip: (all) => ({
    "logs.zip": zip({
      "AWSLogs/a.json.gz": gzipSync(json({ Records: all.slice(0, 7) })),
      "AWSLogs/b.json": json({ Records: all.slice(7) }),
      "AWSLogs/": "",
    }),
  }),
  tar: (all) => ({
    "logs.tar": tar({
      "AWSLogs/a.json.gz": gzipSync(json({ Records: all.slice(0, 7) })),
      "AWSLogs/b.jsonl": jsonLines(all.slice(7)),
    }),
  }),
  "tar.gz": (all) => ({ "logs.tgz": gzipSync(tar({ "a.json": json({ Records: all }) })) }),
  "tar.gz of the system's tar, long names": (all) => ({
    "logs.tar.gz": systemTar({ [LONG_NAME]: json({ Records: all.slice(0, 3) }), "b.json": jsonLines(all.slice(3)) }),
  }),
  "zip inside tar.gz": (all) => ({ "logs.tar.gz": gzipSync(tar({ "a.zip": zip({ "b.csv": csv(all.map(row)) }) })) }),
  zstd: (all) => ({ "a.json.zst": zstdCompressSync(json({ Records: all })) }),
  "packed twice": (all) => ({ "a.json.gz.gz": gzipSync(gzipSync(json({ Records: all }))) }),
  "Parquet, columns as Athena's": async (all) => ({
    "part-0.gz.parquet": await parquet(all.map((one) => ({ ...row(one), errorcode: "" }))),
  }),
  "Parquet, nested": async (all) => ({ "part-0.parquet": await parquet(all) }),
  "Parquet inside zip": async (all) => ({ "a.zip": zip({ "x/part.parquet": await parquet(all) }) }),
  "OCSF lines": (all) => ({ "a.jsonl": jsonLines(all.map(ocsf)) }),
  "OCSF Parquet (Security Lake)": async (all) => ({ "part-0.gz.parquet": await parquet(all.map(ocsf)) }),
  "after what tail writes": (all) => ({ "a.log": `==> a.json <==\n\n${jsonLines(all)}\n==> b.json <==\n` }),
};
