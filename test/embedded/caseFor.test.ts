import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { caseIdOf } from "../../lib/case/case.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import { createCaseFor } from "../../lib/embedded/caseFor.ts";
import { createCases } from "../../lib/embedded/cases.ts";
import { systemClock } from "../../lib/embedded/clock.ts";
import { openDatabase } from "../../lib/embedded/database.ts";
import { openHome } from "../../lib/embedded/home.ts";
import { openJournal } from "../../lib/embedded/journal.ts";
import { openSettings } from "../../lib/embedded/settingsFile.ts";
import { findingNumber } from "./hostProcess.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-case-for-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** The finding of an actor by number, with an id of its own where `id` is given. */
const findingOf = (actor: number, id?: string, accountId?: string) => {
  const raw = JSON.parse(findingNumber(actor, 5));
  const detail = raw.detail ?? raw;
  for (const [name, value] of Object.entries({ id, accountId })) if (value !== undefined) detail[name] = value;
  if (accountId !== undefined && "account" in raw) raw.account = accountId;
  return { raw, finding: parseFindings(raw)[0]! };
};

const home = openHome(join(root, "home"));
const db = openDatabase(home.journal);
after(() => db.close());
const journal = openJournal(db, systemClock);
const cases = createCases(db, home.cases, systemClock);
const reach = openSettings(home, systemClock.now());
const caseFor = createCaseFor({ db, folder: home.cases, journal, reach });

const open = async (actor: number): Promise<string> => {
  const { finding } = findingOf(actor);
  const caseId = caseIdOf(finding);
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, actor)).toISOString();
  await cases.open({
    ...{ caseId, status: "closed", version: 1, openedAt: at, openedBy: "respond-x", updatedAt: at, closedAt: at },
    ...{ accountId: finding.accountId, region: finding.region, sample: false, exercise: false },
    ...{ findings: [], revisions: {}, notKnown: [], sealed: [] },
  });
  await cases.putOnce(caseId, "finding.json", Buffer.from(JSON.stringify(finding)));
  return caseId;
};

test("a finding goes to its own case, to the case of its actor, opened or still waiting, and never to that of another account", async () => {
  const first = await open(1);
  for (let actor = 2; actor <= 60; actor += 1) await open(actor);
  assert.equal(caseFor(findingOf(1).finding), first);
  assert.equal(caseFor(findingOf(1, "another").finding), first);
  const elsewhere = findingOf(1, "another", "210987654321").finding;
  assert.equal(caseFor(elsewhere), caseIdOf(elsewhere));

  const waiting = findingOf(99);
  const caseId = caseIdOf(waiting.finding);
  const begun = { name: "respond-99", machine: "respond", input: JSON.stringify(waiting.raw), caseId, parent: null };
  journal.begin(begun);
  assert.equal(caseFor(findingOf(99, "news").finding), caseId);
  journal.finish("respond-99", "failed", "{}");
  const news = findingOf(99, "news").finding;
  assert.equal(caseFor(news), caseIdOf(news));
});
