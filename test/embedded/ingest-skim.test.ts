/** The skim is held against the plain reader, which parses every record: the same reports, the same lines, byte for byte. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import type { ScanRequest } from "../../lib/case/scan.ts";
import { filesUnder } from "../../lib/embedded/ingest-folder.ts";
import {
  holdsOneOf,
  type IndexPlace,
  type LogIndex,
  loadIndex,
  openIndex,
  roomFor,
} from "../../lib/embedded/ingest-index.ts";
import { createReader, type ReaderOptions } from "../../lib/embedded/ingest-reader.ts";
import { type FileReport, passedBy } from "../../lib/embedded/ingest-report.ts";
import { runs } from "../sample.ts";
import { hostileFile } from "./hostileLogs.ts";
import { FIXTURES, folderOf, getObject, INVICTUS, OTRF, requestOf, tempDir } from "./trailWorld.ts";

const MARCH = { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" };
const REQUESTS: readonly ScanRequest[] = [
  requestOf({ accessKeyIds: ["AKIATHIEF"], addresses: ["203.0.113.7", "2001:db8::1"], buckets: ["stolen"] }, MARCH),
  requestOf(
    {
      principalIds: ["AROATHIEF", "111122223333"],
      arns: ["arn:aws:s3:::stolen/a/b"],
      addresses: ["cloudtrail.amazonaws.com"],
    },
    { from: "2026-03-01T00:00:00Z", to: "2026-03-03T05:39:32Z" },
  ),
  requestOf({ iamNames: ["dev"], buckets: ["é東", 'a"b'] }, MARCH),
  requestOf({ addresses: ["192.0.2.1"] }),
];

interface Read {
  readonly reports: readonly FileReport[];
  readonly lines: string;
}

type How = Pick<ReaderOptions, "isPlain" | "index">;

const readBy = async (context: TestContext, logsDir: string, request: ScanRequest, how: How): Promise<Read> => {
  const linesDir = tempDir(context);
  const reader = createReader({ request, logsDir, linesDir, label: "x", ...how });
  const reports: FileReport[] = [];
  for (const name of (await filesUnder(logsDir)).names) reports.push(...(await reader.read(name)));
  reader.finished(true);
  const lines = readdirSync(linesDir).sort();
  return { reports, lines: lines.map((file) => `${file}\n${readFileSync(join(linesDir, file), "utf8")}`).join("") };
};

/** Plain, skimmed for an index, and by that index, as it is found again on disk: all three are the same. */
const assertSame = async (context: TestContext, logsDir: string, request: ScanRequest): Promise<Read & Found> => {
  const plain = await readBy(context, logsDir, request, { isPlain: true });
  const folder = tempDir(context);
  const learning = openIndex(placeAt(folder));
  assertEqual(await readBy(context, logsDir, request, { index: learning }), plain);
  learning.save();
  const index = openIndex(placeAt(folder));
  const found = countingFinds(index);
  const read = await readBy(context, logsDir, request, { index: found.index });
  assertEqual(read, plain);
  return { ...read, found: found.count(), folder };
};

const placeAt = (folder: string): IndexPlace => ({ folder, loaded: loadIndex(folder), room: 1e9 });

interface Found {
  readonly found: number;
  readonly folder: string;
}

const countingFinds = (index: LogIndex): { readonly index: LogIndex; count(): number } => {
  let count = 0;
  const find = (sha256: string): ReturnType<LogIndex["find"]> => {
    const one = index.find(sha256);
    if (one !== null) count++;
    return one;
  };
  return { index: { ...index, find }, count: () => count };
};

const assertEqual = (read: Read, plain: Read): void => {
  for (const [at, report] of plain.reports.entries()) assert.deepEqual(read.reports[at], report);
  assert.equal(read.reports.length, plain.reports.length);
  assert.equal(read.lines, plain.lines);
};

const records = (): Record<string, unknown>[] => [
  ...readFileSync(join(OTRF, "ec2_proxy_s3_exfiltration_2020-09-14011940.json"), "utf8")
    .trim()
    .split("\n")
    .slice(0, 60)
    .map((line) => {
      const { "@timestamp": time, ...record } = JSON.parse(line) as Record<string, unknown>;
      return { ...record, eventTime: String(time).replace("2020-09-14", "2026-03-03") };
    }),
  getObject({ eventTime: "2026-03-02T10:00:00Z" }),
];

test("real deliveries are skimmed to what the plain reader makes of them", async (context) => {
  for (const folder of [OTRF, INVICTUS, join(FIXTURES, "field-cases")])
    for (const request of [
      ...REQUESTS.map((one) => ({ ...one, from: "2000-01-01T00:00:00Z", to: "2040-01-01T00:00:00Z" })),
      requestOf({ accessKeyIds: ["ASIA5FLZVX4OPVKKVBMX"], addresses: ["1.2.3.4"] }),
    ])
      await assertSame(context, folder, request);
});

