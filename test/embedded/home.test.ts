import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { brokenLink } from "../../lib/case/auditTrail.ts";
import type { CaseHead } from "../../lib/case/case.ts";
import { createCases } from "../../lib/embedded/cases.ts";
import { openDatabase } from "../../lib/embedded/database.ts";
import { openDeployment } from "../../lib/embedded/deployment.ts";
import { homeAt } from "../../lib/embedded/home.ts";
import { doneTwice, inspectHome } from "../../lib/embedded/homeCheck.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-home-"));
after(() => rmSync(root, { recursive: true, force: true }));

const CORDON = join(import.meta.dirname, "../../bin/cordon.js");
const OPENED = { findingId: "one", type: "x", severity: 8, sample: false };
const CASE = "case-20260223-0123456789";
const options = { print: null, onBoundary: () => {} };

const HEAD: CaseHead = {
  caseId: CASE,
  status: "open",
  version: 1,
  openedAt: "2026-02-23T00:00:00.000Z",
  openedBy: "respond-x",
  updatedAt: "2026-02-23T00:00:00.000Z",
  closedAt: null,
  accountId: "123456789012",
  region: "us-east-1",
  sample: false,
  exercise: false,
  findings: [],
  revisions: {},
  notKnown: [],
  sealed: [],
};

/** A data directory with one case, made once. */
const made = join(root, "made");
{
  const deployment = openDeployment({ home: made, ...options });
  const { cases, ledger } = deployment.ports;
  await cases.open(HEAD);
  await cases.append(CASE, { type: "case.opened", actor: "openCase", data: OPENED });
  await cases.putOnce(CASE, "finding.json", Buffer.from('{"id":"one"}'));
  await ledger.append({ type: "case-opened", caseId: CASE, digest: "0".repeat(64), at: deployment.ports.clock.now() });
  await ledger.head();
  deployment.close();
}

let copies = 0;
const copy = (): string => {
  const home = join(root, `copy-${++copies}`);
  cpSync(made, home, { recursive: true });
  return home;
};

const cordon = (home: string, ...words: readonly string[]) => {
  const done = spawnSync(process.execPath, [CORDON, ...words, "--home", home], { encoding: "utf8" });
  return { code: done.status, text: `${done.stdout}${done.stderr}` };
};

const everything = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
const whats = (home: string): readonly string[] => inspectHome(homeAt(home)).faults.map(({ where }) => where);

test("verbs that read make nothing: no data directory, no key, no file in one that is there", () => {
  const nowhere = join(root, "nowhere");
  const empty = join(root, "empty");
  mkdirSync(empty, { mode: 0o700 });
  for (const words of [["cases"], ["show", CASE], ["ledger", "audit", "--memory", join(root, "memory")]]) {
    assert.equal(cordon(nowhere, ...words).code, 2);
    assert.equal(cordon(empty, ...words).code, 2);
  }
  assert.equal(existsSync(nowhere), false);
  assert.deepEqual(everything(empty), []);
  const home = copy();
  const before = everything(home);
  for (const words of [["cases"], ["home", "check"], ["timeline", CASE], ["cases"]]) {
    assert.equal(cordon(home, ...words).code, 0, words.join(" "));
    assert.deepEqual(everything(home), before, words.join(" "));
  }
});

test("a lost or emptied journal is no empty list of cases and no clean audit", () => {
  for (const harm of [
    (home: string) => rmSync(join(home, "journal.db")),
    (home: string) => truncateSync(join(home, "journal.db"), 0),
    (home: string) => truncateSync(join(home, "journal.db"), 8192),
    (home: string) => writeFileSync(join(home, "journal.db"), "no database"),
  ]) {
    const home = copy();
    harm(home);
    for (const words of [["cases"], ["ledger", "audit", "--memory", join(root, `memory-${copies}`)]]) {
      const { code, text } = cordon(home, ...words);
      assert.equal(code, 1, text);
      assert.doesNotMatch(text, /No cases|CLEAN|at file:/);
    }
  }
});

