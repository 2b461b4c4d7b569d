import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { S3Client } from "@aws-sdk/client-s3";
import { createCases } from "../../lib/aws/cases.ts";
import { createObjects } from "../../lib/aws/objects.ts";
import type { CordonError } from "../../lib/base/errors.ts";
import { brokenLink } from "../../lib/case/auditTrail.ts";
import type { CaseHead } from "../../lib/case/case.ts";
import type { NewCaseEvent } from "../../lib/case/events.ts";
import type { Cases } from "../../lib/ports/ports.ts";
import { createS3Model, refused, type S3Model } from "./s3Model.ts";
import { optionsAt, type Reply, serve, type Wire } from "./wire.ts";

const CASE = "case-20260223-0123456789";
const clock = { now: () => "2026-02-23T10:00:00.000Z" };
const head = (over: Partial<CaseHead> = {}): CaseHead => ({
  caseId: CASE,
  status: "open",
  version: 1,
  openedAt: clock.now(),
  openedBy: "execution-1",
  updatedAt: clock.now(),
  closedAt: null,
  accountId: "111111111111",
  region: "eu-central-1",
  sample: false,
  exercise: false,
  findings: [],
  revisions: {},
  notKnown: [],
  sealed: [],
  ...over,
});
const event = (type: string) => ({ type, actor: "test", data: {} }) as NewCaseEvent;

interface Rig {
  readonly cases: () => Cases;
  readonly model: S3Model;
  readonly seen: readonly Wire[];
}

/** On a loaded machine our own server may take seconds: only where an answer is to be missed is it waited for so briefly. */
const [PATIENT_MS, BRIEF_MS] = [20_000, 1500];

/** Cases over the S3 model, through the SDK; `meddle` may answer in its place, or only after it has acted. */
const rig = async (
  t: TestContext,
  meddle: (wire: Wire, act: () => Reply, index: number) => Reply = (_wire, act) => act(),
  pageSize = 1000,
  answerTimeoutMs = PATIENT_MS,
): Promise<Rig> => {
  const model = createS3Model(pageSize);
  const server = await serve((wire, index) => meddle(wire, () => model.answer(wire), index));
  t.after(server.close);
  const cases = () =>
    createCases(
      createObjects({
        s3: new S3Client(optionsAt(server.endpoint, 3, answerTimeoutMs)),
        bucket: "cases",
        owner: "999999999999",
        folder: "cases/",
        fault: "AUDIT_UNAVAILABLE",
      }),
      clock,
    );
  return { cases, model, seen: server.seen };
};

test("a case is opened once, whoever is first", async (t) => {
  const { cases, model } = await rig(t);
  const opened = await Promise.all(["a", "b", "c", "d"].map((openedBy) => cases().open(head({ openedBy }))));
  assert.equal(opened.filter(Boolean).length, 1);
  assert.equal(model.objects.size, 1);
});

test("opening whose first answer was lost is still ours", async (t) => {
  let lost = false;
  const { cases } = await rig(t, (wire, act) => {
    const reply = act();
    if (wire.method !== "PUT" || lost) return reply;
    lost = true;
    return "drop";
  });
  assert.equal(await cases().open(head()), true);
});

test("every request names the account that must own the bucket and carries the SHA-256 of what it writes", async (t) => {
  const { cases, seen, model } = await rig(t);
  await cases().open(head());
  await cases().names(CASE, "");
  await cases().list();
  assert.ok(seen.length >= 3);
  assert.deepEqual([...new Set(seen.map(({ headers }) => headers["x-amz-expected-bucket-owner"]))], ["999999999999"]);
  assert.ok(model.written.get(`cases/cases/${CASE}/head.json`)?.["x-amz-checksum-sha256"]);
});

test("twenty concurrent changes of a head all count", async (t) => {
  const { cases } = await rig(t);
  await cases().open(head());
  await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      cases().update(CASE, (before) => ({ ...before, revisions: { ...before.revisions, [`r${at}`]: 1 } })),
    ),
  );
  const after = await cases().head(CASE);
  assert.equal(after.version, 21);
  assert.equal(Object.keys(after.revisions).length, 20);
});

test("a head changed by a request whose answer was lost is changed once", async (t) => {
  let lost = false;
  const { cases } = await rig(
    t,
    (wire, act) => {
      const reply = act();
      if (wire.headers["if-match"] === undefined || lost) return reply;
      lost = true;
      return "hang";
    },
    1000,
    2 * BRIEF_MS,
  );
  await cases().open(head());
  let changes = 0;
  const after = await cases().update(CASE, (before) => {
    changes += 1;
    return { ...before, status: "contained" };
  });
  assert.deepEqual([after.version, (await cases().head(CASE)).version, changes], [2, 2, 1]);
});

