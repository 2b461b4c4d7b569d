import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { canonicalJson, sha256Hex } from "../../lib/base/jcs.ts";
import type { CaseView } from "../../lib/case/caseView.ts";
import { openDeployment } from "../../lib/embedded/deployment.ts";
import { createSigner } from "../../lib/embedded/signer.ts";
import { DEFAULT_LIMITS } from "../../lib/evidence/inventory.ts";
import { signTrustRoot } from "../../lib/evidence/trustRotation.ts";
import { packZip, unpackZip } from "../evidence/wholeZip.ts";
import { flat, resourcesOf, synth, toList } from "../stack/synth.ts";
import { BUCKETS, CALLERS, type Call, type Model, placeOf, REGION, startModel } from "./awsModel.ts";
import { cordonHere, type Ran } from "./here.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const FIXTURES = join(ROOT, "test/fixtures");
const FINDING = join(FIXTURES, "otrf-case/finding.json");
const CLI = join(ROOT, "bin/cordon.js");
const REASON = ["--reason", "confirmed with the owner of the key"];
const work = mkdtempSync(join(tmpdir(), "cordon-cli-aws-"));
const home = join(work, "home");
const fresh = (name: string): string => join(mkdtempSync(join(work, "out-")), name);

const { cordon } = synth();
let model: Model;
let caseId: string;
let key: string;

const embedded = (...args: readonly string[]): Promise<Ran> =>
  cordonHere([...args, "--home", home], { env: process.env, cwd: work });

/** The command line as the person who holds an access key; nothing of this machine's own AWS configuration is seen. */
const as =
  (accessKey: string | null) =>
  (...args: readonly string[]): Promise<Ran> => {
    const keys = accessKey === null ? {} : { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: "secret" };
    const env = {
      PATH: process.env.PATH,
      HOME: work,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ENDPOINT_URL: model.server.endpoint,
      AWS_ENDPOINT_URL_EXECUTE_API: model.server.endpoint,
      ...keys,
    };
    return cordonHere([...args, "--region", REGION], { env, cwd: work });
  };
const alice = as("AKIAALICE");

before(async () => {
  openDeployment({ home, print: null, onBoundary: () => {} }).close();
  const path = join(home, "settings.json");
  const settings = JSON.parse(readFileSync(path, "utf8"));
  settings.approvers[0].principals = [CALLERS.AKIAALICE];
  writeFileSync(path, JSON.stringify(settings));
  key = join(home, "keys", `approver-${settings.approvers[0].humanId}.pem`);
  const logs = [
    "--logs",
    join(FIXTURES, "otrf/logs"),
    "--iam",
    join(FIXTURES, "otrf-case/iam.json"),
    "--buckets",
    join(FIXTURES, "otrf-case/buckets"),
  ];
  const parked = await embedded("respond", FINDING, ...logs, "--json");
  assert.equal(parked.status, 0, parked.stderr);
  caseId = (JSON.parse(parked.stdout) as CaseView).caseId;
  model = await startModel(home);
});
after(() => model.server.close());
beforeEach(() => {
  model.instead = () => undefined;
  model.calls.length = 0;
});

/** What an embedded run says of the same case, with the places in the bucket. */
const expected = async (...args: readonly string[]): Promise<unknown> => {
  const { stdout } = await embedded(...args, "--json");
  const vault = join(home, "vault/");
  return JSON.parse(stdout, (name, value) =>
    name === "path" && typeof value === "string" && value.startsWith(vault)
      ? placeOf(
          ...(([id, revision]) => [id!, Number(revision!.slice(1))] as const)(value.slice(vault.length).split("/")),
        )
      : value,
  );
};

/** Every call made so far that a policy for people does not allow. S3 places are compared without the name of the bucket. */
const beyond = (policy: "auditor" | "responder"): readonly string[] => {
  const allowed = statements(policy);
  return [
    ...new Set(model.calls.filter((call) => !allowed(call)).map(({ action, resource }) => `${action} ${resource}`)),
  ];
};

