import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { createClassifier } from "../../lib/embedded/classifier.ts";
import type { Classifier, ClassifyItem, ClassifyStatus } from "../../lib/ports/ports.ts";

// Numbers that others published for tests and examples: the card networks' test numbers, the SSN of the Woolworth
// wallet (public since 1938), and the key pair of AWS's own documentation.
const PEOPLE = "jane.doe@example.com,078-05-1120\njohn@example.org,219-09-9999\n";
const CARDS = "4111 1111 1111 1111;378282246310005;5555-5555-5555-4444;6011111111111117";
const KEYS =
  "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
// One digit off: the check digit of each fails. An SSN of area 000 or 666 was never issued.
const LOOK_ALIKES =
  "4111 1111 1111 1112;378282246310006;5555-5555-5555-4445\n000-12-3456 666-12-3456 2026-11-21 1.2.3.4 @home user@localhost\n";

const item = (key: string, bucket = "customers"): ClassifyItem => ({ bucket, key, bytes: null });

const withBodies = (bodies: Record<string, string | Buffer>, folder = "objects") => {
  const dir = mkdtempSync(join(tmpdir(), "cordon-classify-"));
  for (const [name, body] of Object.entries(bodies)) {
    const path = join(dir, "buckets/customers", folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, body);
  }
  return { bucketsDir: join(dir, "buckets"), jobsDir: join(dir, "jobs") };
};

const run = async (
  classifier: Classifier,
  token: string,
  items: readonly ClassifyItem[],
): Promise<Extract<ClassifyStatus, { state: "done" }>> => {
  const started = await classifier.start({ caseId: "case-1", token, items });
  assert.ok("jobId" in started);
  for (let checks = 0; checks < 100; checks += 1) {
    const status = await classifier.check(started.jobId);
    if (status.state === "done") return status;
    assert.equal(status.state, "running");
  }
  throw new Error("the job does not end");
};

test("people, cards and keys are counted under Macie's category names", async () => {
  const classifier = createClassifier(withBodies({ "a.csv": PEOPLE, "b/c.txt": CARDS, "k.ini": KEYS }));
  const status = await run(classifier, "t", [item("a.csv"), item("b/c.txt"), item("k.ini")]);
  assert.equal(status.complete, true);
  const found = Object.fromEntries(
    status.findings.map(({ key, severity, categories }) => [key, { severity, categories }]),
  );
  assert.deepEqual(found, {
    "a.csv": { severity: "High", categories: { PERSONAL_INFORMATION: 4 } },
    "b/c.txt": { severity: "High", categories: { FINANCIAL_INFORMATION: 4 } },
    "k.ini": { severity: "High", categories: { CREDENTIALS: 2 } },
  });
});

test("numbers with a wrong check digit, dates and addresses are not counted", async () => {
  const status = await run(createClassifier(withBodies({ "a.txt": LOOK_ALIKES })), "t", [item("a.txt")]);
  assert.deepEqual(status.findings, []);
  assert.equal(status.complete, true);
});

test("sixty thousand lines are counted exactly, gzip or not, wherever the pieces are cut", async () => {
  const lines = 60_000;
  const body = PEOPLE.repeat(lines / 2);
  const oneLine = "4111111111111111,".repeat(lines);
  const dirs = withBodies({ "plain.csv": body, "packed.csv.gz": gzipSync(body), "one-line.csv": oneLine });
  const status = await run(createClassifier(dirs), "t", [
    item("plain.csv"),
    item("packed.csv.gz"),
    item("one-line.csv"),
  ]);
  assert.deepEqual(
    status.findings.map(({ categories }) => categories),
    [{ PERSONAL_INFORMATION: lines * 2 }, { PERSONAL_INFORMATION: lines * 2 }, { FINANCIAL_INFORMATION: lines }],
  );
});

test("without bodies the job ends incomplete, and says of how many", async () => {
  const status = await run(createClassifier(withBodies({ "a.csv": PEOPLE })), "t", [
    item("a.csv"),
    item("b.csv"),
    item("c.csv", "elsewhere"),
  ]);
  assert.equal(status.complete, false);
  assert.equal(status.findings.length, 1);
  assert.match(status.reason, /1 of 3.*of 2 the content is not here/);
});

test("a binary body is not taken for one without findings", async () => {
  const status = await run(
    createClassifier(withBodies({ "a.parquet": Buffer.from("PAR1\0\0jane@example.com") })),
    "t",
    [item("a.parquet")],
  );
  assert.equal(status.complete, false);
  assert.deepEqual(status.findings, []);
});

