/** A key file cannot be played as a security key, nor the other way round: abuse group 31 of the approval facts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalBytes, sha256Hex } from "../../lib/base/jcs.ts";
import { approvalPolicyFaults } from "../../lib/core/plan/approvalPolicyFaults.ts";
import { planDigestOf, shownDigestOf } from "../../lib/core/plan/renderPlan.ts";
import { makeStatement, PREDICATE_TYPES } from "../../lib/evidence/statement.ts";
import { assertedEnvelope, challengeOf } from "../../lib/evidence/webauthn.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { type Authenticator, createAuthenticator, PARTY } from "../web/authenticator.ts";
import { assertGateClosed, assertRefused } from "./assertions.ts";
import { codeOf, openWorld, SETTINGS, type World } from "./world.ts";

const KEY = createAuthenticator("a2V5");
const fingerprint = sha256Hex(KEY.publicKey);

/** Ada with the authenticator's key in her entry, called a security key or not. */
const withKey = (marked: boolean) => ({
  webauthn: PARTY,
  approvers: SETTINGS.approvers.map((one) =>
    one.humanId !== "ada"
      ? one
      : {
          ...one,
          keys: [...one.keys, fingerprint],
          ...(marked
            ? {
                securityKeys: [
                  { credentialId: KEY.credentialId, publicKey: Buffer.from(KEY.publicKey).toString("base64") },
                ],
              }
            : {}),
        },
  ),
});

const asserted = ({ plan, now, caseId }: World, key: Authenticator, choices: Record<string, "approve" | "deny">) => {
  const payload = canonicalBytes(
    makeStatement(
      PREDICATE_TYPES.approval,
      { name: "plan", sha256: planDigestOf(plan) },
      {
        ...{ kind: "decide", caseId, planId: plan.planId, planNonce: plan.nonce, shownDigest: shownDigestOf(plan) },
        ...{ choices, reason: "Confirmed with the owner by phone.", approver: { humanId: "ada" } },
        ...{ channel: "page", assurance: "webauthn", decidedAt: now() },
      },
    ),
  );
  const envelope = assertedEnvelope(payload, key.answer(challengeOf(payload)));
  return { caseId, planId: plan.planId, envelope, publicKey: key.publicKey };
};

test("a security key of the policy decides by its assertion", async () => {
  const world = await openWorld({ settings: withKey(true) });
  assert.equal(codeOf(await submitDecision(asserted(world, KEY, { a1: "approve" }), world.ports)), "recorded");
});

test("software that holds a key file and says it is a security key is refused", async () => {
  const world = await openWorld({ settings: withKey(false) });
  assertRefused(world, await submitDecision(asserted(world, KEY, { a1: "approve" }), world.ports), "WRONG_PROOF");
  await assertGateClosed(world);
});

test("a policy whose security key is not among the person's keys does not start", () => {
  const { approvers } = withKey(true);
  const without = approvers.map((one) => ({ ...one, keys: one.keys.filter((key) => key !== fingerprint) }));
  assert.equal(approvalPolicyFaults({ ...SETTINGS, approvers: without }).length, 1);
  assert.equal(approvalPolicyFaults({ ...SETTINGS, approvers }).length, 0);
});
