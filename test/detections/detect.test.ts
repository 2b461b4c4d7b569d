import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { digestOf } from "../../lib/base/jcs.ts";
import type { NewCaseEvent } from "../../lib/case/events.ts";
import type { Finding } from "../../lib/case/finding.ts";
import type { DetectionResult } from "../../lib/case/queries.ts";
import type { Row } from "../../lib/case/scan.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import { correlate, severityOf } from "../../lib/core/theft/detection.ts";
import { detections } from "../../lib/detections/index.ts";
import type { Ports, QueryRun } from "../../lib/ports/ports.ts";
import { detect } from "../../lib/response/investigate/detect.ts";

const WINDOW = { from: "2026-02-22T00:00:00Z", to: "2026-02-24T00:00:00Z" };
const ROW: Row = {
  first_at: "2026-02-23T02:00:00Z",
  last_at: "2026-02-23T02:00:00Z",
  principal: "arn:aws:iam::111122223333:user/maintenance",
  access_key_id: null,
  sourceip: "203.0.113.66",
  bucket: "acme-data",
  events: 1,
  event_ids: "e1",
  detail: "x",
  outcome: "succeeded",
  via: "direct",
};

const ACCESS_LOGS = { log: "s3-access-log", files: 1, entries: 1, unread: 0, earliest: null, latest: null };

const THIEF_IP = "203.0.113.66";
const [SAMPLE] = parseFindings(
  JSON.parse(readFileSync(new URL("../fixtures/guardduty/onug-csnf.json", import.meta.url), "utf8")),
);
/** Nobody is known: every row may be the actor's. */
const FINDING: Finding = { ...SAMPLE!, accountId: "111122223333", principals: [], addresses: [] };
const ADDRESS = { ip: THIEF_IP, country: null, asn: null, organisation: null };
const SUSPECT = {
  type: "IAMUser",
  accountId: "111122223333",
  principalId: "AIDAMAINTENANCE",
  arn: ROW.principal as string,
  userName: "maintenance",
  accessKeyId: "AKIAMAINTENANCE00000",
  roleSession: null,
  issuerArn: null,
} as const;

const roundWith = (otherLogs: readonly unknown[]) => ({
  request: {
    caseId: "case-1",
    round: 1,
    ...WINDOW,
    indicators: { accessKeyIds: [], principalIds: [], arns: [], addresses: [], buckets: [] },
  },
  result: {
    engine: "test",
    filesRead: 1,
    filesSetAside: [],
    bytesScanned: 1,
    eventsSeen: 1,
    eventsKept: 1,
    watermark: WINDOW.to,
    earliest: WINDOW.from,
    inventory: { deliveryHours: null, digestFiles: [], otherLogs, filesOutside: 0, aggregatedRecords: 0 },
  },
});

/** Runs `detect` against a trail that answers each detection as given; no answer is no row. */
const run = async (
  answers: Readonly<Record<string, readonly Row[] | Error>>,
  otherLogs: readonly unknown[] = [ACCESS_LOGS],
  finding: Finding = FINDING,
) => {
  const documents = new Map<string, Uint8Array>([
    ["finding.json", Buffer.from(JSON.stringify(finding))],
    ["scans/round-001.json", Buffer.from(JSON.stringify(roundWith(otherLogs)))],
  ]);
  const events: NewCaseEvent[] = [];
  const asked: { name: string; parameters: readonly string[] }[] = [];
  const ports = {
    trail: {
      query: async (_caseId: string, name: string, sql: string, parameters: readonly string[]): Promise<QueryRun> => {
        asked.push({ name, parameters });
        const answer = answers[name.slice("detections/".length)] ?? [];
        if (answer instanceof Error) throw answer;
        return { name, sql, parameters, engine: "test", bytesScanned: 7, rows: answer };
      },
    },
    cases: {
      names: async (_caseId: string, prefix: string) => [...documents.keys()].filter((name) => name.startsWith(prefix)),
      read: async (_caseId: string, name: string) => documents.get(name) ?? null,
      write: async (_caseId: string, name: string, bytes: Uint8Array) => void documents.set(name, bytes),
      append: async (_caseId: string, event: NewCaseEvent) => void events.push(event),
    },
  } as unknown as Ports;
  const output = await detect({ caseId: "case-1" }, ports);
  const results = JSON.parse(
    Buffer.from(documents.get("detections.json")!).toString("utf8"),
  ) as readonly DetectionResult[];
  // The names of log files are asked for too, to hold them against CloudTrail's digests.
  return {
    output,
    results,
    asked: asked.filter(({ name }) => name.startsWith("detections/")),
    event: events.find((one) => one.type === "detections.run")!.data,
  };
};

const resultOf = (results: readonly DetectionResult[], id: string): DetectionResult =>
  results.find((one) => one.id === id)!;

test("every detection of the catalogue is asked once, with the case's account where it needs one", async () => {
  const { asked, results } = await run({});
  assert.deepEqual(
    asked.map(({ name }) => name),
    detections.map(({ card }) => `detections/${card.id}`),
  );
  assert.equal(results.length, detections.length);
  assert.deepEqual(asked.find(({ name }) => name === "detections/ami-shared")!.parameters, ["111122223333"]);
  assert.deepEqual(asked.find(({ name }) => name === "detections/bulk-download")!.parameters, [
    "1000",
    "100",
    "nobody",
  ]);
});

