import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { canonicalBytes } from "../../lib/base/jcs.ts";
import type { GateVerdict } from "../../lib/core/plan/gate.ts";
import { signInUrl, startServer } from "../../lib/embedded/server.ts";
import { parsePublicKey } from "../../lib/evidence/publicKey.ts";
import { PREDICATE_TYPES } from "../../lib/evidence/statement.ts";
import { challengeOf, type RelyingParty, verifyAssertedEnvelope } from "../../lib/evidence/webauthn.ts";
import type { Submission } from "../../lib/response/approve/decisions.ts";
import type { Ceremony, Credential } from "../../lib/web/ceremony.ts";
import { type Asking, codeOf, openAsking } from "./asking.ts";
import { type Authenticator, createAuthenticator, type Lie, PARTY, UP } from "./authenticator.ts";
import { createCounters } from "./counters.ts";
import { discover } from "./scenes.ts";
import { assertNothingDecided, refusedCodes } from "./state.ts";
import { openWorld, post } from "./world.ts";

const MINE = createAuthenticator("bWluZQ");
const HERS = createAuthenticator("aGVycw");

/** Keeps what was submitted: what becomes of it there is the response's business, not the page's. */
const openCeremony = (
  party: RelyingParty = PARTY,
  credentials: readonly Credential[] = [credentialOf(MINE, "ada"), credentialOf(HERS, "grace")],
) => {
  const submitted: Submission[] = [];
  const ceremony: Ceremony = {
    party,
    credentials: {
      of: async (humanId) => credentials.filter((one) => one.humanId === humanId),
      advance: createCounters(),
    },
    submit: async (submission) => {
      submitted.push(submission);
      return {
        recorded: true,
        repeated: submitted.length > 1,
        verdict: { state: "open", why: "approved" } as GateVerdict,
      };
    },
  };
  return { ceremony, submitted };
};

const credentialOf = ({ credentialId, publicKey }: Authenticator, humanId: string): Credential => ({
  credentialId,
  publicKey,
  humanId,
});

interface Prepared {
  readonly payload: string;
  readonly challenge: string;
  readonly credentialIds: readonly string[];
}

const prepare = async (asking: Asking, change: Record<string, unknown> = {}): Promise<Prepared> =>
  (await (
    await asking.app(
      post(asking.url.replace("decisions", "statement"), { ...asking.answer, ...change }, asking.headers),
    )
  ).json()) as Prepared;

const assertion = (
  { payload, challenge }: Prepared,
  authenticator = MINE,
  lie: Lie = {},
  credentialId = authenticator.credentialId,
) => {
  const { authenticatorData, clientDataJSON, signature } = authenticator.answer(challenge, lie);
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
  return {
    credentialId,
    payload,
    authenticatorData: text(authenticatorData),
    clientDataJSON: text(clientDataJSON),
    signature: text(signature),
  };
};

/** The same words over other plan bytes: what a page that was tampered with might have signed. */
const aboutAnotherPlan = (prepared: Prepared): Prepared => {
  const statement = JSON.parse(Buffer.from(prepared.payload, "base64url").toString()) as Record<string, unknown>;
  const payload = canonicalBytes({ ...statement, subject: [{ name: "plan", digest: { sha256: "ab".repeat(32) } }] });
  return { ...prepared, payload: Buffer.from(payload).toString("base64url"), challenge: challengeOf(payload) };
};

const decide = (asking: Asking, asserted: unknown, change: Record<string, unknown> = {}): Promise<Response> =>
  asking.app(post(asking.url, { ...asking.answer, ...change, assertion: asserted }, asking.headers));

test("an answer with its assertion is submitted as a decision that anybody can verify", async () => {
  const { ceremony, submitted } = openCeremony();
  const asking = await openAsking({ ceremony });
  const prepared = await prepare(asking);
  assert.deepEqual(prepared.credentialIds, [MINE.credentialId]);
  assert.equal((await decide(asking, assertion(prepared))).status, 200);
  const [{ envelope, publicKey }] = submitted as [Submission];
  const { statement } = verifyAssertedEnvelope(envelope, parsePublicKey(publicKey), PARTY, PREDICATE_TYPES.approval);
  const { choices, reason, assurance, channel, approver } = statement.predicate as Record<string, unknown>;
  assert.deepEqual(
    { choices, reason, assurance, channel, approver },
    {
      choices: asking.answer.choices,
      reason: asking.answer.reason,
      assurance: "webauthn",
      channel: "page",
      approver: { humanId: "ada" },
    },
  );
  assert.equal(statement.subject[0].digest.sha256, asking.answer.planDigest);
  asking.close();
});

test("the very same request twice is one decision, an older answer of a counting key is refused", async () => {
  const { ceremony, submitted } = openCeremony();
  const asking = await openAsking({ ceremony });
  const prepared = await prepare(asking);
  const [older, newer] = [assertion(prepared, MINE, { signCount: 6 }), assertion(prepared, MINE, { signCount: 7 })];
  assert.equal((await decide(asking, newer)).status, 200);
  assert.equal((await decide(asking, newer)).status, 200);
  assert.equal(await codeOf(await decide(asking, older)), "COUNTER");
  assert.equal(await codeOf(await decide(asking, assertion(prepared, MINE, { signCount: 7 }))), "COUNTER");
  assert.equal(await codeOf(await decide(asking, assertion(prepared, MINE, { signCount: 0 }))), "COUNTER");
  assert.equal(submitted.length, 2);
  asking.close();
});