const statements = (policy: string): ((call: Call) => boolean) => {
  const [found] = Object.values(resourcesOf(cordon, "AWS::IAM::ManagedPolicy")).filter(({ Properties }) =>
    Properties.ManagedPolicyName.endsWith(`-${policy}`),
  );
  const rules = (found!.Properties.PolicyDocument.Statement as any[]).flatMap(({ Action, Resource }) =>
    toList(Action).flatMap((action) => toList(Resource).map((arn) => [action, placeIn(flat(arn))] as const)),
  );
  // Whoever is signed in may ask who he is.
  return ({ action, resource }) =>
    action === "sts:GetCallerIdentity" ||
    rules.some(([one, place]) => one === action && (place === null || placeIn(resource)!.startsWith(place)));
};

/** `cases:cases/…` of an S3 ARN, the name of a machine, the route of the API; null for keys and the stack, which the model names its own way. */
const placeIn = (arn: string): string | null => {
  const [, bucket, path = ""] = /:s3:::cordon-(cases|evidence)[^/]*(.*)$/.exec(arn) ?? [];
  if (bucket !== undefined) return `${bucket}:${path.replace(/\*$/, "")}`;
  return /(?:stateMachine:[\w-]+|POST\/v1\/\w+)$/.exec(arn)?.[0] ?? null;
};

const reads = (): readonly (readonly string[])[] => [
  ["cases"],
  ["cases", "--bucket", "mordors3stack-s3bucket-llp2yingx64a"],
  ["show", caseId],
  ["evidence", "list"],
  ["cost", caseId],
  ["ledger", "show"],
];

test("what is read of a case in AWS is what an embedded run says of it, for every verb that reads", async () => {
  for (const args of reads()) {
    const ran = await alice(...args, "--json");
    assert.equal(ran.status, 0, `${args.join(" ")}: ${ran.stderr}`);
    assert.deepEqual(JSON.parse(ran.stdout), await expected(...args), args.join(" "));
  }
  assert.deepEqual(beyond("auditor"), []);
});

test("a bundle out of the bucket is file by file the sealed one, in a folder of its own, verifies, opens and is exported", async () => {
  const zip = fresh("case.zip");
  assert.equal((await alice("evidence", "get", caseId, "--out", zip)).status, 0);
  const revision = ((await expected("show", caseId)) as CaseView).evidence.at(-1)!.revision;
  const files = unpackZip(readFileSync(zip), DEFAULT_LIMITS);
  const sealed = model.s3.objects.get(`${BUCKETS.evidence}/bundles/${caseId}/r${revision}.zip`)!;
  // By digest: a difference between two megabytes, shown, takes all memory.
  assert.equal(sha256Hex(packZip(files)), sha256Hex(sealed));
  const keys = fresh("keys.json");
  assert.equal((await alice("keys", "--out", keys)).status, 0);
  await embedded("keys");
  assert.deepEqual(readFileSync(keys), readFileSync(join(home, "keys/keys.json")));
  assert.equal(spawnSync(process.execPath, [CLI, "evidence", "verify", zip, "--trust", keys]).status, 0);
  const verified = await alice("evidence", "verify", caseId);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
  const opened = (await alice("evidence", "open", caseId)).stdout.trim();
  assert.deepEqual(new Uint8Array(readFileSync(opened)), new Uint8Array(files.get("data/report.html")!));
  const stix = fresh("case.stix.json");
  assert.equal((await alice("evidence", "export", caseId, "--format", "stix", "--out", stix)).status, 0);
  assert.ok([...files.values()].some((bytes) => Buffer.compare(bytes, readFileSync(stix)) === 0));
  assert.deepEqual(beyond("auditor"), []);
});

