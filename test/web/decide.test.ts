import assert from "node:assert/strict";
import { test } from "node:test";
import { bundleDigest, sealBundle } from "../../lib/evidence/seal.ts";
import { sampleInput } from "../evidence/sample.ts";
import { unpackZip } from "../evidence/wholeZip.ts";
import { codeOf, openAsking, send } from "./asking.ts";
import { HOSTILE, investigate, proposeHostile } from "./scenes.ts";
import { assertNothingDecided, refusedCodes } from "./state.ts";
import { get, openWorld, post, signIn } from "./world.ts";

const recorded = async ({
  ports,
  caseId,
}: Awaited<ReturnType<typeof openAsking>>): Promise<readonly { readonly data: Readonly<Record<string, unknown>> }[]> =>
  (await ports.cases.events(caseId)).filter(({ type }) => type === "decision.recorded");

test("an approval from the page is signed, opens the gate for exactly what was ticked, and is carried out", async () => {
  const world = await openAsking();
  const choices = { ...world.answer.choices, a2: "deny" };
  const response = await send(world, { choices });
  assert.equal(response.status, 200);
  assert.deepEqual(
    { ...((await response.json()) as object), why: "" },
    { recorded: true, repeated: false, state: "open", why: "" },
  );
  assert.deepEqual(
    (await recorded(world)).map(({ data }) => [data.choices, data.channel, data.assurance]),
    [[choices, "page", "key-file"]],
  );
  await world.execute();
  assert.ok(world.changes.includes("iam:PutUserPolicy"));
  assert.ok(!world.changes.includes("iam:UpdateAccessKey"));
  world.close();
});

test("32 clicks at once are one decision, one line of the trail and one entry of the ledger", async () => {
  const world = await openAsking();
  const before = (await world.ports.ledger.caseEntries(world.caseId)).length;
  const responses = await Promise.all(Array.from({ length: 32 }, () => send(world)));
  assert.deepEqual(
    responses.map(({ status }) => status),
    Array(32).fill(200),
  );
  assert.equal((await world.ports.cases.names(world.caseId, "decisions/")).length, 1);
  assert.equal((await recorded(world)).length, 1);
  assert.equal((await world.ports.ledger.caseEntries(world.caseId)).length, before + 1);
  const repeats = await Promise.all(
    responses.map(async (response) => ((await response.json()) as { repeated: boolean }).repeated),
  );
  assert.equal(repeats.filter((repeated) => !repeated).length, 1);
  world.close();
});

test("another answer after the first is refused until the first is taken back, and then for good", async () => {
  const world = await openAsking({ settings: { quorum: { reversible: 2, externallyReversible: 2, irreversible: 2 } } });
  assert.equal((await send(world)).status, 200);
  const denied = Object.fromEntries(Object.keys(world.answer.choices).map((id) => [id, "deny"]));
  assert.equal(await codeOf(await send(world, { choices: denied })), "CONFLICT");
  assert.equal((await send(world, { kind: "withdraw", choices: {}, fingerprint: "" })).status, 200);
  assert.equal(await codeOf(await send(world, { choices: denied })), "WITHDRAWN");
  assert.deepEqual(world.changes, []);
  assert.deepEqual(await refusedCodes(world), ["CONFLICT", "WITHDRAWN"]);
  world.close();
});

test("a withdrawal before execution closes the gate again", async () => {
  const world = await openAsking();
  assert.equal((await send(world)).status, 200);
  assert.equal((await send(world, { kind: "withdraw", choices: {}, fingerprint: "" })).status, 200);
  await assert.rejects(world.execute(), { code: "GATE_CLOSED" });
  assert.deepEqual(world.changes, []);
  world.close();
});

test("an action that is not named is not approved", async () => {
  const world = await openAsking();
  assert.equal((await send(world, { choices: { a1: "approve" } })).status, 200);
  await world.execute();
  assert.deepEqual(world.changes, ["iam:PutUserPolicy"]);
  world.close();
});

test("only who is named for it breaks the glass, and only with a longer reason", async () => {
  const quorum = { reversible: 2, externallyReversible: 2, irreversible: 2 };
  const glass = { kind: "break-glass", choices: { a1: "approve" } };
  const ordinary = await openAsking({ settings: { quorum } });
  assert.equal(await codeOf(await send(ordinary, glass)), "BREAK_GLASS");
  await assertNothingDecided(ordinary);
  ordinary.close();
  const named = await openAsking({ settings: { quorum, breakGlass: { humanIds: ["ada"] } } });
  assert.equal(await codeOf(await send(named, { ...glass, reason: "Nobody is up." })), "INPUT_INVALID");
  await assertNothingDecided(named);
  assert.equal((await send(named, glass)).status, 200);
  await named.execute();
  assert.deepEqual(named.changes, ["iam:PutUserPolicy"]);
  named.close();
});