test("lying, foreign, replayed and exchanged assertions decide nothing, and each leaves a line", async () => {
  const { ceremony, submitted } = openCeremony();
  const asking = await openAsking({ ceremony });
  const denied = { choices: Object.fromEntries(Object.keys(asking.answer.choices).map((id) => [id, "deny"])) };
  const prepared = await prepare(asking);
  const other = await prepare(asking, denied);
  const attempts: readonly [string, unknown, Record<string, unknown>?][] = [
    ["ORIGIN", assertion(prepared, MINE, { client: { origin: "https://evil.test" } })],
    ["RP_ID", assertion(prepared, MINE, { rpId: "evil.test" })],
    ["VERIFICATION", assertion(prepared, MINE, { flags: UP })],
    ["SIGNATURE", assertion(prepared, HERS, {}, MINE.credentialId)],
    ["UNKNOWN_CREDENTIAL", assertion(prepared, HERS)],
    ["CHALLENGE", { ...assertion(other), payload: prepared.payload }],
    ["STATEMENT", assertion(other)],
    ["STATEMENT", assertion(prepared), denied],
    ["STATEMENT", assertion(prepared), { reason: "Another reason, just as long." }],
    ["STATEMENT", { ...assertion(prepared), payload: Buffer.from("{}").toString("base64url") }],
    ["STATEMENT", assertion(aboutAnotherPlan(prepared))],
    ["SIGNATURE", { ...assertion(prepared), signature: Buffer.alloc(64, 1).toString("base64url") }],
    ["FINGERPRINT", assertion(prepared), { fingerprint: "" }],
    ["INPUT_INVALID", undefined],
    ["INPUT_INVALID", { ...assertion(prepared), alg: -257 }],
  ];
  for (const [code, asserted, change] of attempts)
    assert.equal(await codeOf(await decide(asking, asserted, change)), code);
  assert.deepEqual(
    await refusedCodes(asking),
    attempts.map(([code]) => code),
  );
  assert.deepEqual(submitted, []);
  await assertNothingDecided(asking);
  asking.close();
});

test("a statement prepared too long ago, in another case or for another plan is not signed for here", async () => {
  const { ceremony, submitted } = openCeremony();
  const [asking, elsewhere] = [
    await openAsking({ ceremony }),
    await openAsking({ ceremony, finding: { id: "ffffffffffffffffffffffffffffffff" } }),
  ];
  const foreign = await prepare(elsewhere);
  assert.equal(await codeOf(await decide(asking, assertion(foreign))), "STATEMENT");
  const prepared = await prepare(asking);
  asking.advance(5 * 60);
  assert.equal(await codeOf(await decide(asking, assertion(prepared))), "STALE");
  assert.deepEqual(submitted, []);
  await assertNothingDecided(asking);
  asking.close();
  elsewhere.close();
});

test("preparing decides nothing and refuses what could not be decided", async () => {
  const { ceremony, submitted } = openCeremony();
  const asking = await openAsking({ ceremony });
  const refused = await asking.app(
    post(
      asking.url.replace("decisions", "statement"),
      { ...asking.answer, shownDigest: "0".repeat(64) },
      asking.headers,
    ),
  );
  assert.equal(await codeOf(refused), "NOT_SHOWN");
  await prepare(asking);
  assert.deepEqual(submitted, []);
  await assertNothingDecided(asking);
  const byKeyFile = await openAsking();
  assert.equal(
    (await byKeyFile.app(post(byKeyFile.url.replace("decisions", "statement"), byKeyFile.answer, byKeyFile.headers)))
      .status,
    404,
  );
  byKeyFile.close();
  asking.close();
});

const CHROMIUM = "/usr/bin/chromium";

test("in a real browser a security key signs for exactly what the page shows", {
  skip: !existsSync(CHROMIUM) && `there is no ${CHROMIUM} on this machine`,
}, async (t) => {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  t.after(() => browser.close());
  const key = createAuthenticator(Buffer.from("a key of ada").toString("base64url"));
  const party = { rpId: "localhost", origin: "" };
  const { ceremony, submitted } = openCeremony(party, [credentialOf(key, "ada")]);
  const world = await openWorld({ ceremony });
  await discover(world);
  await world.ask();
  const server = await startServer({ app: world.app, port: 0 });
  party.origin = `http://localhost:${server.port}`;
  const page = await browser.newPage();
  t.after(async () => {
    await page.close();
    await server.close();
    world.close();
  });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const privateKey = key.privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
  await devtools.send("WebAuthn.addCredential", {
    authenticatorId,
    credential: {
      credentialId: Buffer.from(key.credentialId, "base64url").toString("base64"),
      isResidentCredential: false,
      rpId: "localhost",
      privateKey,
      signCount: 3,
    },
  });
  await page.goto(signInUrl(party.origin, `/cases/${world.caseId}`, world.sessions.issue()));
  await page.getByLabel(/^Reason, at least 10/).fill("Phoned alice: it is not her. ");
  await page.getByLabel("Last group").fill((await page.locator(".fingerprint").first().textContent())!.slice(-4));
  await page.getByRole("button", { name: /^Approve/ }).click();
  await page.getByRole("status").filter({ hasText: "recorded" }).waitFor({ state: "attached", timeout: 60_000 });
  assert.equal(submitted.length, 1);
  const { statement, signCount } = verifyAssertedEnvelope(
    submitted[0]!.envelope,
    parsePublicKey(key.publicKey),
    party,
    PREDICATE_TYPES.approval,
  );
  assert.equal((statement.predicate as { reason: string }).reason, "Phoned alice: it is not her.");
  assert.ok(signCount > 3);

  await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await page.getByRole("button", { name: /^Approve/ }).click();
  await page.getByRole("alert").filter({ hasText: "not used" }).waitFor({ timeout: 60_000 });
  assert.equal(submitted.length, 1);
});