test("keys.json is the one published beside the ledger, and one without the keys that sign here is not believed", async () => {
  await embedded("keys");
  const folder = `${BUCKETS.evidence}/ledger/keys/`;
  const own = readFileSync(join(home, "keys/keys.json"));
  /** As the sealing function leaves it: the file, and an envelope by each of its keys. */
  const publish = async (bytes: Uint8Array): Promise<void> => {
    model.s3.objects.set(`${folder}keys-v1.json`, Buffer.from(bytes));
    for (const name of ["evidence", "ledger"]) {
      const { sign, publicKey } = createSigner(join(home, "keys", `${name}.pem`));
      const envelope = await signTrustRoot(bytes, { sign, publicKey: await publicKey() });
      model.s3.objects.set(`${folder}keys-v1.${name}.dsse.json`, Buffer.from(envelope));
    }
  };
  await publish(own);
  assert.equal((await alice("evidence", "verify", caseId)).status, 0);
  const root = JSON.parse(own.toString());
  const key = { ...root.keys[0], revokedAt: "2026-01-01T00:00:00.000Z", reason: "stolen" };
  const revoked = Buffer.from(canonicalJson({ ...root, keys: [key, ...root.keys.slice(1)] }));
  const refusals = [];
  await publish(revoked);
  refusals.push(await alice("evidence", "verify", caseId, "--json"));
  // The same by somebody who can write into the folder and sign nothing.
  await publish(own);
  model.s3.objects.set(`${folder}keys-v1.json`, revoked);
  refusals.push(await alice("keys", "--json"));
  for (const name of [...model.s3.objects.keys()]) if (name.startsWith(folder)) model.s3.objects.delete(name);
  for (const { status, stdout } of refusals) {
    assert.equal(status, 2, stdout);
    assert.equal(JSON.parse(stdout).error.code, "SETTINGS_INVALID");
  }
  assert.deepEqual(beyond("auditor"), []);
});

test("a bundle that was changed in the bucket is found tampered", async () => {
  const { revision } = ((await expected("show", caseId)) as CaseView).evidence.at(-1)!;
  const place = `${BUCKETS.evidence}/bundles/${caseId}/r${revision}.zip`;
  const sealed = model.s3.objects.get(place)!;
  const forged = Buffer.from(sealed);
  const at = forged.indexOf("case-2");
  forged[at] = forged[at]! ^ 1;
  model.s3.objects.set(place, forged);
  const { status } = await alice("evidence", "verify", caseId);
  model.s3.objects.set(place, sealed);
  assert.ok(status === 1 || status === 2, String(status));
});

test("the ledger in the bucket audits clean, and one entry taken away is found", async () => {
  const memory = fresh("memory");
  const clean = await alice("ledger", "audit", "--memory", memory, "--json");
  assert.equal(clean.status, 0, clean.stdout + clean.stderr);
  assert.deepEqual(beyond("auditor"), []);
  const place = [...model.s3.objects.keys()].find((name) => name.includes("/ledger/log/entry/"))!;
  const entry = model.s3.objects.get(place)!;
  model.s3.objects.delete(place);
  const robbed = await alice("ledger", "audit", "--memory", memory, "--json");
  model.s3.objects.set(place, entry);
  assert.equal(robbed.status, 1);
  assert.ok(JSON.parse(robbed.stdout).faults.length > 0);
});

test("a redacted copy is signed by whoever makes it: the evidence key signs for nobody at a command line", async () => {
  const out = fresh("shared.zip");
  assert.equal((await alice("evidence", "redact", caseId, "--out", out)).status, 2);
  const ran = await alice("evidence", "redact", caseId, "--out", out, "--key", key);
  assert.equal(ran.status, 0, ran.stderr);
  assert.ok(existsSync(out) && existsSync(`${out}.tokens.jsonl`));
  assert.ok(!model.calls.some(({ action }) => action === "kms:Sign"));
});

test("a caller who is no approver is told under which name he came, and nothing is posted", async () => {
  const ran = await as("AKIAMALLORY")(
    "decide",
    caseId,
    "--plan",
    "contain-2",
    "--approve",
    "all",
    ...REASON,
    "--key",
    key,
  );
  assert.equal(ran.status, 2);
  assert.ok(ran.stderr.includes(CALLERS.AKIAMALLORY!));
  assert.ok(!model.calls.some(({ action }) => action === "execute-api:Invoke"));
});