test("a detection that fails is written down with its error and stops no other", async () => {
  const { output, results, event } = await run({ "bulk-download": new Error("engine gone"), "ami-shared": [ROW] });
  assert.equal(output.fired, 1);
  assert.deepEqual(event.failed, ["bulk-download"]);
  assert.deepEqual(event.fired, ["ami-shared"]);
  assert.match(resultOf(results, "bulk-download").error!, /engine gone/);
  assert.equal(resultOf(results, "bulk-download").query.resultDigest, null);
  assert.equal(resultOf(results, "ami-shared").error, null);
});

test("a detection over logs that the case was not given is not run, which is no failure", async () => {
  const id = "s3-access-new-address-access-log";
  const { asked, event, results } = await run({}, []);
  assert.deepEqual([event.failed, event.notRun], [[], [id]]);
  assert.equal(
    asked.some(({ name }) => name === `detections/${id}`),
    false,
  );
  assert.equal(resultOf(results, id).error, "not run: no access logs given");
});

test("a detection over logs that the case was given and that fails is a failure", async () => {
  const id = "s3-access-new-address-access-log";
  const { event } = await run({ [id]: new Error("broken table") });
  assert.deepEqual([event.failed, event.notRun], [[id], []]);
});

test("refused calls do not make a detection fire, unless refusals are what it looks for", async () => {
  const refused = { ...ROW, outcome: "attempted" };
  const { output, results, event } = await run({ "trail-tampering": [refused], "access-denied-burst": [refused] });
  assert.equal(output.fired, 1);
  assert.deepEqual([event.fired, event.attempted], [["access-denied-burst"], ["trail-tampering"]]);
  assert.deepEqual([resultOf(results, "trail-tampering").fired, resultOf(results, "trail-tampering").attempts], [0, 1]);
});

test("200 rows are kept, and the digest and the total speak of all of them", async () => {
  const rows = Array.from({ length: 201 }, (_, n) => ({ ...ROW, event_ids: `e${n}` }));
  const kept = resultOf((await run({ "ami-shared": rows })).results, "ami-shared");
  assert.deepEqual([kept.rows.length, kept.rowsTotal, kept.fired], [200, 201, 201]);
  assert.equal(kept.query.resultDigest, digestOf(rows));
});

test("the gravest row that fires weighs; an infrastructure tool's call one step less", () => {
  const { card } = detections.find(({ card }) => card.id === "trail-tampering")!;
  assert.equal(
    severityOf(card, [
      { ...ROW, severity: "low" },
      { ...ROW, severity: "high" },
    ]),
    "high",
  );
  assert.equal(severityOf(card, [{ ...ROW, severity: "high", via: "infrastructure-as-code" }]), "medium");
  assert.equal(
    severityOf(card, [
      { ...ROW, severity: "low" },
      { ...ROW, severity: "critical", outcome: "attempted" },
    ]),
    "low",
  );
});

test("two detections of two phases correlate when theft is among them; two of one phase, or of two people, do not", () => {
  const other = { ...ROW, principal: "arn:aws:iam::111122223333:user/jane" };
  const theft = { id: "bulk-download", tactic: "theft", rows: [ROW] } as const;
  const recon = { id: "bucket-enumeration", tactic: "reconnaissance", rows: [ROW, other] } as const;
  assert.deepEqual(correlate([theft, recon]), [
    { principal: ROW.principal, detections: ["bucket-enumeration", "bulk-download"] },
  ]);
  assert.deepEqual(correlate([theft, { ...theft, id: "ami-shared" }]), []);
  assert.deepEqual(correlate([theft, { ...recon, rows: [other] }]), []);
});

test("the suspects' rows come first, whatever their time, and everybody else is counted by identity", async () => {
  const other = (n: number): Row => ({
    ...ROW,
    principal: `arn:aws:iam::111122223333:role/app-${n % 3}`,
    sourceip: "10.0.0.1",
    access_key_id: null,
  });
  const own: Row = { ...ROW, access_key_id: SUSPECT.accessKeyId, event_ids: "own" };
  const rows = [...Array.from({ length: 300 }, (_, n) => other(n)), own];
  const { results, asked } = await run({ "ami-shared": rows }, [], {
    ...FINDING,
    principals: [SUSPECT],
    addresses: [ADDRESS],
  });
  const found = resultOf(results, "ami-shared");
  assert.equal(found.rows[0]!.event_ids, "own");
  assert.deepEqual([found.rows.length, found.rowsTotal, found.ofSuspects, found.others!.identities], [200, 301, 1, 3]);
  assert.deepEqual(found.others!.named[0], { principal: "arn:aws:iam::111122223333:role/app-0", rows: 100 });
  assert.deepEqual(
    asked.find(({ name }) => name === "detections/orientation")!.parameters[0],
    `${SUSPECT.accessKeyId},${SUSPECT.principalId}`,
  );
});

test("the suspect's identity at its owner's own address is not the suspect's row", async () => {
  const owners: Row = { ...ROW, access_key_id: SUSPECT.accessKeyId, sourceip: "198.51.100.10" };
  const { results } = await run({ "ami-shared": [owners] }, [], {
    ...FINDING,
    principals: [SUSPECT],
    addresses: [ADDRESS],
  });
  assert.equal(resultOf(results, "ami-shared").ofSuspects, 0);
});
