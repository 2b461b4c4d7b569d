/** What a person can ask for at the page besides deciding: a plan, and to close a review. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256Hex } from "../../lib/base/jcs.ts";
import { REVIEW, readAll } from "../../lib/case/documents.ts";
import { parsePublicKey } from "../../lib/evidence/publicKey.ts";
import { PREDICATE_TYPES } from "../../lib/evidence/statement.ts";
import { verifyAssertedEnvelope } from "../../lib/evidence/webauthn.ts";
import { checkDecision } from "../../lib/response/approve/askApproval.ts";
import { caseView } from "../../lib/response/caseView.ts";
import type { CasePage } from "../../lib/web/casePage.ts";
import type { Ceremony } from "../../lib/web/ceremony.ts";
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

const KEY = createAuthenticator("Z3JhY2U");
const MARKED = {
  keys: [sha256Hex(KEY.publicKey)],
  securityKeys: [{ credentialId: KEY.credentialId, publicKey: Buffer.from(KEY.publicKey).toString("base64") }],
};

test("where security keys decide, a review needs one, over exactly what is said", async () => {
  const ceremony: Ceremony = {
    party: PARTY,
    credentials: {
      of: async (humanId) => (humanId === "grace" ? [{ ...KEY, humanId }] : []),
      advance: createCounters(),
    },
    submit: async () => ({ recorded: false, code: "NONE", why: "" }),
  };
  const { world, answer, headers, url } = await broken({
    ceremony,
    change: (settings) => ({
      ...settings,
      webauthn: PARTY,
      approvers: settings.approvers.map((one) => (one.humanId === "grace" ? { ...one, ...MARKED } : one)),
    }),
  });
  const prepare = async (change = {}) =>
    (await (await world.app(post(`${url}/statement`, { ...answer, ...change }, headers))).json()) as {
      payload: string;
      challenge: string;
    };
  const asserted = ({ payload, challenge }: { payload: string; challenge: string }, lie: Lie = {}) => {
    const { authenticatorData, clientDataJSON, signature } = KEY.answer(challenge, lie);
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
    return {
      ...{ credentialId: KEY.credentialId, payload, authenticatorData: text(authenticatorData) },
      ...{ clientDataJSON: text(clientDataJSON), signature: text(signature) },
    };
  };
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
  const [stored] = await readAll(world.ports.cases, world.caseId, REVIEW);
  const { statement } = verifyAssertedEnvelope(
    Buffer.from(stored!.envelope, "base64"),
    parsePublicKey(KEY.publicKey),
    PARTY,
    PREDICATE_TYPES.review,
  );
  assert.equal((statement.predicate as { verdict: string }).verdict, "justified");
  world.close();
});
