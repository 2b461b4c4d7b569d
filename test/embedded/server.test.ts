import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createAccessLog } from "../../lib/embedded/server/accessLog.ts";
import { signInUrl, startServer } from "../../lib/embedded/server.ts";
import { openWorld } from "../web/world.ts";

/** Sends bytes as they are and gives what came back until the other side closed. */
const raw = (port: number, text: string, address = "127.0.0.1"): Promise<string> =>
  new Promise((done, failed) => {
    const socket = connect(port, address, () => socket.write(text));
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("close", () => done(Buffer.concat(chunks).toString("latin1")));
    socket.on("error", failed);
  });

const statusOf = (answer: string): string => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? "none";

test("the page answers on 127.0.0.1 with the headers and body of the app", async () => {
  const { app, close } = await openWorld();
  const server = await startServer({ app, port: 0 });
  const response = await fetch(`${server.url}/`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-security-policy")!, /default-src 'none'/);
  assert.match(await response.text(), /^<!doctype html>/);
  const head = await raw(server.port, `HEAD / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`);
  assert.equal(statusOf(head), "200");
  assert.equal(head.split("\r\n\r\n")[1], "");
  await server.close();
  await assert.rejects(fetch(`${server.url}/`));
  close();
});

const outside = Object.values(networkInterfaces()).flatMap((addresses) =>
  (addresses ?? []).filter(({ internal, family }) => !internal && family === "IPv4"),
);

test("the page does not answer on any other address of the machine", {
  skip: outside.length === 0 && "this machine has no other IPv4 address",
}, async () => {
  const { app, close } = await openWorld();
  const server = await startServer({ app, port: 0 });
  for (const { address } of outside)
    await assert.rejects(raw(server.port, "GET / HTTP/1.1\r\n\r\n", address), { code: "ECONNREFUSED" });
  await server.close();
  close();
});

test("a taken port is an error, not another port", async () => {
  const { app, close } = await openWorld();
  const first = await startServer({ app, port: 0 });
  await assert.rejects(startServer({ app, port: first.port }), { code: "USAGE", message: /another program/ });
  await first.close();
  close();
});

test("requests that could be read two ways, or name another server, are refused before the app sees a session", async () => {
  const { app, close, sessions } = await openWorld();
  let calls = 0;
  const server = await startServer({
    app: (request) => {
      calls += 1;
      return app(request);
    },
    port: 0,
  });
  const host = `Host: 127.0.0.1:${server.port}`;
  const body = JSON.stringify({ token: sessions.issue() });
  const json = `Content-Type: application/json\r\nOrigin: ${server.url}`;
  const attempts: readonly [string, string][] = [
    [`GET / HTTP/1.1\r\n${host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`, "400"],
    [`GET http://evil.example/ HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, "400"],
    [`TRACE / HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, "400"],
    [`GET / HTTP/1.1\r\n${host}\r\nCookie: a=1\r\nCookie: a=2\r\nConnection: close\r\n\r\n`, "400"],
    [
      `POST /api/session HTTP/1.1\r\n${host}\r\n${json}\r\nOrigin: http://evil.example\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      "400",
    ],
    [
      `POST /api/session HTTP/1.1\r\n${host}\r\n${json}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      "400",
    ],
    [`GET / HTTP/1.1\r\n${host}\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`, "431"],
    [`GET / HTTP/1.1\r\nConnection: close\r\n\r\n`, "400"],
  ];
  for (const [text, status] of attempts)
    assert.equal(statusOf(await raw(server.port, text)), status, text.slice(0, 60));
  assert.equal(calls, 0);
  assert.equal(
    statusOf(await raw(server.port, `GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)),
    "421",
  );
  await server.close();
  close();
});

test("a body over the limit is refused, with a length given and without", async () => {
  const { app, close } = await openWorld();
  const server = await startServer({ app, port: 0 });
  const big = "x".repeat(70 * 1024);
  const head = `POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${server.url}\r\nContent-Type: application/json\r\n`;
  assert.equal(statusOf(await raw(server.port, `${head}Content-Length: ${big.length}\r\n\r\n${big}`)), "413");
  assert.equal(
    statusOf(
      await raw(
        server.port,
        `${head}Transfer-Encoding: chunked\r\n\r\n${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`,
      ),
    ),
    "413",
  );
  await server.close();
  close();
});

test("the token of a sign-in address stands in the fragment, which no request carries", async () => {
  const url = new URL(signInUrl("http://127.0.0.1:4711", "/cases/case-20261121-0123456789", "ab".repeat(32)));
  assert.equal(url.hash, `#token=${"ab".repeat(32)}`);
  assert.equal(url.pathname + url.search, "/cases/case-20261121-0123456789");
});

test("refused requests are written to a private file without anything secret, and a flood does not fill the disk", () => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-access-"));
  const path = join(folder, "access.jsonl");
  const log = createAccessLog(path);
  const line = {
    at: "2026-11-21T03:04:05.000Z",
    status: 421,
    code: "HOST",
    method: "GET",
    path: `/\u202e${"x".repeat(4000)}`,
    host: "evil.example\u001b[2J",
    origin: null,
  };
  log(line);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const written = readFileSync(path, "utf8");
  assert.doesNotMatch(written, /[\p{Cf}\u001b]/u);
  assert.ok(written.length < 1000);
  for (let lines = 0; lines < 45_000; lines += 1) log(line);
  assert.ok(statSync(path).size < 10.01 * 1024 * 1024);
  rmSync(folder, { recursive: true });
});
