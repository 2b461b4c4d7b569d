/** The skim is held against the plain reader, which parses every record: the same reports, the same lines, byte for byte. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import type { ScanRequest } from "../../lib/case/scan.ts";
import { filesUnder } from "../../lib/embedded/ingest-folder.ts";
import { createReader } from "../../lib/embedded/ingest-reader.ts";
import type { FileReport } from "../../lib/embedded/ingest-report.ts";
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

const readBy = async (context: TestContext, logsDir: string, request: ScanRequest, isPlain: boolean): Promise<Read> => {
  const linesDir = tempDir(context);
  const reader = createReader({ request, logsDir, linesDir, label: "x", isPlain });
  const reports: FileReport[] = [];
  for (const name of (await filesUnder(logsDir)).names) reports.push(...(await reader.read(name)));
  reader.finished(true);
  const lines = readdirSync(linesDir).sort();
  return { reports, lines: lines.map((file) => `${file}\n${readFileSync(join(linesDir, file), "utf8")}`).join("") };
};

const assertSame = async (context: TestContext, logsDir: string, request: ScanRequest): Promise<Read> => {
  const plain = await readBy(context, logsDir, request, true);
  const skimmed = await readBy(context, logsDir, request, false);
  for (const [at, report] of plain.reports.entries()) assert.deepEqual(skimmed.reports[at], report);
  assert.equal(skimmed.reports.length, plain.reports.length);
  assert.equal(skimmed.lines, plain.lines);
  return skimmed;
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

const FILES = runs(1_500, 100_000);
const IN_FOLDER = 250;

test(`${FILES} hostile files are skimmed to what the plain reader makes of them`, async (context) => {
  const real = records();
  const totals = { records: 0, kept: 0, lost: 0 };
  for (let first = 0; first < FILES; first += IN_FOLDER) {
    const folder = tempDir(context);
    mkdirSync(join(folder, "logs"));
    for (let seed = first; seed < first + IN_FOLDER; seed++)
      writeFileSync(join(folder, "logs", `${seed}.json.gz`), hostileFile(real, seed));
    const request = REQUESTS[(first / IN_FOLDER) % REQUESTS.length]!;
    const { reports, lines } = await assertSame(context, join(folder, "logs"), request);
    totals.kept += lines.split("\n").length - 2;
    totals.records += reports.reduce((sum, report) => sum + report.records, 0);
    totals.lost += reports.reduce((sum, report) => sum + report.lost, 0);
  }
  // The files are read, kept from and refused: none of it is idle.
  assert.ok(totals.records > FILES && totals.kept > FILES / 20 && totals.lost > FILES / 20, JSON.stringify(totals));
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
