/** What a person can ask for at the page besides deciding: a plan, and to close a review. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256Hex } from "../../lib/base/jcs.ts";
import { LIKELIHOOD, REVIEW, readAll, write } from "../../lib/case/documents.ts";
import { ofType } from "../../lib/case/events.ts";
import { parsePublicKey } from "../../lib/evidence/publicKey.ts";
import { PREDICATE_TYPES } from "../../lib/evidence/statement.ts";
import { verifyAssertedEnvelope } from "../../lib/evidence/webauthn.ts";
import { checkDecision } from "../../lib/response/approve/askApproval.ts";
import { caseView } from "../../lib/response/caseView.ts";
import type { CasePage } from "../../lib/web/casePage.ts";
import { OPINION } from "../report/opinions.ts";
import { createAuthenticator, type Lie, PARTY } from "./authenticator.ts";
import { createCounters } from "./counters.ts";
import { decideAs, discover } from "./scenes.ts";
import { get, HUMANS, openWorld, post, signIn, type World, type WorldOptions } from "./world.ts";

const REASON = "The bucket was being emptied and nobody else answered.";

const pageOf = async (world: World, headers: Record<string, string>): Promise<CasePage> =>
  (await (await world.app(get(`/api/cases/${world.caseId}`, headers))).json()) as CasePage;

const denied = async (options: WorldOptions = {}) => {
  const world = await openWorld(options);
  await discover(world);
  await world.ask();
  await decideAs(world, "ada", world.signer("ada"), []);
  await checkDecision({ caseId: world.caseId, planId: "contain-1" }, world.ports);
  return { world, headers: await signIn(world), url: `/api/cases/${world.caseId}/proposals` };
};

test("the page offers a new plan after a denial, and one press begins one execution", async () => {
  const { world, headers, url } = await denied();
  assert.deepEqual((await pageOf(world, headers)).ask, { plan: true, release: false, newSuspects: 0 });
  const [first, second] = [
    await world.app(post(url, { purpose: "contain" }, headers)),
    await world.app(post(url, { purpose: "contain" }, headers)),
  ];
  assert.deepEqual([first.status, second.status], [202, 202]);
  assert.deepEqual(await first.json(), { requested: true, planId: "contain-2", repeated: false });
  assert.deepEqual(await second.json(), { requested: true, planId: "contain-2", repeated: true });
  assert.equal((await world.app(post(url, { purpose: "release" }, headers))).status, 409);
  assert.equal((await world.app(post(url, { purpose: "follow-up" }, headers))).status, 400);
  assert.equal((await world.app(post(url, { purpose: "contain" }))).status, 401);
  world.close();
});

test("the suspect is offered no plan and gets none", async () => {
  const { world, headers, url } = await denied({ humanId: "mallory" });
  assert.equal((await pageOf(world, headers)).ask.plan, false);
  const response = await world.app(post(url, { purpose: "contain" }, headers));
  assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [409, "INELIGIBLE"]);
  world.close();
});

const GLASS: WorldOptions = {
  humanId: "grace",
  settings: {
    quorum: { reversible: 2, externallyReversible: 2, irreversible: 2 },
    breakGlass: { humanIds: ["ada"] },
  },
};

const broken = async (options: WorldOptions = {}) => {
  const world = await openWorld({ ...GLASS, ...options });
  await discover(world);
  await world.ask();
  await decideAs(world, "ada", world.signer("ada"), ["a1"], { kind: "break-glass" });
  const [due] = (await caseView(world.caseId, world.ports)).reviews;
  const answer = { about: "break-glass", dueAt: due!.dueAt, verdict: "justified", reason: REASON };
  return { world, answer, headers: await signIn(world), url: `/api/cases/${world.caseId}/reviews/contain-1` };
};
const due = async ({ caseId, ports }: World): Promise<number> => (await caseView(caseId, ports)).reviews.length;

test("another approver closes a review on the page, and twice is once", async () => {
  const { world, answer, headers, url } = await broken();
  assert.equal((await world.app(post(url, { ...answer, reason: "too short" }, headers))).status, 400);
  assert.equal((await world.app(post(url, { ...answer, dueAt: "2026-01-01T00:00:00.000Z" }, headers))).status, 409);
  assert.equal(await due(world), 1);
  assert.equal((await world.app(post(url, answer, headers))).status, 200);
  assert.equal((await world.app(post(url, answer, headers))).status, 409);
  assert.equal(await due(world), 0);
  world.close();
});

test("whoever broke the glass closes no review on the page", async () => {
  const { world, answer, headers, url } = await broken({ humanId: HUMANS[0] });
  assert.equal((await world.app(post(url, answer, headers))).status, 409);
  assert.equal(await due(world), 1);
  world.close();
});

const weighed = async (options: WorldOptions = {}) => {
  const world = await openWorld(options);
  await discover(world);
  await world.ask();
  await write(world.ports.cases, world.caseId, LIKELIHOOD, OPINION);
  const headers = await signIn(world);
  const { planId, subject } = (await pageOf(world, headers)).opinion.theft!.overrule!;
  const answer = { about: "verdict", dueAt: null, verdict: "likely legitimate", reason: REASON, subject };
  return { world, answer, headers, url: `/api/cases/${world.caseId}/reviews/${planId}` };
};

const said = async ({ caseId, ports }: World): Promise<readonly string[]> =>
  ofType(await ports.cases.events(caseId), "verdict.overruled").map(({ data }) => data.verdict);

test("a verdict is overruled on the page, over the digest of the one that was shown, and the question is asked anew", async () => {
  const { world, answer, headers, url } = await weighed();
  const wrong: readonly (readonly [number, object])[] = [
    [400, { ...answer, reason: "too short" }],
    [400, { ...answer, subject: undefined }],
    [400, { ...answer, verdict: "keep" }],
    [400, { ...answer, about: "quarantine", verdict: "keep" }],
    [409, { ...answer, subject: "0".repeat(64) }],
  ];
  for (const [status, body] of wrong) assert.equal((await world.app(post(url, body, headers))).status, status);
  assert.deepEqual(await said(world), []);
  const response = await world.app(post(url, answer, headers));
  assert.deepEqual(
    [response.status, await response.json()],
    [200, { recorded: true, repeated: false, asked: "contain-2" }],
  );
  assert.deepEqual(await said(world), ["likely legitimate"]);
  const { theft } = (await pageOf(world, headers)).opinion;
  assert.deepEqual([theft!.told, theft!.overruled!.verdict], ["very likely theft", "likely legitimate"]);
  world.close();
});

test("a verdict that was computed anew meanwhile is not overruled unseen", async () => {
  const { world, answer, headers, url } = await weighed();
  await write(world.ports.cases, world.caseId, LIKELIHOOD, { ...OPINION, likelihood: "unclear" });
  assert.equal((await world.app(post(url, answer, headers))).status, 409);
  assert.deepEqual(await said(world), []);
  world.close();
});

test("whoever shares an identity with the suspect overrules nothing", async () => {
  const { world, answer, headers, url } = await weighed({ humanId: "mallory" });
  const response = await world.app(post(url, answer, headers));
  assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [409, "INELIGIBLE"]);
  assert.deepEqual(await said(world), []);
  world.close();
});

const KEY = createAuthenticator("Z3JhY2U");
const MARKED = {
  keys: [sha256Hex(KEY.publicKey)],
  securityKeys: [{ credentialId: KEY.credentialId, publicKey: Buffer.from(KEY.publicKey).toString("base64") }],
};

/** A deployment where grace decides by security key. */
const byKey = (): WorldOptions => ({
  humanId: "grace",
  ceremony: {
    party: PARTY,
    credentials: {
      of: async (humanId) => (humanId === "grace" ? [{ ...KEY, humanId }] : []),
      advance: createCounters(),
    },
    submit: async () => ({ recorded: false, code: "NONE", why: "" }),
  },
  change: (settings) => ({
    ...settings,
    webauthn: PARTY,
    approvers: settings.approvers.map((one) => (one.humanId === "grace" ? { ...one, ...MARKED } : one)),
  }),
});

