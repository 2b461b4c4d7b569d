import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalBytes } from "../../lib/base/jcs.ts";
import type { Decision } from "../../lib/core/plan/decision.ts";
import { signStatement } from "../../lib/evidence/dsse.ts";
import { makeStatement, PREDICATE_TYPES } from "../../lib/evidence/statement.ts";
import { assertedEnvelope, challengeOf } from "../../lib/evidence/webauthn.ts";
import { openSigned } from "../../lib/response/contain/storedDecisions.ts";
import { makeKey } from "../evidence/ledgerFixture.ts";
import { createAuthenticator, PARTY } from "../web/authenticator.ts";

const AT = "2026-11-21T03:04:05.000Z";
const decision = (assurance: Decision["assurance"]): Decision => ({
  kind: "decide",
  caseId: "case-20260223-0123456789",
  planId: "contain-1",
  planNonce: "0".repeat(32),
  shownDigest: "1".repeat(64),
  choices: { a1: "approve" },
  reason: "a reason of enough letters",
  approver: { humanId: "ada" },
  channel: "page",
  assurance,
  decidedAt: AT,
});
const statementOf = (assurance: Decision["assurance"]) =>
  makeStatement(PREDICATE_TYPES.approval, { name: "plan", sha256: "2".repeat(64) }, decision(assurance));

const asserted = (assurance: Decision["assurance"], lie = {}) => {
  const authenticator = createAuthenticator("key-1");
  const payload = canonicalBytes(statementOf(assurance));
  const envelope = assertedEnvelope(payload, authenticator.answer(challengeOf(payload), lie));
  return { envelope, publicKey: authenticator.publicKey };
};

const signedByFile = async (assurance: Decision["assurance"]) => {
  const key = makeKey();
  const { envelope } = await signStatement({ statement: statementOf(assurance), sign: key.sign, publicKey: key.spki });
  return { envelope, publicKey: key.spki };
};

test("a touch on a security key, for this page and over exactly this statement, is a decision", () => {
  const opened = openSigned(asserted("webauthn"), AT, PARTY);
  assert.ok(!("code" in opened));
  assert.equal(opened.decision.assurance, "webauthn");
  assert.equal(opened.planDigest, "2".repeat(64));
});

test("the same touch counts nowhere else: no page set up, another page, without the human verified", () => {
  assert.ok("code" in openSigned(asserted("webauthn"), AT, undefined));
  assert.ok("code" in openSigned(asserted("webauthn"), AT, { ...PARTY, origin: "https://evil.example" }));
  assert.ok("code" in openSigned(asserted("webauthn", { flags: 0x01 }), AT, PARTY));
});

test("a file on a disk does not pass for a touch on a key, nor the other way round", async () => {
  assert.ok("code" in openSigned(await signedByFile("webauthn"), AT, PARTY));
  assert.ok("code" in openSigned(asserted("key-file"), AT, PARTY));
  assert.ok(!("code" in openSigned(await signedByFile("key-file"), AT, PARTY)));
});