const FILES = runs(750, 100_000);
const IN_FOLDER = 250;

test(`${FILES} hostile files are skimmed to what the plain reader makes of them`, async (context) => {
  const real = records();
  const totals = { records: 0, kept: 0, lost: 0, found: 0 };
  for (let first = 0; first < FILES; first += IN_FOLDER) {
    const folder = tempDir(context);
    mkdirSync(join(folder, "logs"));
    for (let seed = first; seed < first + IN_FOLDER; seed++)
      writeFileSync(join(folder, "logs", `${seed}.json.gz`), hostileFile(real, seed));
    const request = REQUESTS[(first / IN_FOLDER) % REQUESTS.length]!;
    const { reports, lines, found } = await assertSame(context, join(folder, "logs"), request);
    totals.found += found;
    totals.kept += lines.split("\n").length - 2;
    totals.records += reports.reduce((sum, report) => sum + report.records, 0);
    totals.lost += reports.reduce((sum, report) => sum + report.lost, 0);
  }
  // The files are read, kept from, refused and found in the index: none of it is idle.
  assert.ok(
    totals.records > FILES && totals.kept > FILES / 20 && totals.lost > FILES / 20 && totals.found > FILES / 50,
    JSON.stringify(totals),
  );
});

test("a record that holds a list under a wrapper's name is one record; of two lists with one name both are read", async (context) => {
  const strange = { ...getObject({ eventID: "a" }), events: [{ note: "x" }], hits: { total: 1 } };
  const [first, second] = [getObject({ eventID: "b" }), getObject({ eventID: "c" })].map((one) => JSON.stringify(one));
  const logs = folderOf(context, {
    "strange.json": JSON.stringify({ Records: [{ rows: [{}], ...getObject({ eventID: "d" }) }, strange] }),
    "twice.json": `{"Records":[${first}],"Records":[${second}]}`,
  });
  const { reports } = await assertSame(context, logs, requestOf({ accessKeyIds: ["AKIATHIEF"] }));
  assert.deepEqual(
    reports.map(({ name, records, lost }) => ({ name, records, lost })),
    ["strange.json", "twice.json"].map((name) => ({ name, records: 2, lost: 0 })),
  );
});

const PLACES: readonly ((text: string, control: string) => string)[] = [
  (text, control) => `${control}${text}`,
  (text, control) => `${text}${control}`,
  (text, control) => `${text}:${control}session`,
  (text, control) => `${text}${control}:session`,
  (text, control) => `${text.slice(0, 3)}${control}${text.slice(3)}`,
];
const FIELDS: readonly ((text: (value: string) => string) => Record<string, unknown>)[] = [
  (text) => ({ userIdentity: { type: "AssumedRole", accessKeyId: text("AKIATHIEF") } }),
  (text) => ({ userIdentity: { type: "AssumedRole", principalId: text("AROATHIEF") } }),
  (text) => ({ resources: [{ ARN: text("arn:aws:s3:::stolen/a/b") }] }),
  (text) => ({ sourceIPAddress: text("203.0.113.7") }),
  (text) => ({ eventName: text("GetObject"), additionalEventData: undefined }),
  (text) => ({ eventName: text("StopLogging"), eventSource: "cloudtrail.amazonaws.com" }),
  (text) => ({ eventName: "StopLogging", eventSource: text("cloudtrail.amazonaws.com") }),
  (text) => ({ eventTime: text("2026-03-02T10:00:00Z") }),
  (text) => ({ eventCategory: text("Aggregated"), eventID: text("") }),
  (text) => ({ requestParameters: { userName: text("dev"), [text("bucketName")]: "stolen" } }),
  (text) => ({ recipientAccountId: text("111122223333"), [text("eventName")]: "GetObject" }),
];

test("control characters anywhere in a record, escaped or bare, are skimmed to what the plain reader makes of them", async (context) => {
  const logs = tempDir(context);
  for (const code of [...Array(0x20).keys(), ...Array.from({ length: 0x21 }, (_, at) => 0x7f + at)]) {
    const control = String.fromCharCode(code);
    const found = PLACES.flatMap((place) =>
      FIELDS.map((field) =>
        getObject({
          ...{ eventTime: "2026-03-02T10:00:00Z", userIdentity: { type: "IAMUser", accessKeyId: "AKIAOTHER" } },
          ...{ sourceIPAddress: "192.0.2.9", resources: [], requestParameters: {} },
          ...field((value) => place(value, control)),
        }),
      ),
    );
    const text = JSON.stringify({ Records: found });
    writeFileSync(join(logs, `${code}.json`), text);
    writeFileSync(join(logs, `${code}-bare.json`), text.replaceAll(JSON.stringify(control).slice(1, -1), control));
  }
  const names = [0x7f, 0x85, 0x9f].map((code) => `AKIA${String.fromCharCode(code)}THIEF`);
  let kept = 0;
  for (const request of [...REQUESTS, requestOf({ accessKeyIds: names }, MARCH)])
    kept += (await assertSame(context, logs, request)).lines.split("\n").length - 2;
  assert.ok(kept > 1_000, `${kept}`);
});