test("a decision with another's key and name is refused by the API, in its own words", async () => {
  const humanId = /approver-(.+)\.pem$/.exec(key)![1]!;
  const ran = await as("AKIAMALLORY")(
    "decide",
    caseId,
    "--plan",
    "contain-2",
    "--approve",
    "all",
    ...REASON,
    "--key",
    key,
    "--as",
    humanId,
    "--json",
  );
  assert.equal(ran.status, 1);
  assert.equal(JSON.parse(ran.stdout).refused.code, "OTHER_IDENTITY");
});

test("API Gateway that knows no such caller is an error of the caller's rights, with what to grant", async () => {
  model.instead = ({ action }) => (action === "execute-api:Invoke" ? json403 : undefined);
  const ran = await alice(
    "decide",
    caseId,
    "--plan",
    "contain-2",
    "--approve",
    "all",
    ...REASON,
    "--key",
    key,
    "--json",
  );
  assert.equal(ran.status, 1);
  assert.equal(JSON.parse(ran.stdout).error.code, "DECISION_REFUSED");
  assert.match(ran.stderr, /execute-api:Invoke/);
});
const json403 = { status: 403, headers: { "content-type": "application/json" }, body: '{"message":"Forbidden"}' };

test("answers that never come leave the decision open, and are said to be unknown and not refused", async () => {
  model.instead = ({ action }) => (action === "execute-api:Invoke" ? { status: 503, body: "no" } : undefined);
  const ran = await alice(
    "decide",
    caseId,
    "--plan",
    "contain-2",
    "--approve",
    "all",
    ...REASON,
    "--key",
    key,
    "--json",
  );
  assert.deepEqual([ran.status, JSON.parse(ran.stdout).error.code], [1, "STATE_UNKNOWN"]);
  assert.equal(model.calls.filter(({ action }) => action === "execute-api:Invoke").length, 3);
});

test("a key that the policy does not know is refused, and the question stays open", async () => {
  const ran = await alice(
    "decide",
    caseId,
    "--plan",
    "contain-2",
    "--approve",
    "all",
    ...REASON,
    "--key",
    join(home, "keys/evidence.pem"),
    "--json",
  );
  assert.equal(ran.status, 1);
  assert.match(JSON.parse(ran.stdout).refused.code, /^[A-Z_]+$/);
  assert.deepEqual(model.woken, []);
});

test("a decision by KMS key whose first answer is lost counts once; by key file again it is the same decision", async () => {
  model.instead = ({ action }, nth) => (action === "execute-api:Invoke" && nth === 2 ? "drop" : undefined);
  const events = (): readonly string[] =>
    [...model.s3.objects.entries()]
      .filter(([name]) => name.includes(`${caseId}/events/`))
      .map(([, bytes]) => JSON.parse(bytes.toString()).type);
  const kms = `arn:aws:kms:eu-west-1:111111111111:key/${basename(key, ".pem")}`;
  const first = await alice(
    "decide",
    caseId,
    "--plan",
    "contain-2",
    "--approve",
    "all",
    ...REASON,
    "--key",
    kms,
    "--json",
  );
  assert.equal(first.status, 0, first.stdout + first.stderr);
  assert.equal((JSON.parse(first.stdout) as CaseView).plan?.status, "approved");
  const again = await alice("decide", caseId, "--plan", "contain-2", "--approve", "all", ...REASON, "--key", key);
  assert.equal(again.status, 0, again.stderr);
  assert.match(again.stderr, /before/);
  assert.equal(events().filter((type) => type === "decision.recorded").length, 1);
  assert.ok(model.woken.length >= 1);
  const late = await whileCarriedOut(() =>
    alice("decide", caseId, "--plan", "contain-2", "--approve", "all", ...REASON, "--key", key),
  );
  assert.equal(late.status, 0, late.stderr);
  assert.match(late.stderr, /before/);
  const own = ({ action }: Call) => action === "kms:Sign" || action === "kms:GetPublicKey";
  model.calls.splice(0, model.calls.length, ...model.calls.filter((call) => !own(call)));
  assert.deepEqual(beyond("responder"), []);
});

