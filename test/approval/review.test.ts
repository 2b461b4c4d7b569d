/** Reviews: of one person who acted alone, and of what stays cut off. Abuse group 36 of the approval facts, and issue 5 item 6. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CordonError } from "../../lib/base/errors.ts";
import { parseEntry } from "../../lib/evidence/ledger/ledger.ts";
import { remindReviews } from "../../lib/response/approve/remindReviews.ts";
import { type ReviewAnswer, signReview } from "../../lib/response/approve/review.ts";
import { type DueReview, reviewsDue } from "../../lib/response/approve/reviewsDue.ts";
import { submitSigned, type Taken } from "../../lib/response/approve/submitSigned.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { recorded } from "./assertions.ts";
import { execute, KEYS, type KeyName, openWorld, type World, type WorldOptions } from "./world.ts";

const HOUR_MS = 3_600_000;
const REASON = "The bucket was being emptied and nobody else answered.";
const GLASS = {
  quorum: { reversible: 2, externallyReversible: 2, irreversible: 2 },
  breakGlass: { humanIds: ["ada"] },
};

const broken = async (options: WorldOptions = {}): Promise<World> => {
  const world = await openWorld({ ...options, settings: { ...GLASS, ...options.settings } });
  await recorded(world, { kind: "break-glass", choices: { a1: "approve" }, reason: REASON });
  return world;
};

const dueIn = async ({ caseId, ports }: World, about: DueReview["about"]): Promise<DueReview> =>
  (await reviewsDue(caseId, ports)).find((one) => one.about === about)!;

const signedBy = (
  world: World,
  due: DueReview,
  humanId: string,
  given: Partial<ReviewAnswer> & { key?: KeyName } = {},
) => {
  const { key = humanId as KeyName, ...rest } = given;
  const answer: ReviewAnswer = {
    ...{ verdict: due.about === "quarantine" ? "keep" : "justified", reason: REASON, humanId },
    ...{ channel: "cli", assurance: "key-file", reviewedAt: world.now() },
    ...rest,
  };
  return signReview(world.caseId, due, answer, KEYS[key]);
};

const review = async (
  world: World,
  humanId: string,
  given: Partial<ReviewAnswer> & { key?: KeyName } = {},
  about: DueReview["about"] = "break-glass",
): Promise<Taken> => submitSigned(await signedBy(world, await dueIn(world, about), humanId, given), world.ports);

const codeOf = (taken: Taken): string => (taken.recorded ? "recorded" : taken.code);
const ledgerTypes = async ({ ports, caseId }: World) =>
  (await ports.ledger.caseEntries(caseId)).map((bytes) => parseEntry(bytes).type);

test("another approver closes the review; it is on the ledger, in the trail, and no longer due", async () => {
  const world = await broken();
  const { envelope } = (await world.ports.cases.events(world.caseId)).find((one) => one.type === "break-glass.used")!
    .data as { envelope: string };
  assert.equal((await dueIn(world, "break-glass")).subject, envelope);
  assert.equal(codeOf(await review(world, "grace")), "recorded");
  assert.deepEqual((await caseView(world.caseId, world.ports)).reviews, []);
  assert.equal((await ledgerTypes(world)).filter((type) => type === "review").length, 1);
  const line = (await world.ports.cases.events(world.caseId)).find((one) => one.type === "break-glass.reviewed");
  assert.deepEqual([line?.actor, line?.data.verdict, line?.data.subject], ["human:grace", "justified", envelope]);
});

test("whoever broke the glass does not review it, under either of his keys", async () => {
  const world = await broken();
  assert.equal(codeOf(await review(world, "ada")), "INELIGIBLE");
  assert.equal(codeOf(await review(world, "ada", { key: "ada-2" })), "INELIGIBLE");
  assert.equal((await caseView(world.caseId, world.ports)).reviews.length, 1);
});

const REFUSED: readonly (readonly [string, string, Partial<ReviewAnswer> & { key?: KeyName }, string])[] = [
  ["a suspect", "mallory", {}, "INELIGIBLE"],
  ["a newcomer", "newcomer", {}, "INELIGIBLE"],
  ["a stranger", "stranger", {}, "INELIGIBLE"],
  ["grace's name over ada's key", "grace", { key: "ada" }, "INELIGIBLE"],
  ["a reason under twenty characters", "grace", { reason: "it was all right" }, "UNREADABLE"],
  ["keep, which is said of a quarantine", "grace", { verdict: "keep" }, "UNREADABLE"],
  ["a key file that calls itself a security key", "grace", { assurance: "webauthn" }, "UNREADABLE"],
];
for (const [what, humanId, given, code] of REFUSED) {
  test(`a review does not count: ${what}`, async () => {
    const world = await broken();
    assert.equal(codeOf(await review(world, humanId, given)), code);
    assert.equal((await caseView(world.caseId, world.ports)).reviews.length, 1);
    assert.deepEqual(world.refusals(), [code]);
    assert.ok(!(await ledgerTypes(world)).includes("review"));
  });
}

test("the same review 16 times at once is one, and a second opinion comes too late", async () => {
  const world = await broken();
  const due = await dueIn(world, "break-glass");
  const mine = await signedBy(world, due, "grace");
  const taken = await Promise.all(Array.from({ length: 16 }, () => submitSigned(mine, world.ports)));
  assert.equal(taken.filter((one) => one.recorded && !one.repeated).length, 1);
  assert.equal(taken.filter(({ recorded: ok }) => ok).length, 16);
  assert.equal((await ledgerTypes(world)).filter((type) => type === "review").length, 1);
  assert.equal(codeOf(await submitSigned(await signedBy(world, due, "linus"), world.ports)), "NOT_DUE");
});

test("a review of another decision is no review of this one", async () => {
  const world = await broken();
  const due = { ...(await dueIn(world, "break-glass")), subject: "0".repeat(64) };
  assert.equal(codeOf(await submitSigned(await signedBy(world, due, "grace"), world.ports)), "NOT_DUE");
});

test("that it was not justified is told to everybody", async () => {
  const world = await broken();
  await review(world, "grace", { verdict: "not-justified" });
  assert.deepEqual([world.disk.notices.at(-1)?.kind, world.disk.notices.at(-1)?.severity], ["attention", 9]);
});

test("a case that cannot be read keeps no other case's review from being called for, and is an error all the same", async () => {
  const world = await broken();
  world.advance(24 * HOUR_MS);
  const { cases } = world.ports;
  const unreadable = "case-20260101-0000000000";
  const ports = {
    ...world.ports,
    cases: {
      ...cases,
      list: async () => [{ ...(await cases.head(world.caseId)), caseId: unreadable }, ...(await cases.list())],
      events: async (caseId: string) => {
        if (caseId === unreadable) throw new CordonError("DOCUMENT_CONFLICT", "no JSON");
        return cases.events(caseId);
      },
    },
  };
  await assert.rejects(
    remindReviews(ports),
    (error) => error instanceof CordonError && error.code === "DOCUMENT_CONFLICT",
  );
  assert.equal(world.disk.notices.filter(({ kind }) => kind === "reminder").length, 1);
});

test("an overdue review is called for once a day until it is given", async () => {
  const world = await broken();
  assert.equal(await remindReviews(world.ports), 0);
  world.advance(24 * HOUR_MS);
  assert.equal(await remindReviews(world.ports), 1);
  assert.equal(await remindReviews(world.ports), 0);
  world.advance(24 * HOUR_MS);
  assert.equal(await remindReviews(world.ports), 1);
  assert.equal(world.disk.notices.filter(({ kind }) => kind === "reminder").length, 2);
  await review(world, "grace");
  world.advance(24 * HOUR_MS);
  assert.equal(await remindReviews(world.ports), 0);
});

test("what is cut off has a date by which somebody says that it stays, and another one after that", async () => {
  const world = await openWorld({ settings: { quarantineReviewDays: 3 } });
  assert.equal((await caseView(world.caseId, world.ports)).quarantine, null);
  await recorded(world, {});
  await execute(world);
  const made = world.now();
  const first = (await caseView(world.caseId, world.ports)).quarantine!;
  assert.equal(Date.parse(first.dueAt) - Date.parse(made), 3 * 24 * HOUR_MS);
  world.advance(3 * 24 * HOUR_MS);
  assert.equal((await caseView(world.caseId, world.ports)).quarantine!.overdue, true);
  assert.equal(await remindReviews(world.ports), 1);
  assert.equal(codeOf(await review(world, "ada", {}, "quarantine")), "recorded");
  const next = (await caseView(world.caseId, world.ports)).quarantine!;
  assert.equal(Date.parse(next.dueAt) - Date.parse(world.now()), 3 * 24 * HOUR_MS);
  assert.equal(await remindReviews(world.ports), 0);
});

test("the answer to one date is no answer to the next", async () => {
  const world = await openWorld();
  await recorded(world, {});
  await execute(world);
  world.advance(1000);
  const due = await dueIn(world, "quarantine");
  const early = await signedBy(world, due, "grace");
  assert.equal(codeOf(await review(world, "ada", {}, "quarantine")), "recorded");
  world.advance(8 * 24 * HOUR_MS);
  assert.equal(codeOf(await submitSigned(early, world.ports)), "NOT_DUE");
});
