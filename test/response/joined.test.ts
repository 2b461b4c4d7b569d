import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { RUN, write } from "../../lib/case/documents.ts";
import { ofType } from "../../lib/case/events.ts";
import { createIo } from "../../lib/cli/io.ts";
import { begin } from "../../lib/cli/respond.ts";
import { driveUntilParked } from "../../lib/cli/session.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import { isSameActor, joinFindings } from "../../lib/core/finding/joined.ts";
import { SUSPICION_TYPE } from "../../lib/core/finding/suspicion.ts";
import type { Deployment } from "../../lib/embedded/deployment.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { openCase } from "../../lib/response/openCase.ts";
import { FINDING } from "./inputWorld.ts";
import { carryOn, decideOn, FIXTURES, withHome } from "./run.ts";

const LOGS = join(FIXTURES, "field-cases/silent-half-elastic/logs");
const SOURCES = { logs: LOGS, iam: null, buckets: null };
const REACH = { lookbackHours: 72, lookaheadHours: 24 };

type Doc = Record<string, any>;

const finding = (change: (detail: Doc) => void): Doc => {
  const event = structuredClone(FINDING) as Doc;
  change(event.detail);
  return event;
};
const other = (id: string, more: (detail: Doc) => void = () => {}): Doc =>
  finding((detail) => {
    detail.id = id;
    detail.arn = detail.arn.replace(/[^/]+$/, id);
    more(detail);
  });
const parsed = (raw: unknown) => parseFindings(raw)[0]!;

const hand = (raw: unknown, deployment: Deployment): string =>
  begin({ raw, finding: parsed(raw) }, SOURCES, deployment);

const quiet = createIo({ json: true, quiet: true });

test("findings of one actor are those of the same account with the same key, user or session, whose logs touch", () => {
  const first = parsed(FINDING);
  const cases: readonly (readonly [string, Doc, boolean])[] = [
    ["another finding of the key", other("b1"), true],
    [
      "a month later",
      other("b2", (detail) => {
        detail.service.eventFirstSeen = "2026-12-24T14:00:00Z";
        detail.service.eventLastSeen = "2026-12-24T14:11:00Z";
      }),
      false,
    ],
    [
      "another key of the same user",
      other("b3", (detail) => {
        detail.resource.accessKeyDetails.accessKeyId = "AKIAQ3EXAMPLEFIELD02";
      }),
      true,
    ],
    [
      "another user and key",
      other("b4", (detail) => {
        Object.assign(detail.resource.accessKeyDetails, {
          accessKeyId: "AKIAOTHER",
          principalId: "AIDAOTHER",
          userName: "o",
        });
      }),
      false,
    ],
    [
      "another account",
      other("b5", (detail) => {
        detail.accountId = "999988887777";
      }),
      false,
    ],
    [
      "nobody",
      other("b6", (detail) => {
        detail.resource.accessKeyDetails = {};
      }),
      false,
    ],
  ];
  for (const [name, raw, same] of cases) assert.equal(isSameActor(first, parsed(raw), REACH), same, name);
});

test("joined findings lose nothing that any of them names; GuardDuty's word goes before a suspicion", () => {
  const suspicion = { ...parsed(FINDING), id: "s", type: SUSPICION_TYPE, severity: 5 };
  const real = parsed(
    other("b1", (detail) => {
      detail.severity = 9;
      detail.resource.s3BucketDetails[0].name = "another-bucket";
      detail.service.eventLastSeen = "2026-11-21T10:00:00.000Z";
    }),
  );
  const joined = joinFindings([suspicion, real]);
  assert.deepEqual([joined.id, joined.type, joined.severity], ["b1", real.type, 9]);
  assert.deepEqual(joined.buckets.map(({ name }) => name).sort(), ["another-bucket", "harbor-ledgers-0391"]);
  assert.deepEqual(
    [joined.window.firstSeen, joined.window.lastSeen],
    [suspicion.window.firstSeen, "2026-11-21T10:00:00.000Z"],
  );
});

test("two findings of one actor, begun together or one after the other, are one case with one question", async () => {
  await withHome({}, async (deployment) => {
    const caseId = hand(FINDING, deployment);
    const more = other("b1", (detail) => {
      detail.resource.s3BucketDetails[0].name = "another-bucket";
    });
    assert.equal(hand(more, deployment), caseId);
    await driveUntilParked(deployment, quiet);
    const last = other("b2", (detail) => {
      detail.severity = 9;
    });
    assert.equal(hand(last, deployment), caseId);
    await driveUntilParked(deployment, quiet);
    const { ports } = deployment;
    assert.equal((await ports.cases.list()).length, 1);
    const view = await caseView(caseId, ports);
    assert.equal(view.status, "awaiting-decision");
    assert.equal(view.finding.severity, 9);
    assert.equal(view.plans.filter(({ status }) => status === "proposed").length, 1);
    assert.deepEqual(
      (await ports.cases.head(caseId)).findings.map(({ id }) => id).sort(),
      ["b1", "b2", parsed(FINDING).id].sort(),
    );
  });
});