/** Between the first change of a plan and its second. */
const whileCarriedOut = async (work: () => Promise<Ran>): Promise<Ran> => {
  const { planId, actions } = JSON.parse((await alice("show", caseId, "--json")).stdout).plan;
  const { id, kind, target } = actions[0];
  const record = { planId, id, kind, target, status: "applied", why: "", calls: [], before: {}, after: {} };
  const place = `${BUCKETS.cases}/cases/${caseId}/actions/${planId}/${id}.json`;
  const written = { ...record, afterDigest: null, verdict: null, at: new Date().toISOString() };
  model.s3.objects.set(place, Buffer.from(canonicalJson(written)));
  try {
    return await work();
  } finally {
    model.s3.objects.delete(place);
  }
};

test("a new plan is asked for through the API, and what the case does not allow is refused in its words", async () => {
  const refused = await alice("rollback", caseId, "--json");
  assert.equal(refused.status, 2, refused.stderr);
  assert.match(refused.stderr, /NOTHING_TO_RELEASE/);
  const stranger = await as("AKIAMALLORY")("propose", caseId, "--as", /approver-(.+)\.pem$/.exec(key)![1]!);
  assert.match(stranger.stderr, /OTHER_IDENTITY/);
  assert.equal(model.calls.filter(({ resource }) => resource === "POST/v1/plans").length, 2);
  assert.ok(!model.calls.some(({ action }) => action === "s3:PutObject"));
  assert.deepEqual(beyond("responder"), []);
  const body = JSON.stringify({ requested: true, planId: "contain-3", repeated: false });
  model.instead = ({ action }) => (action === "execute-api:Invoke" ? { status: 200, body } : undefined);
  const asked = await alice("propose", caseId);
  assert.equal(asked.status, 0, asked.stderr);
  assert.match(asked.stdout, /contain-3 is being made: {2}cordon show case-\S+ --region eu-central-1 --plan contain-3/);
});

test("a finding handed in starts the response once, by a name of its own", async () => {
  const first = await alice("respond", FINDING, "--json");
  assert.equal(first.status, 0, first.stderr);
  const second = await alice("respond", FINDING, "--json");
  assert.deepEqual([JSON.parse(first.stdout).how, JSON.parse(second.stdout).how], ["started", "repeated"]);
  assert.equal(JSON.parse(first.stdout).caseId, caseId);
  const [[name, input]] = [...model.started].filter(([one]) => one.startsWith("hand-")) as [[string, string]];
  assert.match(name, /^[A-Za-z0-9_-]{1,80}$/);
  assert.deepEqual(beyond("responder"), []);
  assert.deepEqual(JSON.parse(input), { manual: true, finding: JSON.parse(readFileSync(FINDING, "utf8")) });
});

test("what cannot be, is refused in a sentence with exit code 2 and asks AWS for nothing it does not need", async () => {
  for (const [args, accessKey] of [
    [["show", caseId, "--stack", "Nowhere"], "AKIAALICE"],
    [["show", caseId, "--home", home], "AKIAALICE"],
    [["serve"], "AKIAALICE"],
    [["keys", "rotate"], "AKIAALICE"],
    [["respond", FINDING, "--logs", work], "AKIAALICE"],
    [["decide", caseId, "--plan", "contain-2", "--approve", "all", ...REASON], "AKIAALICE"],
    [["show", "case-20200101-0000000000"], "AKIAALICE"],
    [["cases"], null],
    [["cases", "--profile", "nobody"], null],
  ] as const) {
    const ran = await as(accessKey)(...args);
    assert.equal(ran.status, 2, `${args.join(" ")}: ${ran.stderr}`);
    assert.ok(!/\n\s+at /.test(ran.stderr), ran.stderr);
  }
});

test("a right to read that is missing is said with what was to be read, and exit code 1", async () => {
  model.instead = ({ action }) =>
    action === "s3:GetObject"
      ? {
          status: 403,
          headers: { "content-type": "application/xml" },
          body: "<Error><Code>AccessDenied</Code><Message>no</Message></Error>",
        }
      : undefined;
  const ran = await alice("show", caseId);
  assert.equal(ran.status, 1);
  assert.match(ran.stderr, /s3:\/\/cordon-cases\/.*AccessDenied/);
  assert.ok(!/\n\s+at /.test(ran.stderr), ran.stderr);
});
