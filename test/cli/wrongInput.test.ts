import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { commands } from "../../lib/cli/commands.ts";
import { assertNothingMore, parse } from "../../lib/cli/main.ts";
import { caseMeant } from "../../lib/cli/named.ts";
import { assertLogsThere, chosen, opening, readFindings } from "../../lib/cli/sources.ts";
import { homeAt } from "../../lib/embedded/home.ts";
import { startServer } from "../../lib/embedded/server.ts";
import { openingAt } from "../../lib/embedded/settingsFile.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const at = (name: string): string => join(ROOT, "test/fixtures", name);
const FINDING = at("otrf-case/finding.json");
const IAM = at("otrf-case/iam.json");
const LOGS = at("otrf/logs");
const LOG = join(LOGS, "ec2_proxy_s3_exfiltration_2020-09-14011940.json");
const folder = mkdtempSync(join(tmpdir(), "cordon-wrong-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const written = (value: unknown): string => {
  const path = join(folder, `${files++}.json`);
  writeFileSync(path, JSON.stringify(value));
  return path;
};

/** As GuardDuty gives it (user guide, finding format of EC2): an instance, and no identity or bucket. */
const BRUTE_FORCE = {
  schemaVersion: "2.0",
  accountId: "123456789012",
  region: "us-east-1",
  partition: "aws",
  id: "c0ffee00c0ffee00c0ffee00c0ffee00",
  arn: "arn:aws:guardduty:us-east-1:123456789012:detector/d/finding/c0ffee00c0ffee00c0ffee00c0ffee00",
  type: "UnauthorizedAccess:EC2/SSHBruteForce",
  severity: 8,
  createdAt: "2026-11-20T14:00:00.000Z",
  updatedAt: "2026-11-20T14:10:00.000Z",
  title: "198.51.100.7 is performing SSH brute force attacks against i-0123456789abcdef0.",
  resource: { resourceType: "Instance", instanceDetails: { instanceId: "i-0123456789abcdef0" } },
  service: {
    count: 3,
    action: {
      actionType: "NETWORK_CONNECTION",
      networkConnectionAction: { remoteIpDetails: { ipAddressV4: "198.51.100.7" } },
    },
  },
};
const BRUTE_FORCE_FILE = written(BRUTE_FORCE);
const typed = (type: string, more: object = {}) => readFindings(written({ ...BRUTE_FORCE, type, ...more }));
const DEFAULTS = openingAt(homeAt(join(folder, "no-home")));

const respond = (...args: readonly string[]) => {
  const home = join(folder, "home");
  const run = spawnSync(process.execPath, [join(ROOT, "bin/cordon.js"), "respond", "--home", home, ...args], {
    encoding: "utf8",
  });
  return { ...run, founded: existsSync(home) };
};

/** What the command line says is one line that says what was expected and what was got; nothing is made. */
const WRONG: Readonly<Record<string, { readonly args: readonly string[]; readonly says: RegExp }>> = {
  "an IAM snapshot as the finding": {
    args: [IAM, "--logs", LOGS],
    says: /iam\.json: expected a GuardDuty finding, got an IAM snapshot/,
  },
  "a CloudTrail log as the finding": {
    args: [LOG, "--logs", LOGS],
    says: /expected a GuardDuty finding, got CloudTrail log records/,
  },
  "a finding as the IAM snapshot": {
    args: [FINDING, "--logs", LOGS, "--iam", FINDING],
    says: /expected the output of `aws iam get-account-authorization-details`.*got a GuardDuty finding/,
  },
  "a finding of SSH brute force": {
    args: [BRUTE_FORCE_FILE, "--logs", LOGS],
    says: /expected .*Exfiltration:S3\/\*.* got UnauthorizedAccess:EC2\/SSHBruteForce/,
  },
  "an empty folder of logs": {
    args: [FINDING, "--logs", mkdtempSync(join(folder, "empty-"))],
    says: /expected CloudTrail log files, got a folder without a file/,
  },
};

for (const [what, { args, says }] of Object.entries(WRONG))
  test(`${what} is told by its kind in one sentence, and no case is opened`, () => {
    const { status, stderr, stdout, founded } = respond(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, says);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
    assert.equal(stdout, "");
    assert.equal(founded, false);
  });

test("records are known as CloudTrail's in every envelope that they come in", () => {
  const record = { eventVersion: "1.08", eventSource: "s3.amazonaws.com", eventName: "GetObject" };
  const lookup = { EventId: "1", EventName: "GetObject", EventSource: "s3.amazonaws.com", CloudTrailEvent: "{}" };
  const many = Array.from({ length: 10_001 }, () => record);
  for (const shape of [record, [record], { Records: [record] }, { detail: record }, { Events: [lookup] }, many])
    assert.throws(() => readFindings(written(shape)), { message: /got CloudTrail log records/ });
});

test("what nobody knows is named by its members, in characters that a terminal may have", () => {
  assert.throws(
    () => readFindings(written({ "\u001b[2J": 1, b: 2 })),
    (error: Error) => {
      assert.match(error.message, /expected a GuardDuty finding, got a document of .*, b$/);
      return !error.message.includes("\u001b");
    },
  );
  for (const value of [7, "text", null, {}])
    assert.throws(() => readFindings(written(value)), { code: "INPUT_INVALID" });
});

test("a broken finding is still told fault by fault, by path", () => {
  assert.throws(() => readFindings(written({ ...BRUTE_FORCE, severity: "high" })), {
    message: /not a GuardDuty finding: severity: expected a number/,
  });
});

test("by hand a finding about S3 or an identity opens a case, by itself one of the settings; another is refused", () => {
  const sequence = { service: { detection: { sequence: { signals: [{ type: "S3_DATA_EVENTS" }] } } } };
  for (const [type, byHand, byItself, more] of [
    ["Exfiltration:S3/AnomalousBehavior", true, true, {}],
    ["Exfiltration:S3/AnomalousBehavior", true, false, { severity: 2 }],
    ["Policy:S3/BucketAnonymousAccessGranted", true, false, {}],
    ["PrivilegeEscalation:IAMUser/AdministrativePermissions", true, false, {}],
    ["AttackSequence:IAM/CompromisedCredentials", true, false, {}],
    ["AttackSequence:EC2/CompromisedInstanceGroup", true, true, sequence],
    ["AttackSequence:EC2/CompromisedInstanceGroup", false, false, {}],
    ["Cordon:S3/Suspicion", true, false, {}],
    ["UnauthorizedAccess:EC2/SSHBruteForce", false, false, {}],
    ["CryptoCurrency:Runtime/BitcoinTool.B", false, false, {}],
    ["Execution:EC2/Exfiltration:S3/", false, false, {}],
  ] as const) {
    const found = typed(type, more);
    const opens = (choose: typeof chosen): boolean => {
      try {
        return choose(found, DEFAULTS).intakes.length === 1;
      } catch (error) {
        assert.match((error as Error).message, /add its type to openOn/);
        return false;
      }
    };
    assert.deepEqual([opens(chosen), opens(opening)], [byHand, byItself], `${type} ${JSON.stringify(more)}`);
  }
});

test("a type that the settings name opens a case, whatever it is about", () => {
  const settings = { openOn: ["UnauthorizedAccess:EC2/*"], minimumSeverity: 4 };
  assert.equal(chosen(readFindings(BRUTE_FORCE_FILE), settings).intakes.length, 1);
  assert.equal(opening(readFindings(BRUTE_FORCE_FILE), settings).intakes.length, 1);
});

test("a folder with a file somewhere below it is no empty one", () => {
  const logs = mkdtempSync(join(folder, "logs-"));
  mkdirSync(join(logs, "AWSLogs/1/CloudTrail"), { recursive: true });
  assert.throws(() => assertLogsThere(logs), { code: "INPUT_INVALID" });
  writeFileSync(join(logs, "AWSLogs/1/CloudTrail/a.json"), readFileSync(LOG));
  assert.doesNotThrow(() => assertLogsThere(logs));
});

const IDS = ["case-20260223-0123456789", "case-20260223-0999999999", "case-20261120-0123456789"];
const ports = { cases: { list: async () => IDS.map((caseId) => ({ caseId })) } } as unknown as Parameters<
  typeof caseMeant
>[1];

test("the beginning of a case id names the one case that begins so", async () => {
  assert.equal(await caseMeant("case-202611", ports), IDS[2]);
  assert.equal(await caseMeant("case-20260223-09", ports), IDS[1]);
  assert.equal(await caseMeant(IDS[0]!, ports), IDS[0]);
});

test("a beginning that fits several names them, one that fits none says so, and what is no beginning is left as it is", async () => {
  await assert.rejects(caseMeant("case-20260223", ports), {
    code: "INPUT_INVALID",
    message: /2 case ids: case-20260223-0123456789, case-20260223-0999999999;/,
  });
  await assert.rejects(caseMeant("case-2027", ports), { code: "CASE_NOT_FOUND" });
  for (const other of ["../../etc/passwd", "case-%", "case-20270101-0123456789"])
    assert.equal(await caseMeant(other, ports), other);
});

test("a data directory that is a file is a sentence", () => {
  const { status, stderr } = respond(FINDING, "--logs", LOGS, "--home", FINDING);
  assert.equal(status, 2, stderr);
});

test("a port that another program has is a sentence", async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  const { port } = other.address() as { port: number };
  try {
    await assert.rejects(startServer({ app: async () => new Response(""), port }), {
      code: "USAGE",
      message: new RegExp(`port ${port} .*another program`),
    });
  } finally {
    other.close();
  }
});

