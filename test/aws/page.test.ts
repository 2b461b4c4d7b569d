import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { toReply, toRequest } from "../../lib/aws/pageEvent.ts";
import {
  ADA_KEY,
  call,
  comeBack,
  type Lie,
  leave,
  navigate,
  ORIGIN,
  openPageWorld,
  type PageWorld,
  signInto,
} from "./pageWorld.ts";

let world: PageWorld;
before(async () => {
  world = await openPageWorld();
});
after(() => world.close());

const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code;
const isOpen = async (headers: Readonly<Record<string, string>>): Promise<number> =>
  (await world.page(call("/api/cases", "GET", headers))).status;

test("the way in leads through the provider to the case that the link named, with a strict cookie of this host alone", async () => {
  const { location, cookie } = await leave(world, `/cases/${world.caseId}`);
  const asked = new URL(location);
  assert.equal(asked.origin, world.provider.issuer);
  assert.deepEqual(
    ["response_type", "code_challenge_method", "scope", "prompt", "redirect_uri"].map((name) =>
      asked.searchParams.get(name),
    ),
    ["code", "S256", "openid", "login", `${ORIGIN}/login/callback`],
  );
  const back = await comeBack(world, world.provider.authorize(location, "sub-ada"), cookie);
  const landed = new URL(back.headers.get("location")!, ORIGIN);
  assert.deepEqual([back.status, landed.pathname], [302, `/cases/${world.caseId}`]);
  const token = landed.hash.slice("#token=".length);
  const opened = await world.page(call("/api/session", "POST", { cookie }, { token }));
  assert.match(
    opened.headers.get("set-cookie")!,
    /^__Host-cordon=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  assert.equal(((await opened.json()) as { humanId: string }).humanId, "ada");
});

test("whoever is not signed in sees no case, and whoever is sees it only from the page itself", async () => {
  assert.equal(await codeOf(await world.page(call(`/api/cases/${world.caseId}`, "GET", {}))), "NO_SESSION");
  const { headers } = await signInto(world);
  assert.equal(await isOpen(headers), 200);
  const { cookie } = headers;
  assert.equal(await codeOf(await world.page(call("/api/cases", "GET", { cookie: cookie! }))), "CSRF");
});

const LIES: Readonly<Record<string, Lie>> = {
  "another issuer": { claims: { iss: "https://evil.test" } },
  "another audience": { claims: { aud: "another-client" } },
  "two audiences and another party": { claims: { aud: ["cordon-page", "x"], azp: "x" } },
  "another nonce": { claims: { nonce: "0".repeat(64) } },
  "no nonce": { claims: { nonce: undefined } },
  "an expired token": { claims: { exp: Math.floor(Date.now() / 1000) - 600 } },
  "a token of tomorrow": { claims: { nbf: Math.floor(Date.now() / 1000) + 86_400 } },
  "no subject": { claims: { sub: undefined } },
  "algorithm none": { sign: "none" },
  "an HMAC keyed with the public key": { sign: "hmac-with-the-public-key" },
  "an HMAC keyed with the client's id": { sign: "hmac-with-the-client-id" },
  "a stranger's key": { sign: "stranger" },
  "a stranger's key under the provider's name": { sign: "stranger-same-kid" },
};

for (const [what, lie] of Object.entries(LIES))
  test(`nobody is signed in by ${what}`, async () => {
    const { location, cookie } = await leave(world);
    const before = world.items.size;
    const response = await comeBack(world, world.provider.authorize(location, "sub-ada", lie), cookie);
    assert.deepEqual([response.status, await codeOf(response)], [401, "LOGIN"]);
    assert.equal(response.headers.get("location"), null);
    assert.equal(world.turnedAway.at(-1)!.code, "LOGIN");
    assert.equal(world.items.size, before - 1, "the login is used up, and nothing came in its place");
  });

test("a code and a state serve once: the same address again signs nobody in", async () => {
  const { location, cookie } = await leave(world);
  const address = world.provider.authorize(location, "sub-ada");
  assert.equal((await comeBack(world, address, cookie)).status, 302);
  assert.equal(await codeOf(await comeBack(world, address, cookie)), "LOGIN");
  const other = await leave(world);
  assert.equal(await codeOf(await comeBack(world, address, other.cookie)), "LOGIN");
});

test("an answer of the provider is good only in the browser that left for it", async () => {
  const [mine, theirs] = [await leave(world), await leave(world)];
  const address = world.provider.authorize(theirs.location, "sub-ada");
  for (const cookie of ["", mine.cookie, `${theirs.cookie}; ${theirs.cookie}`])
    assert.equal(await codeOf(await comeBack(world, address, cookie)), "LOGIN");
});

test("a token that somebody was sent opens nothing in another browser", async () => {
  const { location, cookie } = await leave(world);
  const back = await comeBack(world, world.provider.authorize(location, "sub-ada"), cookie);
  const token = back.headers.get("location")!.split("#token=")[1];
  const other = await leave(world);
  for (const stolen of ["", other.cookie])
    assert.equal(await codeOf(await world.page(call("/api/session", "POST", { cookie: stolen }, { token }))), "TOKEN");
  assert.equal((await world.page(call("/api/session", "POST", { cookie }, { token }))).status, 200);
  assert.equal(await codeOf(await world.page(call("/api/session", "POST", { cookie }, { token }))), "TOKEN");
});

test("the provider's refusal, a missing state and a foreign one sign nobody in", async () => {
  for (const query of [
    "error=access_denied&state=STATE",
    "code=x",
    "code=x&state=0",
    "",
    "code=x&code=y&state=STATE",
  ]) {
    const { location, cookie } = await leave(world);
    const state = new URL(location).searchParams.get("state")!;
    const address = `${ORIGIN}/login/callback?${query.replace("STATE", state)}`;
    assert.equal(await codeOf(await comeBack(world, address, cookie)), "LOGIN", query);
  }
});

test("a login leads to pages of ours and nowhere else", async () => {
  for (const to of [
    "//evil.test",
    "https://evil.test",
    "/\\evil.test",
    "/cases/../x",
    "/api/cases",
    "/cases/a#token=x",
    "javascript:alert(1)",
  ])
    assert.match((await signInto(world, to)).landed, /^\/#token=[0-9a-f]{64}$/, to);
});

test("somebody whom the provider knows and the settings do not is told his subject, and stays outside", async () => {
  const { location, cookie } = await leave(world);
  const response = await comeBack(world, world.provider.authorize(location, "sub-mallory"), cookie);
  const { code, why } = (await response.json()) as { code: string; why: string };
  assert.deepEqual([response.status, code], [403, "NOBODY"]);
  assert.ok(why.includes("sub-mallory") && why.includes(world.provider.issuer));
});

test("a session ends by signing out, after fifteen minutes without its human, after eight hours whatever he does, and with his entry", async () => {
  const out = await signInto(world);
  assert.equal((await world.page(call("/api/session/end", "POST", out.headers, {}))).status, 200);
  assert.equal(await isOpen(out.headers), 401);

  const idle = await signInto(world);
  world.advance(14 * 60);
  assert.equal((await world.page(call("/api/session/renew", "POST", idle.headers, {}))).status, 200);
  world.advance(14 * 60);
  assert.equal(await isOpen(idle.headers), 200);
  world.advance(2 * 60);
  assert.equal(await isOpen(idle.headers), 401);

  const busy = await signInto(world);
  let kept = 0;
  for (; (await world.page(call("/api/session/renew", "POST", busy.headers, {}))).status === 200; kept += 1)
    world.advance(10 * 60);
  assert.equal(kept, 48);

  const gone = await signInto(world);
  const { settings } = world.ports;
  const { approvers } = settings;
  Object.assign(settings, { approvers: approvers.filter(({ humanId }) => humanId !== "ada") });
  assert.equal(await isOpen(gone.headers), 401);
  Object.assign(settings, { approvers });
  assert.equal(await isOpen(gone.headers), 200);
});

test("the table holds no secret that opens anything", async () => {
  const { headers, landed } = await signInto(world);
  const held = JSON.stringify([...world.items]);
  for (const secret of [headers.cookie!.split("=")[1]!, landed.split("#token=")[1]!]) assert.ok(!held.includes(secret));
});

test("other names, methods and forged sites are turned away before anything is looked at", async () => {
  const named = new Request(`${ORIGIN}/login`, { headers: { host: "evil.test" } });
  assert.equal((await world.page(named)).status, 421);
  const posted = new Request(`${ORIGIN}/login/callback`, { method: "POST", headers: { host: "cordon.example" } });
  assert.equal((await world.page(posted)).status, 405);
  const { headers } = await signInto(world);
  const forged = call("/api/session/end", "POST", { ...headers, "sec-fetch-site": "cross-site" }, {});
  assert.equal((await world.page(forged)).status, 403);
  assert.equal(await isOpen(headers), 200);
  assert.equal((await world.page(navigate(`/cases/${world.caseId}`, "", "cross-site"))).status, 200);
});

test("every answer of the login carries the page's own security headers", async () => {
  const { headers } = await world.page(navigate("/login"));
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("referrer-policy"), "no-referrer");
  assert.match(headers.get("strict-transport-security")!, /max-age=\d{8}/);
  assert.match(headers.get("content-security-policy")!, /default-src 'none'/);
});

interface Shown {
  readonly assurance: string;
  readonly plans: readonly {
    readonly planId: string;
    readonly digest: string;
    readonly fingerprint: string;
    readonly text: string;
    readonly actions: readonly { readonly id: string }[];
  }[];
}

test("to be signed in decides nothing; a security key's assertion over exactly this decision does", async () => {
  const { headers } = await signInto(world);
  const shown = (await (await world.page(call(`/api/cases/${world.caseId}`, "GET", headers))).json()) as Shown;
  assert.equal(shown.assurance, "webauthn");
  const plan = shown.plans[0]!;
  const answer = {
    kind: "decide",
    choices: Object.fromEntries(plan.actions.map(({ id }) => [id, "approve"])),
    reason: "Confirmed with alice by phone: it is not her.",
    fingerprint: plan.fingerprint.slice(-4),
    planDigest: plan.digest,
    shownDigest: createHash("sha256").update(plan.text).digest("hex"),
  };
  const at = `/api/cases/${world.caseId}/plans/${plan.planId}`;
  const bare = await world.page(call(`${at}/decisions`, "POST", headers, answer));
  assert.equal(await codeOf(bare), "INPUT_INVALID");
  const prepared = (await (await world.page(call(`${at}/statement`, "POST", headers, answer))).json()) as {
    payload: string;
    challenge: string;
    credentialIds: string[];
  };
  assert.deepEqual(prepared.credentialIds, [ADA_KEY.credentialId]);
  const asserted = (lie = {}) => {
    const { authenticatorData, clientDataJSON, signature } = ADA_KEY.answer(prepared.challenge, lie);
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
    return {
      credentialId: ADA_KEY.credentialId,
      payload: prepared.payload,
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
    };
  };
  const decide = (assertion: unknown) => world.page(call(`${at}/decisions`, "POST", headers, { ...answer, assertion }));
  assert.equal(await codeOf(await decide(asserted({ client: { origin: "https://evil.test" } }))), "ORIGIN");
  assert.deepEqual(world.changes, []);
  const receipt = (await (await decide(asserted({ signCount: 5 }))).json()) as { recorded: boolean };
  assert.equal(receipt.recorded, true);
  assert.deepEqual(await world.ports.cases.names(world.caseId, "decisions/"), [
    `decisions/${plan.planId}/decide/ada.json`,
  ]);
  assert.equal(
    world.items.get(`counter#${createHash("sha256").update(ADA_KEY.credentialId).digest("hex")}`)!.signCount.N,
    "5",
  );
  assert.deepEqual(world.changes, [], "deciding itself changes nothing in the account");
  assert.deepEqual(world.faults, []);
});

const gatewayEvent = (over: Readonly<Record<string, unknown>> = {}) => ({
  version: "2.0",
  rawPath: "/api/cases",
  rawQueryString: "",
  cookies: ["__Host-cordon=a", "other=b"],
  headers: { host: "cordon.example", "sec-fetch-site": "same-origin" },
  requestContext: { http: { method: "GET" } },
  isBase64Encoded: false,
  ...over,
});

test("what API Gateway hands over becomes the browser's request, and a path cannot become another host", async () => {
  const request = toRequest(gatewayEvent(), ORIGIN)!;
  assert.deepEqual([request.url, request.headers.get("cookie")], [`${ORIGIN}/api/cases`, "__Host-cordon=a; other=b"]);
  assert.equal(new URL(toRequest(gatewayEvent({ rawPath: "//evil.test/x" }), ORIGIN)!.url).host, "cordon.example");
  const body = Buffer.from('{"a":1}').toString("base64");
  const posted = toRequest(
    gatewayEvent({ requestContext: { http: { method: "POST" } }, body, isBase64Encoded: true }),
    ORIGIN,
  )!;
  assert.deepEqual(await posted.json(), { a: 1 });
  assert.equal(
    toRequest(gatewayEvent({ requestContext: { http: { method: "POST" } }, body: "x".repeat(70_000) }), ORIGIN),
    null,
  );
  assert.equal(toRequest({ Records: [] }, ORIGIN), null);
});

test("an answer goes back byte for byte with each cookie by itself, and one that Lambda cannot carry says so", async () => {
  const response = new Response(Buffer.of(0, 255, 10), { status: 200, headers: { "content-type": "application/zip" } });
  response.headers.append("set-cookie", "a=1; Secure");
  response.headers.append("set-cookie", "b=2; Secure");
  const reply = await toReply(response);
  assert.deepEqual([...Buffer.from(reply.body, "base64")], [0, 255, 10]);
  assert.deepEqual([reply.cookies, reply.headers["set-cookie"]], [["a=1; Secure", "b=2; Secure"], undefined]);
  const large = await toReply(new Response(Buffer.alloc(5_000_000)));
  assert.equal(large.statusCode, 413);
  assert.ok(JSON.stringify(large).length < 6_000_000);
});