test("events of several writers form one unbroken chain", async (t) => {
  const { cases } = await rig(t, undefined, 3);
  const writers = [cases(), cases(), cases()];
  await Promise.all(
    writers.flatMap((writer, at) => Array.from({ length: 5 }, (_, n) => writer.append(CASE, event(`w${at}.${n}`)))),
  );
  const events = await cases().events(CASE);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    Array.from({ length: 15 }, (_, at) => at + 1),
  );
  assert.equal(new Set(events.map(({ type }) => type)).size, 15);
  assert.equal(brokenLink(events), null);
});

test("an event whose answer was lost is written once", async (t) => {
  let lost = 0;
  const { cases } = await rig(t, (wire, act) => {
    const reply = act();
    return wire.method === "PUT" && lost++ === 0 ? "drop" : reply;
  });
  await cases().append(CASE, event("case.opened"));
  assert.deepEqual(
    (await cases().events(CASE)).map(({ type }) => type),
    ["case.opened"],
  );
});

test("a conflict of two conditional writes is sent again", async (t) => {
  let conflicts = 0;
  const { cases } = await rig(t, (wire, act) =>
    wire.method === "PUT" && conflicts++ < 2 ? refused(409, "ConditionalRequestConflict") : act(),
  );
  assert.equal((await cases().append(CASE, event("case.opened"))).seq, 1);
  assert.equal(conflicts, 3);
});

const failing: readonly (readonly [string, Reply, string])[] = [
  ["throttling that does not end", refused(503, "SlowDown"), "TransientError"],
  ["a fault of S3", refused(500, "InternalError"), "TransientError"],
  ["no answer at all", "hang", "TransientError"],
  ["a broken connection", "drop", "TransientError"],
  ["a denial", refused(403, "AccessDenied"), "CordonError"],
];
for (const [what, reply, name] of failing) {
  test(`an event is not written under ${what}, and the caller hears AUDIT_UNAVAILABLE`, async (t) => {
    const { cases, model } = await rig(t, () => reply, 1000, reply === "hang" ? BRIEF_MS : PATIENT_MS);
    await assert.rejects(
      cases().append(CASE, event("action.started")),
      (error: CordonError) => error.code === "AUDIT_UNAVAILABLE" && error.name === name,
    );
    assert.equal(model.objects.size, 0);
  });
}

test("a document put once keeps its first bytes; a derived one is replaced", async (t) => {
  const { cases } = await rig(t);
  const bytes = (text: string) => new Uint8Array(Buffer.from(text));
  assert.deepEqual(await cases().putOnce(CASE, "plans/contain-1.json", bytes("one")), bytes("one"));
  assert.deepEqual(Buffer.from(await cases().putOnce(CASE, "plans/contain-1.json", bytes("two"))).toString(), "one");
  await cases().write(CASE, "finding.json", bytes("one"));
  await cases().write(CASE, "finding.json", bytes("two"));
  assert.equal(Buffer.from((await cases().read(CASE, "finding.json"))!).toString(), "two");
  assert.equal(await cases().read(CASE, "absent.json"), null);
});

test("names and cases are listed over pages, sorted", async (t) => {
  const { cases } = await rig(t, undefined, 2);
  for (const name of ["b/2.json", "a.json", "b/10.json", "b/1.json", "c.json"])
    await cases().write(CASE, name, Buffer.from("x"));
  await cases().open(head());
  for (const id of ["case-20260101-aaaaaaaaaa", "case-20260101-bbbbbbbbbb"]) await cases().open(head({ caseId: id }));
  assert.deepEqual(await cases().names(CASE, "b/"), ["b/1.json", "b/10.json", "b/2.json"]);
  assert.deepEqual(
    (await cases().list()).map(({ caseId }) => caseId),
    ["case-20260101-aaaaaaaaaa", "case-20260101-bbbbbbbbbb", CASE],
  );
});

test("an actor is claimed by the first of many; a claim passes on only from the case that was named", async (t) => {
  const { cases } = await rig(t);
  const ids = ["0", "1", "2", "3"].map((digit) => CASE.slice(0, -1) + digit);
  const actor = "a".repeat(64);
  const held = new Set(await Promise.all(ids.map((caseId) => cases().claim(actor, caseId, null))));
  assert.equal(held.size, 1);
  const [holder] = held;
  assert.equal(await cases().claim(actor, CASE, ids.find((caseId) => caseId !== holder)!), holder);
  assert.equal(await cases().claim(actor, CASE, holder!), CASE);
  assert.equal(await cases().claim(actor, ids[0]!, null), CASE);
  assert.deepEqual(await cases().list(), []);
});

test("what is no case id or document name never becomes a key", async (t) => {
  const { cases, seen } = await rig(t);
  await assert.rejects(cases().read("../x", "a.json"), { code: "INPUT_INVALID" });
  await assert.rejects(cases().read(CASE, "../../head.json"), { code: "INPUT_INVALID" });
  await assert.rejects(cases().head("case-1"), { code: "CASE_NOT_FOUND" });
  assert.equal(seen.length, 0);
});