test("a word that a verb does not take is refused in a sentence, before anything is opened", async () => {
  const words = ["one", "two", "three", "four"];
  for (const { name, summary, load } of commands) {
    const command = { name, summary, ...(await load()) };
    const most = name === "mark" ? 99 : /^(?:CASE|FINDING|BUNDLE|FILE|KEY|\[CASE\]|bash)/.test(command.usage) ? 1 : 0;
    assert.doesNotThrow(() => assertNothingMore(command, words.slice(0, most)), name);
    if (most < words.length)
      assert.throws(() => assertNothingMore(command, words.slice(0, most + 1)), { code: "USAGE" }, name);
  }
  const home = join(folder, "nowhere");
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "bin/cordon.ts"), "home", "check", "x", "--home", home],
    {
      encoding: "utf8",
    },
  );
  assert.equal(status, 2);
  assert.match(stderr, /^cordon home check: "x" is not understood: expected nothing beside the options\n/);
});

test("an option that is none is refused by name, with the one that was meant", () => {
  const options = { home: { type: "string", value: "DIR", help: "where" } } as const;
  const says = (message: string) => ({ code: "USAGE", message });
  assert.throws(() => parse(options, ["--hom", "x"]), says("there is no option --hom here; did you mean --home?"));
  assert.throws(() => parse(options, ["--colour"]), says("there is no option --colour here"));
  assert.throws(() => parse(options, ["-\u001b[2J"]), says("there is no option -\\u{1b} here"));
  assert.deepEqual({ ...parse(options, ["--home", "x"]).values }, { home: "x" });
});