test("what is already being carried out is not decided again and not taken back", async () => {
  const world = await openAsking();
  await send(world);
  await world.execute();
  const made = [...world.changes];
  assert.equal(((await (await send(world)).json()) as { repeated: boolean }).repeated, true);
  const denied = Object.fromEntries(Object.keys(world.answer.choices).map((id) => [id, "deny"]));
  assert.equal(await codeOf(await send(world, { choices: denied })), "CONFLICT");
  assert.equal(await codeOf(await send(world, { kind: "withdraw", choices: {}, fingerprint: "" })), "EXECUTING");
  assert.deepEqual(world.changes, made);
  world.close();
});

test("a decision about other bytes, another text or another fingerprint than the stored plan's is refused and written down", async () => {
  const world = await openAsking();
  const flipped = (digest: string): string => digest.slice(0, -1) + (digest.endsWith("0") ? "1" : "0");
  const wrongGroup = world.answer.fingerprint === "0000" ? "0001" : "0000";
  const attempts: readonly [Record<string, unknown>, string][] = [
    [{ planDigest: flipped(world.answer.planDigest) }, "PLAN_CHANGED"],
    [{ shownDigest: flipped(world.answer.shownDigest) }, "NOT_SHOWN"],
    [{ fingerprint: wrongGroup }, "FINGERPRINT"],
    [{ fingerprint: "" }, "FINGERPRINT"],
    [{ choices: { ...world.answer.choices, a99: "approve" } }, "UNKNOWN_ACTION"],
    [{ choices: {} }, "EMPTY"],
  ];
  for (const [change, code] of attempts) {
    const response = await send(world, change);
    assert.equal(response.status, 409);
    assert.equal(await codeOf(response), code);
  }
  assert.deepEqual(
    await refusedCodes(world),
    attempts.map(([, code]) => code),
  );
  await assertNothingDecided(world);
  world.close();
});

test("reasons that say nothing, are endless, or come as something else are refused and written down", async () => {
  const world = await openAsking();
  const reasons = [
    "",
    "too short",
    " ".repeat(40),
    "\n\t \u2003 ".repeat(20),
    "x".repeat(2001),
    "x".repeat(1_000_000),
    null,
    42,
    ["a reason of enough characters"],
    { a: 1 },
  ];
  for (const reason of reasons) {
    const response = await send(world, { reason });
    assert.equal(response.status, 400);
    assert.equal(await codeOf(response), "INPUT_INVALID");
  }
  assert.deepEqual(
    await refusedCodes(world),
    reasons.map(() => "INPUT_INVALID"),
  );
  await assertNothingDecided(world);
  world.close();
});

test("unknown members, duplicate members, trailing bytes and other encodings of a decision are refused", async () => {
  const world = await openAsking();
  const good = JSON.stringify(world.answer);
  const bodies = [
    JSON.stringify({ ...world.answer, humanId: "grace" }),
    JSON.stringify({ ...world.answer, kind: "decided" }),
    JSON.stringify({ ...world.answer, choices: { ...world.answer.choices, a1: "APPROVE" } }),
    good.replace('"kind"', '"kind":"withdraw","kind"'),
    good.replace('"a1":', '"a1":"deny","a1":'),
    good.replace('"kind"', '"__proto__":{},"kind"'),
    `${good} ${good}`,
    `\ufeff${good}`,
    `[${good}]`,
    good.slice(0, -1),
    "",
    "null",
    good.replace('"reason":"', '"reason":"\\ud800'),
  ];
  for (const body of bodies)
    assert.equal((await world.app(post(world.url, body, world.headers))).status, 400, body.slice(0, 80));
  const latin = new Request(post(world.url, "x", world.headers).url, {
    method: "POST",
    headers: post(world.url, "x", world.headers).headers,
    body: Buffer.from(good.replace("alice", "\xe9lice"), "latin1"),
  });
  assert.equal((await world.app(latin)).status, 400);
  assert.equal((await refusedCodes(world)).length, bodies.length + 1);
  await assertNothingDecided(world);
  world.close();
});

test("control characters in a reason are kept as signed and shown as what they are", async () => {
  const world = await openAsking();
  const reason = `Phoned her: not her. ${HOSTILE.ansi}${HOSTILE.bidi}`;
  assert.equal((await send(world, { reason })).status, 200);
  assert.equal((await recorded(world))[0]!.data.reason, reason);
  const text = await (await world.app(get(`/api/cases/${world.caseId}`, world.headers))).text();
  assert.ok(text.includes("\\\\u{1b}[2J"));
  assert.ok(text.includes("\\\\u{202e}fdp.exe"));
  world.close();
});