test("a journal put back to an older state is noticed beside the cases that it knows", async () => {
  const home = copy();
  mkdirSync(join(home, "cases", "case-20260223-aaaaaaaaaa"));
  const listed = cordon(home, "cases");
  assert.equal(listed.code, 1);
  assert.match(listed.text, /case-20260223-0123456789[\s\S]*case-20260223-aaaaaaaaaa\s+NOT LISTED/);
  assert.equal(cordon(home, "ledger", "audit", "--memory", join(root, "memory-old")).code, 1);
  assert.deepEqual(whats(home), ["journal"]);
});

test("a key that is lost is not made anew beside cases", () => {
  const home = copy();
  rmSync(join(home, "keys", "evidence.pem"));
  assert.throws(() => openDeployment({ home, ...options }), { code: "STATE_UNKNOWN" });
  assert.equal(existsSync(join(home, "keys", "evidence.pem")), false);
});

test("what somebody else leaves lying about breaks nothing and is named", async () => {
  const home = copy();
  for (const folder of [".", "cases", "vault", "keys", "ledger/log/entry", `cases/${CASE}/docs`, "notices", "account"])
    writeFileSync(join(home, folder, ".DS_Store"), "\0");
  const audit = cordon(home, "ledger", "audit", "--memory", join(root, "memory-stray"));
  assert.equal(audit.code, 0, audit.text);
  assert.match(audit.text, /note .*ledger .*DS_Store/);
  assert.equal(cordon(home, "cases").code, 0);
  assert.equal(cordon(home, "home", "check").code, 0);
  const deployment = openDeployment({ home, ...options });
  assert.deepEqual(await deployment.ports.cases.names(CASE, ""), ["finding.json"]);
  deployment.close();
});

test("a folder that others may write to, and a file in its place, are refused in a sentence", () => {
  const home = copy();
  chmodSync(home, 0o777);
  const open = cordon(home, "cases");
  assert.deepEqual([open.code, /0777/.test(open.text)], [2, true]);
  const file = join(root, "file");
  writeFileSync(file, "");
  assert.equal(cordon(file, "cases").code, 2);
});

test("a journal of 0.1.0 or of the format after it is brought up to date; one of a later release is refused in a sentence", () => {
  const old = copy();
  const db = new DatabaseSync(join(old, "journal.db"));
  db.exec(`DROP INDEX executions_running; ALTER TABLE executions DROP COLUMN urgency; ALTER TABLE executions DROP COLUMN rank;
    DROP TABLE lease; CREATE TABLE lease (one INTEGER PRIMARY KEY, holder TEXT NOT NULL, renewed_ms INTEGER NOT NULL) STRICT;
    INSERT INTO lease VALUES (1, '1', 1);
    INSERT INTO executions VALUES ('respond-x', 'respond', '{}', '${CASE}', NULL, 'running', NULL, '2026-01-01', NULL);
    PRAGMA user_version = 0;`);
  db.close();
  const deployment = openDeployment({ home: old, ...options });
  assert.equal(deployment.takeLease(), true);
  assert.deepEqual(deployment.journal.toRun(), ["respond-x"]);
  deployment.close();

  const between = copy();
  const second = new DatabaseSync(join(between, "journal.db"));
  second.exec("DROP TABLE actors; PRAGMA user_version = 2");
  second.close();
  const brought = openDatabase(join(between, "journal.db"));
  assert.deepEqual(brought.prepare("SELECT * FROM actors").all(), []);
  brought.close();

  const later = copy();
  const future = new DatabaseSync(join(later, "journal.db"));
  future.exec("PRAGMA user_version = 99");
  future.close();
  const { code, text } = cordon(later, "cases");
  assert.deepEqual([code, /later release/.test(text)], [2, true]);
});

test("check finds a broken trail, a torn document, a missing bundle and an unfinished draft", () => {
  const home = copy();
  const trail = join(home, "cases", CASE, "events.jsonl");
  writeFileSync(trail, readFileSync(trail, "utf8").replace("openCase", "somebody"));
  writeFileSync(join(home, "cases", CASE, "docs", "finding.json"), '{"id":');
  writeFileSync(join(home, "keys", "x.pem.abc.1.draft"), "");
  const db = openDatabase(join(home, "journal.db"));
  db.prepare("UPDATE heads SET body = ?").run(JSON.stringify({ ...HEAD, sealed: [{ revision: 1 }] }));
  db.close();
  assert.deepEqual(whats(home), ["documents", "documents", "vault", "home"]);
});

