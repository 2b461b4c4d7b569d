import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

const ROOT = resolve(import.meta.dirname, "../..");
const FIXTURES = join(ROOT, "test/fixtures");
const LOG = "otrf/logs/ec2_proxy_s3_exfiltration_2020-09-14011940.json";
/** Nothing but a leak could put this anywhere. */
const CANARY = "CaNaRyd0n0tl3aK";

const THIEF = { key: "ASIA5FLZVX4OPVKKVBMX", at: "2020-09-14T01:10:" };

/** Calls of the actor whose records hold secrets, each marked with its own number. */
const SECRET_CALLS = [
  {
    eventSource: "iam.amazonaws.com",
    eventName: "CreateAccessKey",
    requestParameters: { userName: "pedro" },
    responseElements: {
      accessKey: {
        accessKeyId: "AKIAEXAMPLEEXAMPLE01",
        userName: "pedro",
        status: "Active",
        secretAccessKey: `${CANARY}1`,
      },
    },
  },
  {
    eventSource: "iam.amazonaws.com",
    eventName: "CreateLoginProfile",
    requestParameters: { userName: "pedro", password: `${CANARY}2` },
    responseElements: null,
  },
  {
    eventSource: "sts.amazonaws.com",
    eventName: "GetSessionToken",
    requestParameters: null,
    responseElements: {
      credentials: { accessKeyId: "ASIAEXAMPLEEXAMPLE02", sessionToken: `${CANARY}3`, secretAccessKey: `${CANARY}4` },
    },
  },
  {
    eventSource: "ec2.amazonaws.com",
    eventName: "CreateKeyPair",
    requestParameters: { keyName: "k" },
    responseElements: { keyName: "k", keyMaterial: `${CANARY}5` },
  },
  {
    eventSource: "ec2.amazonaws.com",
    eventName: "RunInstances",
    requestParameters: { userData: `${CANARY}6` },
    responseElements: null,
  },
  {
    eventSource: "s3.amazonaws.com",
    eventName: "PutBucketPolicy",
    requestParameters: {
      bucketName: "mordors3stack-s3bucket-llp2yingx64a",
      "X-Amz-Security-Token": `${CANARY}7`,
      "x-amz-server-side-encryption-customer-key": `${CANARY}8`,
    },
    responseElements: null,
  },
] as const;

const setUp = (): { home: string; logs: string; finding: string } => {
  const root = mkdtempSync(join(tmpdir(), "cordon-canary-"));
  const lines = readFileSync(join(FIXTURES, LOG), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown> & { userIdentity?: { accessKeyId?: string } });
  const his = lines.find(
    (record) => record.userIdentity?.accessKeyId === THIEF.key && record.eventName === "GetObject",
  )!;
  const added = SECRET_CALLS.map((call, index) => ({
    ...his,
    ...call,
    eventID: `00000000-0000-4000-8000-00000000000${index}`,
    eventTime: `${THIEF.at}0${index}Z`,
    readOnly: false,
    eventCategory: "Management",
    managementEvent: true,
    userAgent: `agent?X-Amz-Security-Token=${CANARY}9`,
  }));
  const logs = join(root, "logs.d");
  const finding = join(root, "finding.json");
  const raw = JSON.parse(readFileSync(join(FIXTURES, "otrf-case/finding.json"), "utf8")) as Record<string, unknown>;
  writeFileSync(finding, JSON.stringify({ ...raw, notes: { sessionToken: `${CANARY}0` } }));
  spawnSync("mkdir", [logs]);
  writeFileSync(join(logs, "records.json"), [...lines, ...added].map((record) => JSON.stringify(record)).join("\n"));
  return { home: join(root, "home"), logs, finding };
};

const cordon = (...args: readonly string[]) =>
  spawnSync(process.execPath, [join(ROOT, "bin/cordon.js"), ...args], {
    encoding: "utf8",
    cwd: tmpdir(),
    timeout: 120_000,
  });

/** Everything a case leaves for people to read: documents, audit trail, bundles, notices. Not the case table, which is the log itself. */
const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".parquet"))
    .map((entry) => join(entry.parentPath, entry.name));

test("no secret that a log or a finding holds reaches the bundle, the case, the notices or what is printed", () => {
  const { home, logs, finding } = setUp();
  const responded = cordon(
    "respond",
    finding,
    "--logs",
    logs,
    "--iam",
    join(FIXTURES, "otrf-case/iam.json"),
    "--buckets",
    join(FIXTURES, "otrf-case/buckets"),
    "--home",
    home,
  );
  assert.equal(responded.status, 0, responded.stderr);
  const [caseId] = readdirSync(join(home, "cases"));
  const decided = cordon(
    "decide",
    caseId!,
    ...["--plan", "contain-2", "--approve", "all", "--reason", "confirmed with the owner", "--home", home],
  );
  assert.equal(decided.status, 0, decided.stderr);
  const files = ["vault", "cases", "notices"].flatMap((folder) => filesOf(join(home, folder)));
  const leaks = files.filter((file) => readFileSync(file).includes(CANARY)).map((file) => file.slice(home.length));
  assert.deepEqual(leaks, []);
  for (const { stdout, stderr } of [responded, decided, cordon("show", caseId!, "--home", home)])
    assert.doesNotMatch(stdout + stderr, new RegExp(CANARY));
  // The calls that carried them are on record all the same, or this test could not fail.
  const changes = files
    .filter((file) => file.endsWith("queries/changes.json"))
    .map((file) => readFileSync(file, "utf8"));
  assert.ok(changes.length > 0);
  for (const text of changes)
    for (const name of ["CreateAccessKey", "CreateLoginProfile", "CreateKeyPair", "PutBucketPolicy"])
      assert.match(text, new RegExp(name));
});