test("findings of one actor that arrive in the same moment open one case, and one of two copies begins a run", async () => {
  await withHome({}, async ({ ports }) => {
    const more = [FINDING, other("c1"), other("c2")];
    const opened = await Promise.all(more.map((event, at) => openCase({ event, execution: `together-${at}` }, ports)));
    assert.deepEqual(opened.map(({ next }) => next).sort(), ["extend", "extend", "respond"]);
    const [caseId, ...others] = (await ports.cases.list()).map((head) => head.caseId);
    assert.deepEqual(others, []);
    assert.equal((await ports.cases.head(caseId!)).findings.length, 3);

    await ports.cases.update(caseId!, (head) => ({ ...head, closedAt: "2026-11-22T00:00:00.000Z", status: "closed" }));
    const anew = ["d1", "d2"].map((id, at) => openCase({ event: other(id), execution: `anew-${at}` }, ports));
    const [first, second] = await Promise.allSettled(anew);
    assert.deepEqual([first!.status, second!.status].sort(), ["fulfilled", "rejected"]);
    const at = first!.status === "rejected" ? 0 : 1;
    assert.equal(([first, second][at] as PromiseRejectedResult).reason.name, "TransientError");
    const again = await openCase({ event: other(`d${at + 1}`), execution: `anew-${at}` }, ports);
    assert.equal(again.next, "extend");
    assert.equal(ofType(await ports.cases.events(caseId!), "case.reopened").length, 1);
  });
});

test("a run that an execution took and never began keeps nobody from the next one", async () => {
  await withHome({}, async ({ ports }) => {
    const { caseId } = (await openCase({ event: FINDING, execution: "first" }, ports)) as { caseId: string };
    await ports.cases.update(caseId, (head) => ({ ...head, closedAt: "2026-11-22T00:00:00.000Z", status: "closed" }));
    const takenAt = (minutes: number): string =>
      new Date(Date.parse(ports.clock.now()) - minutes * 60_000).toISOString();
    await write(ports.cases, caseId, RUN.at("2"), { execution: "died", at: takenAt(5) });
    await assert.rejects(openCase({ event: other("f1"), execution: "next" }, ports), { name: "TransientError" });
    await write(ports.cases, caseId, RUN.at("2"), { execution: "died", at: takenAt(60) });
    const anew = await openCase({ event: other("f1"), execution: "next" }, ports);
    assert.deepEqual([anew.next, "plans" in anew && anew.plans.contain], ["respond", "contain-3"]);
  });
});

test("a claim of an actor whose case is over long ago is taken over", async () => {
  await withHome({}, async ({ ports }) => {
    const early = await openCase({ event: FINDING, execution: "early" }, ports);
    const late = finding((detail) => {
      Object.assign(detail, { id: "e1", createdAt: "2027-03-01T00:00:00Z", updatedAt: "2027-03-01T00:00:00Z" });
      Object.assign(detail.service, { eventFirstSeen: "2027-03-01T00:00:00Z", eventLastSeen: "2027-03-01T00:00:00Z" });
    });
    const both = await Promise.all(
      [late, { ...late, detail: { ...late.detail, id: "e2" } }].map((event, at) =>
        openCase({ event, execution: `late-${at}` }, ports),
      ),
    );
    assert.deepEqual(both.map(({ next }) => next).sort(), ["extend", "respond"]);
    assert.notEqual((both[0] as { caseId: string }).caseId, (early as { caseId: string }).caseId);
  });
});

test("updated-finding-silent: after the case has ended a copy with news reads the logs again and asks anew; without news nothing happens", async () => {
  await withHome({}, async (deployment) => {
    const caseId = hand(FINDING, deployment);
    await driveUntilParked(deployment, quiet);
    await decideOn(caseId, deployment, { approve: [] });
    const ended = await carryOn(caseId, deployment);
    assert.notEqual(ended.closedAt, null);
    const events = async () => (await deployment.ports.cases.events(caseId)).length;
    const before = await events();
    hand(
      finding((detail) => {
        detail.updatedAt = "2026-11-20T15:00:00.000Z";
      }),
      deployment,
    );
    await driveUntilParked(deployment, quiet);
    assert.equal(await events(), before + 1);
    hand(
      finding((detail) => {
        Object.assign(detail, { updatedAt: "2026-11-22T15:00:00.000Z", severity: 9 });
        Object.assign(detail.service, { count: 7, eventLastSeen: "2026-11-22T14:00:00.000Z" });
      }),
      deployment,
    );
    await driveUntilParked(deployment, quiet);
    const anew = await caseView(caseId, deployment.ports);
    assert.deepEqual([anew.status, anew.closedAt], ["awaiting-decision", null]);
    assert.equal(anew.plan!.status, "proposed");
    const trail = await deployment.ports.cases.events(caseId);
    const [reopened] = ofType(trail, "case.reopened");
    assert.equal(reopened!.data.next, "respond");
    assert.ok(ofType(trail, "scan.started").some(({ seq }) => seq > reopened!.seq));
    const bySealed = await decideOn(caseId, deployment, { approve: "all" });
    assert.ok(bySealed.recorded);
    const sealed = await carryOn(caseId, deployment);
    assert.notEqual(sealed.closedAt, null);
    assert.ok(sealed.evidence.length > ended.evidence.length);
  });
});

test("a copy with news while the question waits reads the logs again, once however often the step is tried", async () => {
  await withHome({}, async (deployment) => {
    const caseId = hand(FINDING, deployment);
    await driveUntilParked(deployment, quiet);
    const ports = deployment.portsOf(caseId);
    const news = finding((detail) => {
      Object.assign(detail, { updatedAt: "2026-11-22T15:00:00.000Z", severity: 9 });
    });
    const tries = [];
    for (let attempt = 0; attempt < 3; attempt += 1)
      tries.push(await openCase({ event: { manual: true, finding: news }, execution: "again" }, ports));
    assert.deepEqual(
      tries.map(({ next }) => next),
      ["look", "look", "look"],
    );
    assert.equal(new Set(tries.map((one) => JSON.stringify(one))).size, 1);
    assert.equal(ofType(await ports.cases.events(caseId), "case.reopened").length, 1);
  });
});
