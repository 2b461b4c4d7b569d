import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { CordonError } from "../../lib/base/errors.ts";
import { cases } from "../../lib/cli/cases.ts";
import type { Typed, Verb } from "../../lib/cli/command.ts";
import { evidenceList, evidenceVerify } from "../../lib/cli/evidence.ts";
import { homeBackup, homeCheck } from "../../lib/cli/home.ts";
import { homeArchive } from "../../lib/cli/homeArchive.ts";
import { ledgerAudit } from "../../lib/cli/ledger.ts";
import type { Deployment } from "../../lib/embedded/deployment.ts";
import { machineFault } from "../../lib/embedded/machineFault.ts";
import { quiet, withHome } from "../response/run.ts";
import { openBareCase, sealNext } from "../response/sealedCase.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-archive-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** Exit code, or the code of what a verb refuses with, and what `--json` would print. */
const run = async (
  command: Verb,
  { home }: Deployment,
  positionals: readonly string[],
  values: Typed["values"] = {},
): Promise<readonly [unknown, unknown]> => {
  const heard: unknown[] = [];
  const io = { ...quiet, result: (value: unknown) => void heard.push(value), warn: () => {} };
  try {
    return [await command.run({ positionals, values: { home: home.root, ...values } }, io), heard[0]];
  } catch (error) {
    if (error instanceof CordonError) return [error.code, null];
    throw error;
  }
};

/** Files of a folder by name, as text of Latin letters, which holds every byte. */
const contents = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "latin1")]),
  );

/** One case that has ended, with two sealed revisions. */
const ended = async (deployment: Deployment): Promise<string> => {
  const caseId = await openBareCase(deployment);
  await sealNext(caseId, deployment);
  await sealNext(caseId, deployment, "final");
  const at = deployment.ports.clock.now();
  await deployment.ports.cases.update(caseId, (head) => ({ ...head, status: "contained", closedAt: at }));
  return caseId;
};

let archives = 0;
const place = (): string => join(root, `archive-${++archives}`);
const memory = (): Typed["values"] => ({ memory: join(root, `memory-${archives}`) });
const isLink = (path: string): boolean => lstatSync(path).isSymbolicLink();

test("an archived case is listed, verified and audited where it lies, goes on there, and comes back to the byte", async () => {
  await withHome({}, async (deployment) => {
    const caseId = await ended(deployment);
    const [to, { home, ports }] = [place(), deployment];
    const parts = [join(home.cases, caseId), join(home.vault, caseId)];
    const [records, bundles] = parts.map(contents);
    const [status, moved] = await run(homeArchive, deployment, [], { to, "closed-before": "2999-01-01" });
    assert.deepEqual([status, (moved as { why: unknown }[]).map(({ why }) => why)], [0, [null]]);
    assert.deepEqual(parts.map(isLink), [true, true]);
    assert.deepEqual(contents(join(to, "vault", caseId)), bundles);

    const [, listed] = await run(cases, deployment, []);
    assert.deepEqual((listed as { caseId: string; unreadable?: string }[])[0]!.unreadable, undefined);
    assert.equal((await run(evidenceVerify, deployment, [caseId]))[0], 0);
    assert.equal((await run(evidenceVerify, deployment, [caseId], { revision: "1" }))[0], 4);
    assert.equal((await run(ledgerAudit, deployment, [], memory()))[0], 0);
    const [well, checked] = await run(homeCheck, deployment, []);
    assert.deepEqual([well, (checked as { archived: number }).archived], [0, 1]);

    // News of the actor: the next revision is sealed into the archive, as if the case had never moved.
    assert.equal((await sealNext(caseId, deployment, "release")).revision, 3);
    assert.ok(existsSync(join(to, "vault", caseId, "r3/attestation/statement.sig")));
    assert.equal((await ports.cases.events(caseId)).filter(({ type }) => type === "case.moved").length, 1);
    assert.equal((await run(ledgerAudit, deployment, [], memory()))[0], 0);

    assert.equal((await run(homeArchive, deployment, [caseId], { back: true }))[0], 0);
    assert.deepEqual(parts.map(isLink), [false, false]);
    assert.deepEqual(readdirSync(join(to, "cases")), []);
    const back = contents(parts[0]!);
    for (const name of Object.keys(records!).filter((one) => one !== "events.jsonl" && !one.includes("sealing/")))
      assert.equal(back[name], records![name], name);
    assert.ok(back["events.jsonl"]!.startsWith(records!["events.jsonl"]!));
    assert.equal((await run(ledgerAudit, deployment, [], memory()))[0], 0);
    assert.equal((await sealNext(caseId, deployment, "release")).revision, 4);
  });
});

