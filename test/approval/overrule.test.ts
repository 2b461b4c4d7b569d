/** A person's verdict in place of the computed one: signed, eligible people only, both kept, and the question asked anew by it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LIKELIHOOD, write } from "../../lib/case/documents.ts";
import type { Opinion } from "../../lib/case/opinion.ts";
import { requestPlan } from "../../lib/response/approve/requestPlan.ts";
import { type ReviewAnswer, signReview } from "../../lib/response/approve/review.ts";
import { verdictOf } from "../../lib/response/approve/reviewsDue.ts";
import { submitSigned } from "../../lib/response/approve/submitSigned.ts";
import { basisOf } from "../../lib/response/contain/planBasis.ts";
import { noticeFactsOf } from "../../lib/response/noticeFacts.ts";
import { KEYS, type KeyName, openWorld, type World } from "./world.ts";

const REASON = "The owner says that the laptop with this key was stolen.";
const COMPUTED: Opinion = {
  schema: "cordon/likelihood/v1",
  likelihood: "unclear",
  reasons: ["Two signs, neither decisive."],
  notKnown: [],
};

const weighed = async (): Promise<World> => {
  const world = await openWorld();
  await write(world.ports.cases, world.caseId, LIKELIHOOD, COMPUTED);
  return world;
};

const overrule = async (
  world: World,
  humanId: string,
  given: Partial<ReviewAnswer> & { key?: KeyName; subject?: string } = {},
): Promise<string> => {
  const { key = humanId as KeyName, subject, ...rest } = given;
  const computed = (await verdictOf(world.caseId, world.ports))!;
  const answer: ReviewAnswer = {
    ...{ verdict: "likely theft", reason: REASON, humanId },
    ...{ channel: "cli", assurance: "key-file", reviewedAt: world.now() },
    ...rest,
  };
  const about = { ...computed, ...(subject === undefined ? {} : { subject }) };
  const taken = await submitSigned(await signReview(world.caseId, about, answer, KEYS[key]), world.ports);
  return taken.recorded ? "recorded" : taken.code;
};

test("what a person signs takes the place of the computed verdict, which stays named beside it", async () => {
  const world = await weighed();
  assert.equal((await basisOf(world.caseId, world.ports)).verdict, "unclear");
  assert.equal(await overrule(world, "grace"), "recorded");
  const told = await noticeFactsOf(world.caseId, world.ports);
  assert.equal(told.facts?.verdict, "likely theft, says an approver; computed: unclear");
  const { verdict, overruledBy, reasons } = await basisOf(world.caseId, world.ports);
  assert.deepEqual([verdict, overruledBy], ["likely theft", "grace"]);
  assert.deepEqual(reasons, [`Computed: unclear. grace: ${REASON}`, "Two signs, neither decisive."]);
  assert.equal(world.disk.notices.at(-1)?.kind, "decided");
});

test("a plan that waits is overtaken by one that rests on the new verdict, and not otherwise", async () => {
  const world = await weighed();
  const request = { caseId: world.caseId, purpose: "contain", humanId: "ada", actions: [] } as const;
  const before = await requestPlan(request, world.ports);
  assert.deepEqual([before.requested, "code" in before && before.code], [false, "STILL_OPEN"]);
  await overrule(world, "grace");
  const after = await requestPlan(request, world.ports);
  // No machine runs in this world: the request itself is what is allowed now.
  assert.equal("code" in after ? after.code : "requested", "NOT_STARTED");
  assert.ok(world.eventTypes().includes("plan.requested"));
});

const REFUSED: readonly (readonly [string, string, Parameters<typeof overrule>[2], string])[] = [
  ["a suspect", "mallory", {}, "INELIGIBLE"],
  ["a stranger", "stranger", {}, "INELIGIBLE"],
  ["grace's name over ada's key", "grace", { key: "ada" }, "INELIGIBLE"],
  ["a reason under twenty characters", "grace", { reason: "it is theft" }, "UNREADABLE"],
  ["justified, which is said of a broken glass", "grace", { verdict: "justified" }, "UNREADABLE"],
  ["a verdict that nobody knows", "grace", { verdict: "certainly theft" as "unclear" }, "UNREADABLE"],
  ["a verdict over another opinion than the one on record", "grace", { subject: "0".repeat(64) }, "NOT_DUE"],
];
for (const [what, humanId, given, code] of REFUSED) {
  test(`the computed verdict stands: ${what}`, async () => {
    const world = await weighed();
    assert.equal(await overrule(world, humanId, given), code);
    assert.equal((await basisOf(world.caseId, world.ports)).overruledBy, null);
    assert.deepEqual(world.refusals(), [code]);
  });
}

test("a case that was not weighed has no verdict to overrule; of two words the later stands", async () => {
  const world = await openWorld();
  assert.equal(await verdictOf(world.caseId, world.ports), null);
  await write(world.ports.cases, world.caseId, LIKELIHOOD, COMPUTED);
  await overrule(world, "grace");
  world.advance(1000);
  await overrule(world, "ada", { verdict: "likely legitimate" });
  const { verdict, overruledBy } = await basisOf(world.caseId, world.ports);
  assert.deepEqual([verdict, overruledBy], ["likely legitimate", "ada"]);
});