test("an answer after the deadline is gone, and runs nothing", async () => {
  const world = await openAsking();
  world.advance(24 * 3600);
  const response = await send(world, {}, await signIn(world));
  assert.equal(response.status, 410);
  assert.equal(await codeOf(response), "LATE");
  await assertNothingDecided(world);
  world.close();
});

test("cases and plans that do not exist are not found, and their names reach no path", async () => {
  const world = await openAsking();
  for (const url of [
    world.url.replace("contain-1", "contain-2"),
    world.url.replace(world.caseId, "case-20200101-0000000000"),
  ]) {
    assert.equal((await world.app(post(url, world.answer, world.headers))).status, 404, url);
  }
  for (const path of [
    "/api/cases/nothing",
    "/api/cases/..",
    "/api/cases/%2e%2e",
    `/api/cases/${world.caseId}/evidence/1.zip`,
    `/api/cases/${world.caseId}/evidence/0.zip`,
    `/api/cases/${world.caseId}/evidence/r1`,
  ]) {
    assert.equal((await world.app(get(path, world.headers))).status, 404, path);
  }
  await assertNothingDecided(world);
  world.close();
});

test("nothing the attacker named reaches the page with a character that cannot be seen", async () => {
  const world = await openWorld({ finding: { title: HOSTILE.markup + HOSTILE.zeroWidth } });
  await proposeHostile(world);
  await investigate(world, {
    notKnown: [HOSTILE.ansi, HOSTILE.bidi],
    buckets: [HOSTILE.markup],
    addresses: [HOSTILE.url],
  });
  const headers = await signIn(world);
  const strings: string[] = [];
  const body: unknown = await (await world.app(get(`/api/cases/${world.caseId}`, headers))).json();
  const walk = (value: unknown): void => {
    if (typeof value === "string") strings.push(value);
    else if (typeof value === "object" && value !== null)
      for (const [key, inner] of Object.entries(value)) [key, inner].forEach(walk);
  };
  walk(body);
  assert.deepEqual(
    strings.map((text) => text.replaceAll("\n", "")).filter((text) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)),
    [],
  );
  assert.ok(strings.some((text) => text.includes("al\\u{200b}ice")));
  world.close();
});

test("a poll that finds nothing new gets no body, and one that does gets all of it", async () => {
  const world = await openAsking();
  const path = `/api/cases/${world.caseId}`;
  const etag = (await world.app(get(path, world.headers))).headers.get("etag")!;
  const same = await world.app(get(path, { ...world.headers, "if-none-match": etag }));
  assert.equal(same.status, 304);
  assert.equal(await same.text(), "");
  await investigate(world);
  const fresh = await world.app(get(path, { ...world.headers, "if-none-match": etag }));
  assert.equal(fresh.status, 200);
  assert.equal(
    ((await fresh.json()) as { view: { theft: { certain: { objects: number } } } }).view.theft.certain.objects,
    12_847,
  );
  world.close();
});

test("sealed evidence is downloaded byte for byte, with a session only", async () => {
  const world = await openAsking();
  const { caseId, ports } = world;
  const files = await sealBundle(sampleInput({ caseId, revision: 1, supersedes: null, signer: ports.signer }));
  await ports.vault.put(`${caseId}/r1`, files);
  const sealed = [{ revision: 1, path: "", digest: bundleDigest(files), at: ports.clock.now() }];
  await ports.cases.update(caseId, (head) => ({ ...head, sealed }));
  const path = `/api/cases/${world.caseId}/evidence/1.zip`;
  assert.equal((await world.app(get(path, world.headers))).status, 409, "the ledger knows of no such sealing");
  const { digest } = sealed[0]!;
  await ports.ledger.append({ type: "bundle-sealed", caseId, digest, at: ports.clock.now() });
  const response = await world.app(get(path, world.headers));
  assert.equal(response.headers.get("content-disposition"), `attachment; filename="${world.caseId}-r1.zip"`);
  const unpacked = unpackZip(new Uint8Array(await response.arrayBuffer()), { files: 100, bytes: 1e6, heldBytes: 1e6 });
  const texts = (of: ReadonlyMap<string, Uint8Array>) =>
    [...of].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]);
  assert.deepEqual(texts(unpacked), texts(files));
  assert.equal((await world.app(get(path))).status, 401);
  const report = `/api/cases/${world.caseId}/report/1.html`;
  const told = await world.app(get(report, world.headers));
  const inBundle = files.get("data/report.html");
  assert.equal(told.status, inBundle === undefined ? 404 : 200);
  if (inBundle !== undefined) {
    assert.equal(await told.text(), Buffer.from(inBundle).toString());
    assert.match(told.headers.get("content-disposition")!, /^attachment/);
  }
  assert.equal((await world.app(get(report))).status, 401);
  assert.equal((await world.app(get(report.replace("1.html", "1.zip"), world.headers))).status, 404);
  world.close();
});
