import assert from "node:assert/strict";
import { test } from "node:test";
import { ROUTES } from "../../lib/web/table.ts";
import { codeOf, openAsking, send } from "./asking.ts";
import { assertNothingDecided, stateOf } from "./state.ts";
import { BASE, browserHeaders, get, openWorld, PORT, post, signIn } from "./world.ts";

const LINK_EXPANDERS: readonly Record<string, string>[] = [
  {},
  { purpose: "prefetch", "sec-purpose": "prefetch;prerender" },
  { "user-agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "sec-fetch-site": "none" },
  { "x-http-method-override": "POST", "x-method-override": "POST" },
];

const pathOf = (template: string, caseId: string): string =>
  template
    .replace(":caseId", caseId)
    .replace(":planId", "contain-1")
    .replace(":file", "1.zip")
    .replace(":name", "app.js");

test("no GET, HEAD or OPTIONS on any route changes anything, signed in or not, however it is dressed up", async () => {
  const world = await openAsking();
  const before = await stateOf(world);
  for (const { path } of ROUTES()) {
    for (const method of ["GET", "HEAD", "OPTIONS"]) {
      for (const dress of LINK_EXPANDERS) {
        for (const session of [{}, world.headers]) {
          const url = `${BASE}${pathOf(path, world.caseId)}?_method=POST&choices=a1&approve=all`;
          await world.app(new Request(url, { method, headers: { ...browserHeaders(), ...session, ...dress } }));
        }
      }
    }
  }
  assert.deepEqual(await stateOf(world), before);
  await assertNothingDecided(world);
  world.close();
});

test("methods that a route does not have are refused and change nothing", async () => {
  const world = await openAsking();
  const before = await stateOf(world);
  for (const { path, method } of ROUTES()) {
    for (const other of ["PUT", "DELETE", "PATCH", method === "GET" ? "POST" : "GET"]) {
      const body = other === "GET" ? {} : { body: JSON.stringify(world.answer) };
      const headers = { ...browserHeaders(), ...world.headers, origin: BASE, "content-type": "application/json" };
      const response = await world.app(
        new Request(`${BASE}${pathOf(path, world.caseId)}`, { method: other, headers, ...body }),
      );
      assert.equal(response.status, 405, `${other} ${path}`);
    }
  }
  assert.deepEqual(await stateOf(world), before);
  world.close();
});

test("a decision needs a session: none, forged, of another server, planted twice, expired and ended ones are refused", async () => {
  const world = await openAsking();
  const stranger = await openWorld();
  const foreign = await signIn(stranger);
  const name = world.headers.cookie!.split("=")[0];
  const attempts: Record<string, string>[] = [
    { cookie: "" },
    { cookie: `${name}=${"0".repeat(64)}` },
    { cookie: foreign.cookie, "cordon-csrf": foreign["cordon-csrf"] },
    { cookie: `${world.headers.cookie}; ${world.headers.cookie}` },
    { cookie: `${world.headers.cookie}; ${name}=planted` },
  ];
  for (const headers of attempts) assert.equal(await codeOf(await send(world, {}, headers)), "NO_SESSION");
  world.advance(15 * 60);
  assert.equal(await codeOf(await send(world)), "NO_SESSION");
  const again = await signIn(world);
  await world.app(post("/api/session/end", {}, again));
  assert.equal(await codeOf(await send(world, {}, again)), "NO_SESSION");
  assert.equal(world.refused.filter(({ code }) => code === "NO_SESSION").length, attempts.length + 2);
  await assertNothingDecided(world);
  world.close();
  stranger.close();
});

test("the cookie without the token of its own session neither reads nor decides", async () => {
  const world = await openAsking();
  const other = await signIn(world);
  for (const csrf of ["", "0".repeat(64), other["cordon-csrf"]]) {
    assert.equal(await codeOf(await send(world, {}, { "cordon-csrf": csrf })), "CSRF");
    assert.equal(
      (await world.app(get("/api/cases", { cookie: world.headers.cookie!, "cordon-csrf": csrf }))).status,
      403,
    );
  }
  await assertNothingDecided(world);
  world.close();
});

test("forms, plain text and requests from other origins cannot decide", async () => {
  const world = await openAsking();
  const attempts: readonly [Record<string, string>, string][] = [
    [{ "content-type": "application/x-www-form-urlencoded" }, "CONTENT_TYPE"],
    [{ "content-type": "text/plain" }, "CONTENT_TYPE"],
    [{ "content-type": "multipart/form-data; boundary=x" }, "CONTENT_TYPE"],
    [{ "content-type": "application/json; charset=utf-16" }, "CONTENT_TYPE"],
    [{ origin: "https://evil.example" }, "ORIGIN"],
    [{ origin: "null" }, "ORIGIN"],
    [{ origin: `http://127.0.0.1:${PORT + 1}` }, "ORIGIN"],
    [{ origin: `http://localhost:${PORT}` }, "ORIGIN"],
    [{ origin: `https://127.0.0.1:${PORT}` }, "ORIGIN"],
    [{ "sec-fetch-site": "cross-site" }, "CROSS_SITE"],
    [{ "sec-fetch-site": "same-site" }, "CROSS_SITE"],
    [{ "sec-fetch-site": "none" }, "CROSS_SITE"],
  ];
  for (const [headers, code] of attempts)
    assert.equal(await codeOf(await send(world, {}, headers)), code, JSON.stringify(headers));
  const { origin: _, ...withoutOrigin } = {
    ...browserHeaders(),
    ...world.headers,
    "content-type": "application/json",
    origin: BASE,
  };
  const response = await world.app(
    new Request(`${BASE}${world.url}`, { method: "POST", headers: withoutOrigin, body: JSON.stringify(world.answer) }),
  );
  assert.equal(await codeOf(response), "ORIGIN");
  assert.equal(world.refused.length, attempts.length + 1);
  await assertNothingDecided(world);
  world.close();
});

test("a name that resolves here but is not ours gets nothing, not even the empty page", async () => {
  const world = await openAsking();
  for (const host of [
    "evil.example",
    `evil.example:${PORT}`,
    "127.0.0.1",
    `127.0.0.1:${PORT + 1}`,
    `0.0.0.0:${PORT}`,
    `[::1]:${PORT}`,
    `127.0.0.1:${PORT}.evil.example`,
    "",
  ]) {
    for (const path of ["/", "/assets/app.js", "/api/cases"])
      assert.equal((await world.app(get(path, { ...world.headers, host }))).status, 421, host);
    assert.equal(await codeOf(await send(world, {}, { host, origin: `http://${host}` })), "HOST");
  }
  assert.equal((await world.app(get("/", { host: `localhost:${PORT}` }))).status, 200);
  await assertNothingDecided(world);
  world.close();
});

test("a one-time token opens one session, within ten minutes, and only by POST", async () => {
  const { app, sessions, advance, close } = await openWorld();
  const first = sessions.issue();
  await app(get(`/?token=${first}`));
  assert.equal((await app(post("/api/session", { token: first }))).status, 200);
  assert.equal(await codeOf(await app(post("/api/session", { token: first }))), "TOKEN");
  const late = sessions.issue();
  advance(10 * 60);
  assert.equal(await codeOf(await app(post("/api/session", { token: late }))), "TOKEN");
  assert.equal(await codeOf(await app(post("/api/session", { token: "0".repeat(64) }))), "TOKEN");
  assert.equal(await codeOf(await app(post("/api/session", { token: ["0".repeat(64)] }))), "INPUT_INVALID");
  const other = await app(post("/api/session", { token: sessions.issue() }, { "sec-fetch-site": "cross-site" }));
  assert.equal(await codeOf(other), "CROSS_SITE");
  close();
});

test("a token is 256 bits, the cookie another 256, and neither is given out a second time or written down", async () => {
  const { app, sessions, refused, close, caseId } = await openWorld();
  const token = sessions.issue();
  assert.match(token, /^[0-9a-f]{64}$/);
  const planted = `cordon-${PORT}=${"1".repeat(64)}`;
  const opened = await app(post("/api/session", { token }, { cookie: planted }));
  const setCookie = opened.headers.get("set-cookie")!;
  const [pair, ...attributes] = setCookie.split("; ");
  assert.match(pair!, new RegExp(`^cordon-${PORT}=[0-9a-f]{64}$`));
  assert.notEqual(pair, planted);
  assert.deepEqual(attributes.toSorted(), ["HttpOnly", "Path=/", "SameSite=Strict"]);
  const { csrf } = (await opened.json()) as { csrf: string };
  const headers = { cookie: pair!, "cordon-csrf": csrf };
  await app(post("/api/session", { token }));
  const seen = await Promise.all(
    ["/", `/cases/${caseId}`, "/assets/app.js", "/api/cases", `/api/cases/${caseId}`].map(
      async (path) => await (await app(get(path, headers))).text(),
    ),
  );
  const everything = JSON.stringify([seen, refused]);
  for (const secret of [token, pair!.split("=")[1]!, csrf]) assert.ok(!everything.includes(secret));
  close();
});

test("polling does not keep a session alive, a person does", async () => {
  const { app, advance, sessions, close } = await openWorld();
  const headers = await signIn({ app, sessions });
  advance(14 * 60);
  assert.equal((await app(get("/api/cases", headers))).status, 200);
  advance(2 * 60);
  assert.equal((await app(get("/api/cases", headers))).status, 401);
  const second = await signIn({ app, sessions });
  advance(14 * 60);
  assert.equal((await app(post("/api/session/renew", {}, second))).status, 200);
  advance(2 * 60);
  assert.equal((await app(get("/api/cases", second))).status, 200);
  close();
});

test("every answer carries the security headers, errors too, and none allows another origin", async () => {
  const world = await openAsking();
  const requests = [
    get("/"),
    get("/assets/app.js"),
    get("/nothing"),
    get("/api/cases"),
    get("/api/cases", world.headers),
    get("/", { host: "evil.example" }),
    post("/api/session", "{"),
    new Request(`${BASE}/api/cases`, {
      method: "OPTIONS",
      headers: { ...browserHeaders(), origin: "https://evil.example", "access-control-request-method": "POST" },
    }),
  ];
  for (const request of requests) {
    const { headers } = await world.app(request);
    const policy = new Map(
      (headers.get("content-security-policy") ?? "")
        .split("; ")
        .map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1).join(" ")]),
    );
    assert.equal(policy.get("default-src"), "'none'");
    for (const kind of ["script-src", "style-src", "connect-src", "img-src", "form-action"])
      assert.equal(policy.get(kind), "'self'");
    for (const kind of ["base-uri", "frame-ancestors", "trusted-types"]) assert.equal(policy.get(kind), "'none'");
    assert.equal(policy.get("require-trusted-types-for"), "'script'");
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
    assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
    assert.deepEqual(
      [...headers.keys()].filter((name) => name.startsWith("access-control-")),
      [],
    );
  }
  world.close();
});

