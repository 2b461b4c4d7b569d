import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { answerProbe, type HostState, metricsText } from "../../lib/embedded/server/probes.ts";
import { startServer } from "../../lib/embedded/server.ts";

const WELL: HostState = {
  lacks: [],
  version: "0.1.0",
  startedAt: "2026-11-30T00:00:00.000Z",
  now: "2026-11-30T01:00:00.000Z",
  lease: { held: "ours", epoch: 3 },
  casesByStatus: { open: 2, 'odd "\\\n': 1 },
  executions: 6,
  questions: 2,
  queue: { waiting: 4, working: 1, places: 2, taken: 1 },
  inbox: { taken: 7, refused: 1, waiting: 0 },
  lastScan: { at: "2026-11-30T00:30:00.000Z", watermark: "2026-11-30T00:15:00Z" },
  errors: { machine: 5 },
  homeBytes: null,
  freeBytes: 1000,
  residentBytes: 2000,
};

const ask = (path: string, state: HostState, host = "127.0.0.1:1"): Response | null =>
  answerProbe(new Request(`http://127.0.0.1:1${path}`, { headers: { host } }), () => state);

test("a host that lacks nothing is well, one that lacks something says what and is not", async () => {
  assert.equal(ask("/healthz", WELL)?.status, 200);
  const lacking = ask("/healthz", { ...WELL, lacks: ["machine: the disk is full"] })!;
  assert.equal(lacking.status, 503);
  assert.deepEqual(((await lacking.json()) as { lacks: unknown }).lacks, ["machine: the disk is full"]);
});

test("probes answer by the names of this machine alone, and take no other path", () => {
  assert.equal(ask("/healthz", WELL, "evil.example")?.status, 421);
  assert.equal(ask("/metrics", WELL, "localhost:8080")?.status, 200);
  assert.equal(ask("/", WELL), null);
  assert.equal(ask("/healthz/x", WELL), null);
});

/** Grammar of one line: https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details */
const SAMPLE =
  /^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-z_]+="(\\["\\n]|[^"\\\n])*"(,[a-z_]+="(\\["\\n]|[^"\\\n])*")*\})? -?\d+(\.\d+)?$/;

test("metrics are lines of the Prometheus text format, each family with its help and type, hostile labels escaped", () => {
  const lines = metricsText(WELL).trimEnd().split("\n");
  const samples = lines.filter((line) => !line.startsWith("#"));
  for (const line of samples) assert.match(line, SAMPLE);
  const types = new Set(lines.flatMap((line) => /^# TYPE (\S+) (?:gauge|counter)$/.exec(line)?.[1] ?? []));
  for (const line of samples) assert.ok(types.has(/^\w+/.exec(line)![0]), line);
  assert.ok(samples.includes("cordon_watermark_age_seconds 2700"));
  assert.ok(samples.includes("cordon_lease_epoch 3"));
  assert.ok(samples.includes('cordon_cases{status="odd \\"\\\\\\n"} 1'));
  assert.ok(!samples.some((line) => line.startsWith("cordon_home_bytes")));
});

const opened = (port: number): Promise<Socket> =>
  new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => done(socket));
    socket.on("error", () => {});
  });

test("the page answers at once beside hundreds of idle sockets and clients that never finish a request", async () => {
  const server = await startServer({ app: async () => new Response("page"), port: 0, probe: () => WELL });
  const sockets: Socket[] = [];
  for (let number = 0; number < 200; number += 1) {
    const socket = await opened(server.port);
    if (number % 2 === 0) socket.write("POST /api HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nslow");
    sockets.push(socket);
    if (number % 40 === 39) assert.equal(await (await fetch(`${server.url}/`)).text(), "page");
  }
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  for (const socket of sockets) socket.destroy();
  await server.close();
});

test("a request that is being answered is not cut off by connections that come meanwhile", async () => {
  const gate = Promise.withResolvers<void>();
  const server = await startServer({
    app: async () => {
      await gate.promise;
      return new Response("slow answer");
    },
    port: 0,
  });
  const answer = fetch(`${server.url}/`);
  const sockets = await Promise.all(Array.from({ length: 150 }, () => opened(server.port)));
  gate.resolve();
  assert.equal(await (await answer).text(), "slow answer");
  for (const socket of sockets) socket.destroy();
  await server.close();
});
