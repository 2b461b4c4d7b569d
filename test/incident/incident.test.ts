import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import { BUNDLED_INCIDENT, type IncidentOptions, writeIncident } from "../../lib/incident/incident.ts";
import type { StolenObject, Truth } from "../../lib/incident/truth.ts";
import { sampled } from "../sample.ts";
import { VARIANT_IDS } from "./variantIds.ts";

const COUNTER = new URL("count.py", import.meta.url).pathname;
const REAL_COPY = new URL("../../../shared/data/test-only/elastic/test-copy-object-json.log", import.meta.url);
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const base = mkdtempSync(join(tmpdir(), "cordon-incident-"));
after(() => rmSync(base, { recursive: true, force: true }));

const small = (variant: IncidentOptions["variant"]): IncidentOptions => ({
  variant,
  seed: "t",
  backgroundEvents: 1_500,
});
const write = async (name: string, options: IncidentOptions): Promise<{ dir: string; truth: Truth }> => {
  const dir = join(base, name);
  return { dir, truth: await writeIncident(dir, options) };
};
const filesIn = (dir: string): readonly string[] =>
  globSync("**/*", { cwd: dir, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
const digestOf = (dir: string): string => {
  const hash = createHash("sha256");
  for (const path of filesIn(dir)) hash.update(`${path.slice(dir.length)}\0`).update(readFileSync(path));
  return hash.digest("hex");
};
const json = (dir: string, name: string) => JSON.parse(readFileSync(join(dir, name), "utf8"));
const order = (a: { bucket: string; key: string }, b: { bucket: string; key: string }): number =>
  `${a.bucket}/${a.key}` < `${b.bucket}/${b.key}` ? -1 : 1;

interface Count {
  readonly files: number;
  readonly corrupt: readonly string[];
  readonly records: number;
  readonly distinct: number;
  readonly earliest: string;
  readonly watermark: string;
  readonly denied: Readonly<Record<string, number>>;
  readonly objects: readonly Omit<StolenObject, "path" | "whole" | "destination">[];
}

const countWithPython = (dir: string, { thief }: Truth): Count => {
  const who = [thief.addresses.join(","), thief.principals.map(({ principalId }) => principalId).join(",")];
  const run = spawnSync("python3", [COUNTER, dir, ...who], { encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
  assert.equal(run.status, 0, run.stderr);
  return JSON.parse(run.stdout);
};

const agree = (truth: Truth, count: Count): void => {
  const { log } = truth;
  assert.deepEqual(
    [log.files, log.records, log.distinctEvents, log.earliest, log.watermark],
    [count.files, count.records, count.distinct, count.earliest, count.watermark],
  );
  assert.deepEqual([...log.corruptFiles].sort(), count.corrupt);
  assert.deepEqual(truth.denied, count.denied);
  const stated = truth.objects.map(({ path, whole, destination, ...rest }) => rest);
  assert.deepEqual([...stated].sort(order), [...count.objects].sort(order));
  const total = (of: (object: Count["objects"][number]) => number) =>
    count.objects.reduce((sum, object) => sum + of(object), 0);
  assert.deepEqual(truth.totals, {
    objects: count.objects.length,
    calls: total(({ calls }) => calls),
    bytesOut: total(({ bytesOut }) => bytesOut),
    movedBytes: total(({ movedBytes }) => movedBytes),
  });
};

const bundled = write("bundled", BUNDLED_INCIDENT);

test("the bundled incident takes exactly 12,847 objects and 4,712,338,467 bytes out of 3 buckets", async () => {
  const { truth } = await bundled;
  assert.equal(truth.totals.objects, 12_847);
  assert.equal(truth.totals.bytesOut, 4_712_338_467);
  assert.equal(new Set(truth.objects.map(({ bucket }) => bucket)).size, 3);
  assert.deepEqual([truth.firstTheftAt, truth.lastTheftAt], ["2026-02-23T02:47:03Z", "2026-02-23T04:12:09Z"]);
  assert.deepEqual(
    truth.changes.map(({ eventName }) => eventName),
    ["CreateAccessKey", "PutBucketPolicy", "StopLogging"],
  );
  assert.equal(truth.log.watermark, "2026-02-23T04:12:41Z", "the log ends with StopLogging");
});

test("the bundled incident has ranged, repeated and broken-off downloads, duplicates and late files", async () => {
  const { truth } = await bundled;
  assert.ok(truth.objects.filter(({ path, calls }) => path === "ranged" && calls > 1).length > 30);
  assert.ok(truth.objects.some(({ path, calls }) => path === "download" && calls === 2));
  assert.ok(truth.objects.some(({ whole }) => whole === false));
  assert.ok(truth.objects.some(({ accessKeyIds }) => accessKeyIds.length === 2));
  const share = truth.log.records / truth.log.distinctEvents - 1;
  assert.ok(share > 0.007 && share < 0.013, `duplicates: ${share}`);
  assert.ok(truth.log.lateFiles.some((file) => file.includes("/2026/02/23/")));
  assert.ok(truth.log.distinctEvents > 38_000 && truth.log.distinctEvents < 42_000);
});

test("a count by Python over the bundled incident comes to its truth, object by object", {
  skip: !hasPython && "python3 is not here",
}, async () => {
  const { dir, truth } = await bundled;
  agree(truth, countWithPython(dir, truth));
});

test("a count in this test over the bundled incident comes to the same totals", async () => {
  const { dir } = await bundled;
  const seen = new Set<string>();
  const objects = new Set<string>();
  let [bytes, calls] = [0, 0];
  for (const path of filesIn(join(dir, "logs"))) {
    for (const record of JSON.parse(gunzipSync(readFileSync(path)).toString()).Records) {
      const taken =
        record.eventName === "GetObject" && record.sourceIPAddress === "185.220.101.34" && !record.errorCode;
      if (!taken || seen.has(record.eventID)) continue;
      seen.add(record.eventID);
      objects.add(`${record.requestParameters.bucketName}/${record.requestParameters.key}`);
      bytes += record.additionalEventData.bytesTransferredOut;
      calls += 1;
    }
  }
  assert.deepEqual([objects.size, bytes, calls > objects.size], [12_847, 4_712_338_467, true]);
});

test("file names and folders are those of CloudTrail", async () => {
  const { dir } = await bundled;
  const name =
    /^\/AWSLogs\/(\d{12})\/CloudTrail\/([a-z0-9-]+)\/(\d{4})\/(\d\d)\/(\d\d)\/\1_CloudTrail_\2_\3\4\5T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz$/;
  const logs = join(dir, "logs");
  for (const path of filesIn(logs)) assert.match(path.slice(logs.length), name);
});

test("records have the members of real version 1.11 records, and no key id that could be real", async () => {
  const { dir } = await bundled;
  const path = filesIn(join(dir, "logs")).find((name) => name.includes("20260223T0255Z"))!;
  const { Records: records } = JSON.parse(gunzipSync(readFileSync(path)).toString());
  const get = records.find(
    (record: { eventName: string; sourceIPAddress: string; errorCode?: string }) =>
      record.eventName === "GetObject" && record.sourceIPAddress === "185.220.101.34" && !record.errorCode,
  );
  assert.deepEqual(Object.keys(get), [
    ...[
      "eventVersion",
      "userIdentity",
      "eventTime",
      "eventSource",
      "eventName",
      "awsRegion",
      "sourceIPAddress",
      "userAgent",
    ],
    ...[
      "requestParameters",
      "responseElements",
      "additionalEventData",
      "requestID",
      "eventID",
      "readOnly",
      "resources",
    ],
    ...["eventType", "managementEvent", "recipientAccountId", "eventCategory", "tlsDetails"],
  ]);
  const text = filesIn(dir)
    .filter((name) => !name.endsWith(".gz"))
    .map((name) => readFileSync(name, "utf8"))
    .join(JSON.stringify(records));
  for (const id of text.match(/\bA(?:KIA|SIA|IDA|ROA|NPA|GPA)[A-Z0-9]{12,}\b/g)!)
    assert.match(id, /^(?=.{20,21}$).*EXAMPLE$/);
});

test("the finding is one that the parser reads: jane's key, three buckets, the Tor exit, severity 8, no sample", async () => {
  const { dir } = await bundled;
  const [finding] = parseFindings(json(dir, "finding.json"));
  assert.equal(finding?.type, "Exfiltration:S3/AnomalousBehavior");
  assert.equal(finding.severity, 8);
  assert.equal(finding.sample, false);
  assert.equal(finding.createdAt, "2026-02-23T04:15:00.412Z");
  assert.equal(finding.principals[0]?.accessKeyId, "AKIAJANE4DEV7EXAMPLE");
  assert.deepEqual(
    finding.buckets.map(({ name }) => name),
    ["acme-customer-records", "acme-finance-exports", "acme-analytics-raw"],
  );
  assert.equal(finding.addresses[0]?.ip, "185.220.101.34");
  assert.ok(Object.keys(finding.unusual).length > 0);
});

test("the snapshots show the account as the thief left it", async () => {
  const { dir } = await bundled;
  const keys = json(dir, "access-keys.json").flatMap(
    (page: { AccessKeyMetadata: unknown[] }) => page.AccessKeyMetadata,
  );
  const ofJane = keys.filter((key: { UserName: string }) => key.UserName === "developer-jane");
  assert.deepEqual(
    ofJane.map((key: { AccessKeyId: string; Status: string }) => [key.AccessKeyId, key.Status]),
    [
      ["AKIAJANE4DEV7EXAMPLE", "Active"],
      ["AKIAM2NTED5QZEXAMPLE", "Active"],
    ],
  );
  const policy = JSON.parse(json(dir, "buckets/acme-customer-records.json").GetBucketPolicy.Policy);
  assert.ok(
    policy.Statement.some(
      (one: { Principal: { AWS?: string } }) => one.Principal.AWS === "arn:aws:iam::210987654321:root",
    ),
  );
  const rows = readFileSync(join(dir, "credential-report.csv"), "utf8").trimEnd().split("\n");
  assert.equal(json(dir, "trail.json").GetTrailStatus.IsLogging, false);
  assert.deepEqual([rows.length, new Set(rows.map((row) => row.split(",").length))], [5, new Set([22])]);
});

test("snapshots have the members and types of the IAM and S3 API models", {
  skip: !hasBotocore() && "python3 with botocore is not here",
}, async () => {
  const { dir } = await bundled;
  const run = spawnSync("python3", [new URL("shapes.py", import.meta.url).pathname, dir], { encoding: "utf8" });
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(JSON.parse(run.stdout), []);
});

test("sample card numbers pass the Luhn check and addresses are reserved for examples", async () => {
  const { dir } = await bundled;
  const bodies = filesIn(join(dir, "buckets")).filter((name) => name.includes("/sample/"));
  const text = bodies.map((name) => readFileSync(name, "utf8")).join("");
  const cards = text.match(/\b\d{15,16}\b/g)!;
  assert.ok(bodies.length >= 50 && cards.length > 100);
  assert.ok(cards.every(passesLuhn));
  assert.ok(text.match(/\S+@[a-z.]+/g)!.every((address) => address.endsWith("@example.com")));
  assert.match(text, /\b[78]\d\d-\d\d-\d{4}\b/);
});

const PLAYED = sampled(
  VARIANT_IDS.filter((id) => id !== "stolen-key"),
  5,
);
for (const variant of PLAYED) {
  test(`${variant}: a count by Python comes to the truth, and the finding parses`, {
    skip: !hasPython && "python3 is not here",
  }, async () => {
    const { dir, truth } = await write(variant, small(variant));
    const count = countWithPython(dir, truth);
    agree(truth, count);
    assert.ok(count.objects.length >= 98);
    assert.equal(parseFindings(json(dir, "finding.json")).length, 1);
    assert.deepEqual(json(dir, "truth.json"), JSON.parse(JSON.stringify(truth)));
  });
}

test("a copy's record is built like a real one", {
  skip: (!existsSync(REAL_COPY) || !hasPython) && "needs shared/data and python3",
}, async () => {
  const { dir } = await write("copy-again", small("copy"));
  const real = JSON.parse(readFileSync(REAL_COPY, "utf8"));
  const made = filesIn(join(dir, "logs"))
    .flatMap((path) => JSON.parse(gunzipSync(readFileSync(path)).toString()).Records)
    .find((record) => record.eventName === "CopyObject");
  const membersOf = (record: Record<string, unknown>) =>
    Object.keys(record).filter((name) => name !== "managementEvent");
  assert.deepEqual(membersOf(made), membersOf(real));
  assert.deepEqual(Object.keys(made.tlsDetails), Object.keys(real.tlsDetails));
  assert.deepEqual(Object.keys(made.userIdentity), Object.keys(real.userIdentity));
  assert.deepEqual(
    made.resources.map(({ type }: { type: string }) => type),
    real.resources.map(({ type }: { type: string }) => type),
  );
  const described = Object.keys(real.additionalEventData).filter((name) => name !== "SSEApplied");
  assert.deepEqual(Object.keys(made.additionalEventData), described);
  assert.equal(made.additionalEventData.bytesTransferredOut, real.additionalEventData.bytesTransferredOut);
});

test("every path of theft has its own incident", async () => {
  const expected = {
    presigned: "presigned",
    anonymous: "anonymous",
    copy: "copy",
    replication: "replication",
    datasync: "datasync",
    batch: "batch",
    select: "select",
    restore: "restore",
  } as const;
  for (const [variant, path] of Object.entries(expected).filter(([id]) => existsSync(join(base, id)))) {
    const truth = json(join(base, variant), "truth.json") as Truth;
    assert.deepEqual(Object.keys(truth.byPath), [path], variant);
  }
});

test("missing and cut-off files hide a part of the theft, which the truth names", async () => {
  const { truth } = await write("gaps-again", small("gaps"));
  assert.ok(truth.hidden.objects > 0);
  assert.equal(truth.totals.calls + truth.hidden.calls, 320);
  assert.ok(truth.log.missingFiles.length > 0 && truth.log.lateFiles.length > 0);
  assert.equal(truth.log.corruptFiles.length, 1);
  for (const file of truth.log.missingFiles) assert.ok(!existsSync(join(base, "gaps-again", "logs", file)));
});

test("the same options give the same bytes, and another seed gives others", async () => {
  const [one, two, other] = await Promise.all([
    write("same-1", small("gaps")),
    write("same-2", small("gaps")),
    write("other", { ...small("gaps"), seed: "u" }),
  ]);
  assert.equal(digestOf(one.dir), digestOf(two.dir));
  assert.notEqual(digestOf(one.dir), digestOf(other.dir));
});

test("the number of ordinary events is the number asked for", async () => {
  const [few, many] = await Promise.all([
    write("few", { ...small("select"), backgroundEvents: 0 }),
    write("many", { ...small("select"), backgroundEvents: 12_345 }),
  ]);
  assert.equal(many.truth.log.distinctEvents - few.truth.log.distinctEvents, 12_345);
  assert.deepEqual(many.truth.totals, few.truth.totals);
});

function hasBotocore(): boolean {
  return spawnSync("python3", ["-c", "import botocore"]).status === 0;
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

test("an incident can be moved to now: the same story, by the same counts, each file in the folder of its day", async () => {
  const options: IncidentOptions = { ...small("role-chain"), backgroundEvents: 200 };
  const [still, moved] = [
    await write("moved-not", options),
    await write("moved", { ...options, alarmAt: "2026-11-30T07:26:11.000Z" }),
  ];
  const shift = Date.parse("2026-11-30T07:15:00Z") - Date.parse("2026-02-23T04:15:00Z");
  const later = (at: string): string => new Date(Date.parse(at) + shift).toISOString();
  const [before, after] = [countWithPython(still.dir, still.truth), countWithPython(moved.dir, moved.truth)];
  assert.deepEqual([after.files, after.records, after.distinct], [before.files, before.records, before.distinct]);
  assert.equal(Date.parse(after.earliest), Date.parse(later(before.earliest)));
  assert.equal(Date.parse(after.watermark), Date.parse(later(before.watermark)));
  assert.equal(moved.truth.objects.length, still.truth.objects.length);
  const { detail } = json(moved.dir, "finding.json");
  assert.equal(detail.createdAt, later(json(still.dir, "finding.json").detail.createdAt));
  const logs = filesIn(join(moved.dir, "logs"));
  for (const path of logs) {
    const [, year, month, day, ...stamp] = /\/(\d{4})\/(\d\d)\/(\d\d)\/[^/]*_(\d{4})(\d\d)(\d\d)T\d{4}Z_/.exec(path)!;
    assert.deepEqual([year, month, day], stamp);
  }
  const text = filesIn(moved.dir)
    .map((path) => (path.endsWith(".gz") ? gunzipSync(readFileSync(path)) : readFileSync(path)).toString("utf8"))
    .join("");
  assert.doesNotMatch(text, /2026-02-2\d|2026022\dT/);
  assert.equal(
    digestOf((await write("moved-again", { ...options, alarmAt: "2026-11-30T07:26:11.000Z" })).dir),
    digestOf(moved.dir),
  );
});

test("an incident whose other logs have times in other forms is not moved by half", async () => {
  await assert.rejects(write("access-log-moved", { ...small("access-log"), alarmAt: "2026-11-30T07:26:11.000Z" }));
});
