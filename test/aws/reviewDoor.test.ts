/** A signed review comes through the same door as a decision, and needs the same two proofs of one human. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { takeDecision } from "../../lib/aws/decisionApi.ts";
import { signReview } from "../../lib/response/approve/review.ts";
import { reviewsDue } from "../../lib/response/approve/reviewsDue.ts";
import { recorded } from "../approval/assertions.ts";
import { KEYS, openWorld, SETTINGS } from "../approval/world.ts";

const REASON = "The bucket was being emptied and nobody else answered.";
const GRACE = "arn:aws:iam::111111111111:user/grace";

const broken = async () => {
  const approvers = SETTINGS.approvers.map((one) => (one.humanId === "grace" ? { ...one, principals: [GRACE] } : one));
  const quorum = { reversible: 2, externallyReversible: 2, irreversible: 2 };
  const world = await openWorld({ settings: { approvers, quorum, breakGlass: { humanIds: ["ada"] } } });
  await recorded(world, { kind: "break-glass", choices: { a1: "approve" }, reason: REASON });
  const { caseId, ports } = world;
  const [due] = await reviewsDue(caseId, ports);
  const answer = {
    humanId: "grace",
    verdict: "justified",
    reason: REASON,
    channel: "cli",
    assurance: "key-file",
  } as const;
  const signed = await signReview(caseId, due!, { ...answer, reviewedAt: world.now() }, KEYS.grace);
  const body = JSON.stringify({
    caseId,
    planId: signed.planId,
    envelope: Buffer.from(signed.envelope).toString("base64"),
    publicKey: Buffer.from(signed.publicKey).toString("base64"),
  });
  const send = (userArn: string) => takeDecision({ body, requestContext: { authorizer: { iam: { userArn } } } }, ports);
  return { world, send };
};

test("a review through the API closes what is due, and again it is the same", async () => {
  const { world, send } = await broken();
  const [first, second] = [await send(GRACE), await send(GRACE)];
  assert.deepEqual([first.statusCode, second.statusCode], [200, 200]);
  assert.deepEqual(
    [first, second].map(({ body }) => (JSON.parse(body) as { repeated: boolean }).repeated),
    [false, true],
  );
  assert.deepEqual(await reviewsDue(world.caseId, world.ports), []);
});

test("a review that somebody else hands in is refused, and is a line of the trail", async () => {
  const { world, send } = await broken();
  const { statusCode, body } = await send("arn:aws:iam::111111111111:user/ada");
  assert.deepEqual([statusCode, (JSON.parse(body) as { code: string }).code], [403, "OTHER_IDENTITY"]);
  assert.equal((await reviewsDue(world.caseId, world.ports)).length, 1);
  assert.deepEqual(world.refusals(), ["OTHER_IDENTITY"]);
});
