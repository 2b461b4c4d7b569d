import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { cordonHere } from "./here.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const FIXTURES = join(ROOT, "test/fixtures");

interface Audit {
  readonly entries: number;
  readonly remembered: string | null;
  readonly faults: readonly { readonly code: string }[];
  readonly checkpoint: { readonly size: number; readonly root: string } | null;
}

/** One sealed case, and an auditor with a memory of his own. */
const setUp = async () => {
  const root = mkdtempSync(join(tmpdir(), "cordon-ledger-"));
  const home = join(root, "home");
  const env = { ...process.env, XDG_STATE_HOME: join(root, "state") };
  const cordon = (...args: readonly string[]) => cordonHere([...args, "--home", home], { env, cwd: ROOT });
  const logs = join(FIXTURES, "otrf/logs");
  const responded = await cordon("respond", join(FIXTURES, "otrf-case/finding.json"), "--logs", logs, "--json");
  assert.equal(responded.status, 0, responded.stderr);
  const audit = async (
    ...args: readonly string[]
  ): Promise<{ status: number | null; result: Audit; codes: readonly string[] }> => {
    const run = await cordon("ledger", "audit", "--json", ...args);
    const result = JSON.parse(run.stdout) as Audit;
    return { status: run.status, result, codes: [...new Set((result.faults ?? []).map(({ code }) => code))].sort() };
  };
  return {
    root,
    home,
    cordon,
    audit,
    log: join(home, "ledger/log"),
    caseId: (JSON.parse(responded.stdout) as { caseId: string }).caseId,
  };
};

let first: ReturnType<typeof setUp> | null = null;
/** For tests that change nothing: a run costs seconds. */
const shared = (): ReturnType<typeof setUp> => {
  first ??= setUp();
  return first;
};

test("an audit of an honest deployment is clean, is remembered, and a ledger that goes back behind it is found", async () => {
  const { root, home, cordon, audit, log } = await setUp();
  const first = await audit();
  assert.deepEqual([first.status, first.codes, first.result.remembered], [0, [], "first"]);
  assert.deepEqual([(await audit()).status, (await audit()).result.remembered], [0, "same"]);
  const shown = await cordon("ledger", "show");
  assert.equal(shown.status, 0);
  assert.match(shown.stdout, /case-opened[\s\S]*plan[\s\S]*bundle-sealed/);
  const { checkpoint } = JSON.parse((await cordon("ledger", "show", "--json")).stdout) as { checkpoint: string };
  writeFileSync(join(root, "seen.checkpoint"), checkpoint);
  assert.equal((await audit("--checkpoint", join(root, "seen.checkpoint"))).status, 0);

  // The owner takes the last entry and every checkpoint away, and the bundles of the case.
  cpSync(join(home, "ledger"), join(root, "kept"), { recursive: true });
  const entries = readdirSync(join(log, "entry")).sort();
  rmSync(join(log, "entry", entries.at(-1)!));
  rmSync(join(home, "ledger/signed/signed"), { recursive: true });
  rmSync(join(home, "vault"), { recursive: true });
  const after = await audit();
  assert.equal(after.status, 1);
  // A marker of the entry that is gone is left behind: DERIVED; the case still names the revision that it sealed: ALTERED.
  assert.deepEqual(after.codes, ["ALTERED", "DERIVED", "ROLLBACK", "TRUNCATED", "UNSIGNED"]);
  rmSync(join(home, "ledger"), { recursive: true });
  cpSync(join(root, "kept"), join(home, "ledger"), { recursive: true });
  assert.deepEqual((await audit()).codes, ["MISSING"]);
});