test("pages and files hold no data, so that they may be fetched by anybody on this machine", async () => {
  const world = await openAsking();
  const index = await (await world.app(get(`/cases/${world.caseId}`))).text();
  assert.equal(index, await (await world.app(get("/cases/another"))).text());
  assert.doesNotMatch(index, /<script(?![^>]*\ssrc=)[^>]*>|<style|\son\w+=|\sstyle=/i);
  for (const path of [
    "/assets/..%2fapp.ts",
    "/assets/app.ts",
    "/assets/",
    "/assets/../app.ts",
    "/cases/../../etc/passwd",
    "//evil.example/",
  ]) {
    assert.equal((await world.app(get(path))).status, 404, path);
  }
  world.close();
});

test("whoever is signed in and no approver, or is the suspect, sees that he cannot decide, and cannot", async () => {
  for (const [humanId, code] of [
    ["eve", "UNKNOWN_KEY"],
    ["mallory", "INELIGIBLE"],
  ] as const) {
    const world = await openAsking({ humanId });
    const page = (await (await world.app(get(`/api/cases/${world.caseId}`, world.headers))).json()) as {
      plans: { may: { decide: boolean; why: string } }[];
    };
    assert.equal(page.plans[0]!.may.decide, false);
    assert.match(page.plans[0]!.may.why, new RegExp(humanId));
    const response = await send(world);
    assert.equal(await codeOf(response), code);
    await assertNothingDecided(world);
    world.close();
  }
});