test("check finds revisions that were exchanged in the vault, and one whose list of files was written anew", () => {
  const home = copy();
  const tags = (revision: number): string => join(home, "vault", CASE, `r${revision}`, "tagmanifest-sha256.txt");
  const sealed = [1, 2, 3].map((revision) => {
    mkdirSync(dirname(tags(revision)), { recursive: true });
    writeFileSync(tags(revision), `list ${revision}`);
    return { revision, digest: createHash("sha256").update(`list ${revision}`).digest("hex") };
  });
  const db = openDatabase(join(home, "journal.db"));
  db.prepare("UPDATE heads SET body = ?").run(JSON.stringify({ ...HEAD, sealed }));
  db.close();
  assert.deepEqual(whats(home), []);
  writeFileSync(tags(1), "list 2");
  writeFileSync(tags(2), "list 1");
  assert.deepEqual(whats(home), ["vault", "vault"]);
  rmSync(tags(3));
  assert.deepEqual(whats(home), ["vault", "vault", "vault"]);
});

test("what is done once in the life of a plan and stands in the trail twice is a fault", () => {
  const done = { kind: "deny-user", target: "user jane", why: "" };
  const applied = { type: "action.applied", data: { ...done, planId: "contain-1", id: "a1" } } as const;
  const other = { type: "action.applied", data: { ...done, planId: "contain-2", id: "a1" } } as const;
  assert.deepEqual(doneTwice([applied, other]), []);
  assert.equal(doneTwice([applied, other, applied]).length, 1);
});

test("a new driver removes the drafts of the dead and nothing else", () => {
  const home = copy();
  const drafts = [`cases/${CASE}/docs/finding.json.0a.1.draft`, `vault/${CASE}/r1.0a.draft`, "ledger/log/draft/0a-1"];
  mkdirSync(join(home, "vault", CASE, "r1.0a.draft"), { recursive: true });
  mkdirSync(join(home, "ledger/log/draft"), { recursive: true });
  for (const path of [drafts[0]!, `${drafts[1]}/report.html`, drafts[2]!]) writeFileSync(join(home, path), "half");
  const deployment = openDeployment({ home, ...options });
  deployment.takeLease();
  for (const path of drafts) assert.equal(existsSync(join(home, path)), false, path);
  assert.ok(existsSync(join(home, "cases", CASE, "docs", "finding.json")));
  deployment.close();
});

test("a backup taken while another process holds the data directory restores to one that is well", () => {
  const home = copy();
  const driving = openDeployment({ home, ...options });
  driving.takeLease();
  const file = join(root, "backup.tar.gz");
  const done = cordon(home, "home", "backup", file);
  driving.close();
  assert.equal(done.code, 0, done.text);
  const restored = join(root, "restored");
  mkdirSync(restored, { mode: 0o700 });
  assert.equal(spawnSync("tar", ["-xzf", file, "-C", restored]).status, 0);
  assert.deepEqual(inspectHome(homeAt(restored)), { cases: 1, archived: 0, faults: [] });
  assert.equal(cordon(restored, "cases").code, 0);
  assert.deepEqual(
    readdirSync(home).filter((name) => name.startsWith("backup-")),
    [],
  );
});

test("the time of a case never goes back, whatever is done to the clock", async () => {
  const db = openDatabase(":memory:");
  let now = "2026-02-23T12:00:00.000Z";
  const cases = createCases(db, join(root, "clock"), { now: () => now });
  await cases.append(CASE, { type: "case.opened", actor: "test", data: OPENED });
  now = "2026-02-23T11:00:00.000Z";
  const second = await cases.append(CASE, { type: "case.opened", actor: "test", data: OPENED });
  assert.equal(second.at, "2026-02-23T12:00:00.000Z");
  assert.equal(brokenLink(await cases.events(CASE)), null);
  db.close();
});