interface Prepared {
  readonly payload: string;
  readonly challenge: string;
}

const preparedFor = async (world: World, url: string, answer: object, headers: Record<string, string>) =>
  (await (await world.app(post(`${url}/statement`, answer, headers))).json()) as Prepared;

const asserted = ({ payload, challenge }: Prepared, lie: Lie = {}) => {
  const { authenticatorData, clientDataJSON, signature } = KEY.answer(challenge, lie);
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
  return {
    ...{ credentialId: KEY.credentialId, payload, authenticatorData: text(authenticatorData) },
    ...{ clientDataJSON: text(clientDataJSON), signature: text(signature) },
  };
};

test("where security keys decide, a review needs one, over exactly what is said", async () => {
  const { world, answer, headers, url } = await broken(byKey());
  const prepare = (change = {}) => preparedFor(world, url, { ...answer, ...change }, headers);
  const prepared = await prepare();
  const attempts: readonly (readonly [number, unknown])[] = [
    [400, answer],
    [409, { ...answer, assertion: asserted(prepared, { client: { origin: "https://evil.test" } }) }],
    [409, { ...answer, assertion: asserted(prepared, { flags: 1 }) }],
    [409, { ...answer, verdict: "not-justified", assertion: asserted(prepared) }],
    [409, { ...answer, assertion: asserted(await prepare({ reason: `${REASON} Really.` })) }],
  ];
  for (const [status, body] of attempts) assert.equal((await world.app(post(url, body, headers))).status, status);
  assert.equal(await due(world), 1);
  const response = await world.app(post(url, { ...answer, assertion: asserted(prepared) }, headers));
  assert.equal(response.status, 200, await response.clone().text());
  assert.equal((await storedReview(world)).verdict, "justified");
  world.close();
});

const storedReview = async ({ caseId, ports }: World): Promise<{ readonly verdict: string }> => {
  const [stored] = await readAll(ports.cases, caseId, REVIEW);
  const envelope = Buffer.from(stored!.envelope, "base64");
  const { statement } = verifyAssertedEnvelope(envelope, parsePublicKey(KEY.publicKey), PARTY, PREDICATE_TYPES.review);
  return statement.predicate as { verdict: string };
};

test("where security keys decide, a verdict is overruled by one alone", async () => {
  const { world, answer, headers, url } = await weighed(byKey());
  assert.equal((await world.app(post(url, answer, headers))).status, 400);
  const assertion = asserted(await preparedFor(world, url, answer, headers));
  const other = { ...answer, verdict: "unclear", assertion };
  assert.equal((await world.app(post(url, other, headers))).status, 409);
  assert.deepEqual(await said(world), []);
  const response = await world.app(post(url, { ...answer, assertion }, headers));
  assert.equal(response.status, 200, await response.clone().text());
  assert.equal((await storedReview(world)).verdict, "likely legitimate");
  world.close();
});