test("a folder of an index that cannot be used costs the index, never the scan", async (context) => {
  const folder = tempDir(context);
  mkdirSync(join(folder, "0a.segment"));
  mkdirSync(join(folder, "0b.segment.draft"));
  writeFileSync(join(folder, "0c.segment"), "foreign");
  writeFileSync(join(folder, "0d.segment.draft"), "half");
  assert.equal(loadIndex(folder).byteLength, 0);
  assert.equal(loadIndex(join(folder, "0c.segment")).byteLength, 0);
  const logs = folderOf(context, { "a.json": JSON.stringify({ Records: [getObject()] }) });
  const { reports } = await readBy(context, logs, requestOf({}), { index: openIndex(placeAt(folder)) });
  assert.equal(reports[0]!.records, 1);
});

const NOBODY = requestOf({ addresses: ["192.0.2.1"] });

test("files that hold nothing for a case are not unpacked again; one that was changed, or is wanted by another case, is", async (context) => {
  const records = Array.from({ length: 5 }, (_, at) => getObject({ eventID: `id-${at}` }));
  const logs = folderOf(context, { "a.json": JSON.stringify({ Records: records }), "b.json": '{"Records":[]}' });
  const { folder, found } = await assertSame(context, logs, NOBODY);
  assert.equal(found, 2);
  const wanted = openIndex(placeAt(folder));
  const other = await readBy(context, logs, requestOf({ accessKeyIds: ["AKIATHIEF"] }), { index: wanted });
  assert.equal(other.lines.split("\n").length, 5 + 2);
  writeFileSync(join(logs, "a.json"), JSON.stringify({ Records: records.slice(1) }));
  const changed = await readBy(context, logs, NOBODY, { index: openIndex(placeAt(folder)) });
  assert.equal(changed.reports[0]!.records, 4);
});

test("a segment that is damaged, cut or of another version is removed, and nothing of it is believed", async (context) => {
  const logs = folderOf(context, { "a.json": JSON.stringify({ Records: [getObject()] }) });
  const { folder } = await assertSame(context, logs, NOBODY);
  const [name] = readdirSync(folder);
  const whole = readFileSync(join(folder, name!));
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 1;
    for (const data of [damaged, whole.subarray(0, at)]) {
      writeFileSync(join(folder, name!), data);
      const { byteLength } = loadIndex(folder);
      assert.equal(byteLength, 0);
      // A head and nothing else is an empty segment.
      assert.equal(readdirSync(folder).length, data.length === headLength(whole) ? 1 : 0);
    }
  }
});

const headLength = (segment: Buffer): number => segment.indexOf("\n") + 1;

test("many small segments become one, and what they held is found", (context) => {
  const folder = tempDir(context);
  const identifiers = { opensAlways: false, hashes: [2 ** 40 - 1, 7, 2 ** 33] };
  const sha256Of = (at: number): string => at.toString(16).padStart(64, "0");
  for (let at = 0; at < 40; at++) {
    const index = openIndex(placeAt(folder));
    index.offer({ ...passedBy("x", "y"), bytes: 1, sha256: sha256Of(at), records: at }, identifiers);
    index.save();
  }
  assert.ok(readdirSync(folder).length < 40);
  const index = openIndex(placeAt(folder));
  for (let at = 0; at < 40; at++) {
    assert.equal(index.find(sha256Of(at))?.records, at);
    const { hashes } = index.find(sha256Of(at))!;
    for (const hash of identifiers.hashes) assert.ok(holdsOneOf(hashes, [1, hash]));
    for (const hash of [0, 8, 2 ** 33 + 1, 2 ** 39]) assert.ok(!holdsOneOf(hashes, [hash]));
  }
});

test("an index takes no more than 2 % of the bytes of the files, with what is there already", (context) => {
  const folder = tempDir(context);
  const identifiers = { opensAlways: false, hashes: Array.from({ length: 100 }, (_, at) => at) };
  for (let scan = 0; scan < 3; scan++) {
    const loaded = loadIndex(folder);
    const index = openIndex({ folder, loaded, room: roomFor(1_000_000, loaded, 1) });
    for (let at = 0; at < 100; at++)
      index.offer({ ...passedBy("x", "y"), sha256: `${100 * scan + at}`.padStart(64, "0") }, identifiers);
    index.save();
  }
  const { byteLength } = loadIndex(folder);
  assert.ok(byteLength > 19_000 && byteLength <= 20_000, `${byteLength}`);
});