test("a copy of the ledger is audited with keys.json alone, and a changed entry shows", async () => {
  const { root, home, cordon, audit } = await shared();
  assert.equal((await cordon("keys")).status, 0);
  const copy = join(root, "copy");
  cpSync(join(home, "ledger"), copy, { recursive: true });
  const given = ["--ledger", copy, "--trust", join(home, "keys/keys.json")] as const;
  assert.equal((await audit(...given, "--vault", join(home, "vault"))).status, 0);
  assert.equal((await cordon("ledger", "audit", "--ledger", copy)).status, 2);
  const file = join(copy, "log/entry", readdirSync(join(copy, "log/entry")).sort()[1]!);
  const text = readFileSync(file, "utf8");
  rmSync(file);
  writeFileSync(file, text.replace(/"at":"20\d\d/, '"at":"2019'));
  const altered = await audit(...given);
  assert.equal(altered.status, 1);
  assert.ok(altered.codes.includes("INCONSISTENT"), altered.codes.join());
});

test("silence is a finding only where a heartbeat was promised or asked for, and an unsealed case after its time", async () => {
  const { audit } = await shared();
  assert.deepEqual((await audit("--heartbeat-hours", "0")).codes, ["HEARTBEAT"]);
  assert.equal((await audit("--heartbeat-hours", "1")).status, 0);
  assert.equal((await audit("--heartbeat-hours", "soon")).status, 2);
});

test("cases and evidence are listed by time, principal, bucket, severity and status", async () => {
  const { cordon, caseId } = await shared();
  const ids = async (...args: readonly string[]): Promise<readonly string[]> =>
    (JSON.parse((await cordon("cases", "--json", ...args)).stdout) as { caseId: string }[]).map((one) => one.caseId);
  const bucket = "mordors3stack-s3bucket-llp2yingx64a";
  for (const filter of [
    ["--bucket", bucket],
    ["--principal", "ASIA5FLZVX4OPVKKVBMX"],
    ["--principal", "BankingWAFRole"],
    ["--severity", "8"],
    ["--since", "2020-01-01"],
    ["--until", "2100-01-01"],
    ["--status", "awaiting-decision"],
  ])
    assert.deepEqual(await ids(...filter), [caseId], filter.join(" "));
  for (const filter of [
    ["--bucket", "other"],
    ["--principal", "pedro"],
    ["--severity", "8.1"],
    ["--since", "2100-01-01"],
    ["--until", "2020-01-01"],
    ["--status", "closed"],
  ])
    assert.deepEqual(await ids(...filter), [], filter.join(" "));
  assert.equal((await cordon("cases", "--since", "yesterday")).status, 2);
  const listed = JSON.parse((await cordon("evidence", "list", "--bucket", bucket, "--json")).stdout) as {
    caseId: string;
  }[];
  assert.deepEqual(
    listed.map((one) => one.caseId),
    [caseId],
  );
  assert.match((await cordon("evidence", "open", caseId)).stdout, /cordon-report-\w+\/case-[\w-]+-r1\.html\n$/);
});

test("fingerprints for auditors are those that openssl computes", async () => {
  const { home, cordon } = await shared();
  const { keys } = JSON.parse((await cordon("keys", "--json")).stdout) as { keys: { id: string; purpose: string }[] };
  assert.deepEqual(
    keys.map(({ purpose }) => purpose),
    ["evidence", "ledger"],
  );
  for (const { id, purpose } of keys) {
    const der = spawnSync("openssl", [
      "pkey",
      "-in",
      join(home, `keys/${purpose}.pem`),
      "-pubout",
      "-outform",
      "DER",
    ]).stdout;
    assert.equal(spawnSync("sha256sum", { input: der, encoding: "utf8" }).stdout.slice(0, 64), id);
  }
});

test("a bundle is held against the checkpoint that the auditor kept", async () => {
  const { root, home, cordon, caseId } = await shared();
  assert.equal((await cordon("keys")).status, 0);
  const bundle = join(home, "vault", caseId, "r1");
  const given = ["evidence", "verify", bundle, "--trust", join(home, "keys/keys.json")] as const;
  const note = (size: number): string => {
    const signed = join(home, "ledger/signed/signed");
    const found = readdirSync(signed)
      .map((name) => readFileSync(join(signed, name), "utf8"))
      .find((text) => text.split("\n")[1] === String(size));
    const file = join(root, `kept-${size}.checkpoint`);
    writeFileSync(file, found ?? "none");
    return file;
  };
  const sizes = readdirSync(join(home, "ledger/signed/signed")).map((name) =>
    Number(readFileSync(join(home, "ledger/signed/signed", name), "utf8").split("\n")[1]),
  );
  const newest = Math.max(...sizes);
  assert.equal((await cordon(...given, "--checkpoint", note(newest), "--ledger", join(home, "ledger"))).status, 0);
  // Another deployment's checkpoint is nobody's memory of this ledger.
  writeFileSync(
    join(root, "foreign.checkpoint"),
    readFileSync(note(newest), "utf8").replace(/^[^\n]+/, "cordon.dev/ledger/0123456789abcdef"),
  );
  assert.equal((await cordon(...given, "--checkpoint", join(root, "foreign.checkpoint"))).status, 2);
});

test("a copy of the ledger that is not there is an error, never a clean audit", async () => {
  const { home, cordon } = await shared();
  assert.equal((await cordon("keys")).status, 0);
  const trust = ["--trust", join(home, "keys/keys.json")] as const;
  for (const verb of ["audit", "show"]) {
    const { status, stdout } = await cordon("ledger", verb, "--ledger", join(home, "no-such-copy"), ...trust, "--json");
    assert.deepEqual([status, JSON.parse(stdout).error.code], [2, "INPUT_UNREADABLE"]);
  }
});