test("an archive that cannot be reached hides no case, lets nothing be called clean, and is waited for", async () => {
  await withHome({}, async (deployment) => {
    const caseId = await ended(deployment);
    const { cases: records } = deployment.ports;
    const to = place();
    assert.equal((await run(homeArchive, deployment, [caseId], { to }))[0], 0);
    renameSync(to, `${to}-away`);
    const [, listed] = await run(cases, deployment, []);
    assert.match((listed as { unreadable: string }[])[0]!.unreadable, /cannot be reached/);
    const [code, revisions] = await run(evidenceList, deployment, []);
    assert.deepEqual([code, (revisions as { path: unknown }[]).map(({ path }) => path)], [0, [null, null]]);
    assert.equal((await run(evidenceVerify, deployment, [caseId]))[0], "ARCHIVE_AWAY");
    assert.equal((await run(ledgerAudit, deployment, [], memory()))[0], 1);
    const [failed, { faults }] = (await run(homeCheck, deployment, [])) as [number, { faults: { caseId: string }[] }];
    assert.deepEqual([failed, faults.map((one) => one.caseId)], [1, [caseId]]);
    for (const work of [
      () => records.read(caseId, "finding.json"),
      () => records.events(caseId),
      () => records.names(caseId, ""),
      () => records.putOnce(caseId, "finding.json", Buffer.from("{}")),
      () => records.append(caseId, { type: "case.moved", actor: "a test", data: { to: "home", by: "a test" } }),
      () => sealNext(caseId, deployment),
    ])
      await assert.rejects(work, (error) => machineFault(error) === "the archive cannot be reached");
    renameSync(`${to}-away`, to);
    assert.equal((await run(ledgerAudit, deployment, [], memory()))[0], 0);
  });
});

test("what has not ended, was altered, or would lie in a wrong place is not moved, and stays whole", async () => {
  await withHome({}, async (deployment) => {
    const caseId = await ended(deployment);
    const { home, ports, journal } = deployment;
    const vault = join(home.vault, caseId);
    const before = contents(vault);
    const stays = async (expected: unknown, to: string, values: Typed["values"] = {}): Promise<void> => {
      assert.equal((await run(homeArchive, deployment, [caseId], { to, ...values }))[0], expected);
      assert.equal(isLink(vault), false);
      assert.deepEqual(contents(vault), before);
    };
    await stays("USAGE", join(home.root, "archive"));
    await stays("USAGE", place(), { "closed-before": "2026-01-01" });
    await stays("USAGE", place(), { back: true });
    const open = place();
    mkdirSync(open);
    chmodSync(open, 0o777);
    await stays("SETTINGS_INVALID", open);
    const taken = place();
    mkdirSync(join(taken, "vault", caseId), { recursive: true, mode: 0o700 });
    writeFileSync(join(taken, "vault", caseId, "r1"), "other things");
    await stays(1, taken);
    await run(homeArchive, deployment, [caseId], { back: true });

    journal.begin({ name: "again", machine: "release", input: "{}", caseId, parent: null });
    await stays(1, place());
    journal.finish("again", "succeeded", "{}");
    await ports.cases.update(caseId, (head) => ({ ...head, closedAt: null }));
    await stays(1, place());
    await ports.cases.update(caseId, (head) => ({ ...head, closedAt: ports.clock.now() }));

    const report = join(vault, "r1/data/report.html");
    chmodSync(report, 0o600);
    writeFileSync(report, "<h1>Nothing was stolen</h1>");
    assert.equal((await run(homeArchive, deployment, [caseId], { to: place() }))[0], 1);
    assert.equal(isLink(vault), false);
  });
});

test("a move that was cut off at any point is named, and ended by asking again", async () => {
  await withHome({}, async (deployment) => {
    const caseId = await ended(deployment);
    const { home } = deployment;
    const [records, bundles] = [join(home.cases, caseId), join(home.vault, caseId)];
    const to = place();
    // After the copy, before the link; the copy is taken as it is.
    cpSync(records, join(to, "cases", caseId), { recursive: true, filter: (name) => !name.endsWith("sealing") });
    chmodSync(to, 0o700);
    // Between the two steps of putting the link in its place.
    renameSync(records, `${records}.moved`);
    const [, { faults }] = (await run(homeCheck, deployment, [])) as [number, { faults: { what: string }[] }];
    assert.match(faults[0]!.what, /cut off/);
    assert.equal((await run(homeArchive, deployment, [caseId], { to }))[0], 0);
    assert.deepEqual([isLink(records), isLink(bundles), existsSync(`${records}.moved`)], [true, true, false]);
    // On the way back, the link gone and the copy not yet in its place.
    cpSync(join(to, "vault", caseId), `${bundles}.back`, { recursive: true });
    rmSync(bundles);
    assert.equal((await run(homeArchive, deployment, [caseId], { back: true }))[0], 0);
    assert.deepEqual([isLink(records), isLink(bundles)], [false, false]);
    assert.equal((await run(ledgerAudit, deployment, [], memory()))[0], 0);
    assert.equal((await run(homeCheck, deployment, []))[0], 0);
  });
});

test("a backup holds the links of archived cases, and is whole beside the archive", async () => {
  await withHome({}, async (deployment) => {
    const caseId = await ended(deployment);
    await run(homeArchive, deployment, [caseId], { to: place() });
    const [file, other] = [join(root, "backup.tar.gz"), join(root, "other")];
    assert.equal((await run(homeBackup, deployment, [file]))[0], 0);
    mkdirSync(other, { mode: 0o700 });
    assert.equal(spawnSync("tar", ["-xzf", file, "-C", other]).status, 0);
    assert.ok(isLink(join(other, "vault", caseId)));
    const restored = { ...deployment, home: { ...deployment.home, root: other } };
    assert.equal((await run(homeCheck, restored, []))[0], 0);
    assert.equal((await run(evidenceVerify, restored, [caseId]))[0], 0);
  });
});
