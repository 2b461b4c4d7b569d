import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { nextEvent } from "../../lib/case/auditTrail.ts";
import type { CaseEvent } from "../../lib/case/events.ts";
import type { Deployment } from "../../lib/embedded/deployment.ts";
import { inspectHome } from "../../lib/embedded/homeCheck.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { eventTypes, withHome } from "./run.ts";
import { openBareCase, sealNext } from "./sealedCase.ts";

const trailOf = (caseId: string, { home }: Deployment): string => join(home.cases, caseId, "events.jsonl");
const docOf = (caseId: string, { home }: Deployment, name: string): string => join(home.cases, caseId, "docs", name);

const foreign = async (caseId: string, { ports }: Deployment): Promise<readonly string[]> =>
  (await ports.cases.events(caseId))
    .filter((event) => event.type === "records.foreign")
    .flatMap(({ data }) => data.what as readonly string[]);

/** The lines without those of one type, numbered, dated and chained anew, as whoever may write the file can. */
const without = (type: string, lines: readonly CaseEvent[]): readonly CaseEvent[] =>
  lines
    .filter((line) => line.type !== type)
    .reduce<CaseEvent[]>((told, { type, actor, data, at }) => {
      told.push(nextEvent(told.at(-1) ?? null, { type, actor, data } as CaseEvent, at));
      return told;
    }, []);

test("an audit trail that was written anew between two revisions is named in the second, and by the check", async () => {
  await withHome({}, async (deployment) => {
    const { ports, home } = deployment;
    const caseId = await openBareCase(deployment);
    await ports.cases.append(caseId, { type: "evidence.stamped", actor: "a test", data: { at: "x", policy: "x" } });
    await sealNext(caseId, deployment);
    await sealNext(caseId, deployment);
    assert.deepEqual(await foreign(caseId, deployment), []);
    assert.deepEqual(
      inspectHome(home).faults.filter(({ where }) => where === "documents"),
      [],
    );
    const told = without("evidence.stamped", await ports.cases.events(caseId));
    writeFileSync(trailOf(caseId, deployment), told.map((line) => `${JSON.stringify(line)}\n`).join(""));
    assert.match(inspectHome(home).faults.find(({ where }) => where === "documents")!.what, /written anew/);
    await sealNext(caseId, deployment);
    assert.deepEqual(await foreign(caseId, deployment), ["the audit trail is not the one that r2 sealed"]);
    const { notKnown } = await ports.cases.head(caseId);
    assert.match(notKnown.at(-1)!.reason, /somebody else wrote/);
    const r3 = await sealedFiles(ports.vault, `${caseId}/r3`);
    assert.match(Buffer.from(r3.get("data/timeline.jsonl")!).toString("utf8"), /records\.foreign/);
  });
});

test("what is written once and is gone or another is named; a document of nobody is left out and stops no sealing", async () => {
  await withHome({}, async (deployment) => {
    const { ports } = deployment;
    const caseId = await openBareCase(deployment);
    for (const name of ["findings/1.json", "findings/2.json", "findings/3.json"])
      await ports.cases.putOnce(caseId, name, Buffer.from('{"id":"one"}'));
    await sealNext(caseId, deployment);
    rmSync(docOf(caseId, deployment, "findings/1.json"));
    writeFileSync(docOf(caseId, deployment, "findings/2.json"), '{"id":"other"}');
    writeFileSync(docOf(caseId, deployment, "note.html"), "<script>1</script>");
    writeFileSync(docOf(caseId, deployment, "readme"), "<script>1</script>");
    await sealNext(caseId, deployment);
    assert.deepEqual(await foreign(caseId, deployment), [
      "findings/1.json of r1 is gone",
      "findings/2.json is not the one that r1 sealed",
      "note.html is no document of a case and is left out",
      "readme is no document of a case and is left out",
    ]);
    const r2 = await sealedFiles(ports.vault, `${caseId}/r2`);
    assert.deepEqual(
      [...r2.keys()].filter((name) => /note|readme/.test(name)),
      [],
    );
  });
});

test("a vault that lost or changed the revision before is said, and the next one is sealed", async () => {
  await withHome({}, async (deployment) => {
    const { home } = deployment;
    const caseId = await openBareCase(deployment);
    await sealNext(caseId, deployment);
    rmSync(join(home.vault, caseId, "r1"), { recursive: true });
    await sealNext(caseId, deployment);
    assert.deepEqual(await foreign(caseId, deployment), ["the vault has no r1 of this digest to compare with"]);
    assert.ok((await eventTypes(caseId, deployment)).filter((type) => type === "evidence.sealed").length === 2);
  });
});

test("revisions that lie in the vault and that the case forgot are a fault of the data directory", async () => {
  await withHome({}, async (deployment) => {
    const { ports, home } = deployment;
    const caseId = await openBareCase(deployment);
    await sealNext(caseId, deployment);
    assert.ok(readFileSync(join(home.vault, caseId, "r1/bagit.txt")).length > 0);
    await ports.cases.update(caseId, (head) => ({ ...head, sealed: [] }));
    assert.deepEqual(
      inspectHome(home).faults.map(({ where, caseId: of }) => [where, of]),
      [["vault", caseId]],
    );
  });
});