test("a key cannot lead out of its folder, by dots, by an absolute path or by a link", async () => {
  const dirs = withBodies({ "a.csv": "nothing" });
  writeFileSync(join(dirs.bucketsDir, "secret.csv"), PEOPLE);
  symlinkSync(join(dirs.bucketsDir, "secret.csv"), join(dirs.bucketsDir, "customers/objects/link.csv"));
  const keys = ["../../secret.csv", join(dirs.bucketsDir, "secret.csv"), "link.csv", "a\0b", "", "."];
  const status = await run(
    createClassifier(dirs),
    "t",
    keys.map((key) => item(key)),
  );
  assert.deepEqual(status.findings, []);
  assert.equal(status.complete, false);
});

test("a key that is no path is found under its URL-encoded name", async () => {
  const key = "../odd key?/ä.csv";
  const status = await run(createClassifier(withBodies({ [encodeURIComponent(key)]: PEOPLE })), "t", [item(key)]);
  assert.equal(status.complete, true);
  assert.equal(status.findings[0]?.key, key);
});

test("the beginning of an object counts, but not as the whole", async () => {
  const status = await run(createClassifier(withBodies({ "a.csv": PEOPLE }, "sample")), "t", [item("a.csv")]);
  assert.equal(status.complete, false);
  assert.equal(status.findings.length, 1);
});

const many = () => ({
  dirs: withBodies({ "a.csv": PEOPLE }),
  items: Array.from({ length: 12_000 }, (_, at) => item(at === 11_000 ? "a.csv" : `none-${at}.csv`)),
});

test("the same token finds the same job, and another process takes a job on where it stood", async () => {
  const { dirs, items } = many();
  const started = await createClassifier(dirs).start({ caseId: "case-1", token: "same", items });
  assert.ok("jobId" in started);
  assert.equal((await createClassifier(dirs).check(started.jobId)).state, "running");
  assert.deepEqual(await createClassifier(dirs).start({ caseId: "case-1", token: "same", items }), started);
  assert.equal((await createClassifier(dirs).check(started.jobId)).state, "running");
  const status = await createClassifier(dirs).check(started.jobId);
  assert.equal(status.state === "done" && status.findings.length, 1);
  assert.deepEqual(await createClassifier(dirs).check(started.jobId), status);
});

test("a slice that was cut off while it was noted is done again, and nothing is counted twice", async () => {
  const { dirs, items } = many();
  const whole = await run(createClassifier(dirs), "whole", items);
  const started = await createClassifier(dirs).start({ caseId: "case-1", token: "torn", items });
  assert.ok("jobId" in started);
  const progress = join(dirs.jobsDir, `${started.jobId}.progress.jsonl`);
  for (let checks = 0; ; checks += 1) {
    const status = await createClassifier(dirs).check(started.jobId);
    if (status.state === "done") return assert.deepEqual([checks > 0, status], [true, whole]);
    appendFileSync(progress, '{"done":12000,"states":{"abs');
  }
});

test("a job of an earlier version, which wrote into the job itself, is taken on where it stood", async () => {
  const { dirs, items } = many();
  const whole = await run(createClassifier(dirs), "whole", items);
  const started = await createClassifier(dirs).start({ caseId: "case-1", token: "earlier", items });
  assert.ok("jobId" in started);
  const found = { bucket: "customers", key: "earlier", severity: "Low", categories: { CREDENTIALS: 1 }, source: "s" };
  const states = { absent: 9000, unreadable: 0, read: 0, partial: 0 };
  writeFileSync(
    join(dirs.jobsDir, `${started.jobId}.json`),
    JSON.stringify({ items, done: 9000, states, findings: [found] }),
  );
  const status = await run(createClassifier(dirs), "earlier", items);
  assert.deepEqual(status, { ...whole, findings: [found, ...whole.findings] });
});

test("two that check at once, and one that comes late, find everything once", async () => {
  const { dirs, items } = many();
  const whole = await run(createClassifier(dirs), "whole", items);
  const started = await createClassifier(dirs).start({ caseId: "case-1", token: "twice", items });
  assert.ok("jobId" in started);
  const check = () => createClassifier(dirs).check(started.jobId);
  for (let checks = 0; checks < 3; checks += 1) await Promise.all([check(), check(), check()]);
  assert.deepEqual(await check(), whole);
});

test("without a folder of buckets nothing is started", async () => {
  const { jobsDir } = withBodies({});
  assert.ok(
    "unavailable" in
      (await createClassifier({ bucketsDir: null, jobsDir }).start({ caseId: "case-1", token: "t", items: [] })),
  );
});
