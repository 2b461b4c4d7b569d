/** Registering a security key: an entry for an administrator, and never a way into the policy. */
import assert from "node:assert/strict";
import { createHash, createPublicKey } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { chromium } from "playwright-core";
import { parseSettings } from "../../lib/core/settings.ts";
import { signInUrl, startServer } from "../../lib/embedded/server.ts";
import type { RelyingParty } from "../../lib/evidence/webauthn.ts";
import type { Ceremony } from "../../lib/web/ceremony.ts";
import type { Enrolled } from "../../lib/web/enrol.ts";
import { createCounters } from "./counters.ts";
import { discover } from "./scenes.ts";
import { stateOf } from "./state.ts";
import { get, openWorld, post, signIn } from "./world.ts";

const CHROMIUM = "/usr/bin/chromium";
const options = { skip: !existsSync(CHROMIUM) && `there is no ${CHROMIUM} on this machine` };
const SCREENSHOTS = process.env.CORDON_SCREENSHOTS;

/** Nobody has a security key yet, and nothing is decided here. */
const ceremonyOver = (party: RelyingParty): Ceremony => ({
  party,
  credentials: { of: async () => [], advance: createCounters() },
  submit: async () => ({ recorded: false, code: "NONE", why: "nothing is submitted here" }),
});

const openPage = async (t: TestContext) => {
  const party = { rpId: "localhost", origin: "" };
  const world = await openWorld({ ceremony: ceremonyOver(party) });
  await discover(world);
  await world.ask();
  const server = await startServer({ app: world.app, port: 0 });
  party.origin = `http://localhost:${server.port}`;
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage({ viewport: { width: 800, height: 900 } });
  page.setDefaultTimeout(10_000);
  t.after(async () => {
    await browser.close();
    await server.close();
    world.close();
  });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", transport: "internal", hasUserVerification: true, isUserVerified: true },
      ...{ hasResidentKey: true, automaticPresenceSimulation: true },
    },
  });
  return { world, party, page, devtools, authenticatorId };
};

test(
  "in a real browser a registered key makes an entry that the settings take, and changes nothing by itself",
  options,
  async (t) => {
    const { world, party, page, devtools, authenticatorId } = await openPage(t);
    const before = await stateOf(world);
    const settings = JSON.stringify(world.ports.settings);
    await page.goto(signInUrl(party.origin, "/key", world.sessions.issue()));
    await page.getByRole("button", { name: "Register a key" }).click();
    await page.locator("#entry").waitFor();
    const entry = JSON.parse((await page.locator("#entry").textContent())!) as {
      humanId: string;
      keys: [string];
      securityKeys: [Enrolled["securityKey"]];
    };
    if (SCREENSHOTS !== undefined) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, "key-registered.png"), fullPage: true });
    }
    assert.deepEqual(await stateOf(world), before);
    assert.equal(JSON.stringify(world.ports.settings), settings);

    const [{ credentialId, publicKey }] = entry.securityKeys;
    const held = await devtools.send("WebAuthn.getCredentials", { authenticatorId });
    const privateKey = held.credentials[0]!.privateKey;
    const own = createPublicKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" } as never);
    const spki = own.export({ type: "spki", format: "der" });
    assert.equal(publicKey, spki.toString("base64"));
    assert.equal(entry.keys[0], createHash("sha256").update(spki).digest("hex"));
    assert.equal(credentialId, Buffer.from(held.credentials[0]!.credentialId, "base64").toString("base64url"));
    assert.equal(entry.humanId, "ada");

    const given = world.ports.settings;
    const changed = parseSettings(
      {
        ...given,
        webauthn: party,
        approvers: given.approvers.map((one) =>
          one.humanId === "ada"
            ? { ...one, keys: [...one.keys, ...entry.keys], securityKeys: entry.securityKeys }
            : one,
        ),
      },
      "settings with the entry",
    );
    assert.equal(changed.approvers.find(({ humanId }) => humanId === "ada")?.securityKeys?.length, 1);
  },
);

test("a key of a person who is not verified makes no entry", options, async (t) => {
  const { world, party, page, devtools, authenticatorId } = await openPage(t);
  await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await page.goto(signInUrl(party.origin, "/key", world.sessions.issue()));
  await page.getByRole("button", { name: "Register a key" }).click();
  await page.getByRole("alert").filter({ hasText: "not used" }).waitFor();
  assert.equal(await page.locator("#entry").count(), 0);
});

test("a registration of another session, or of nothing, is refused, and changes nothing", async () => {
  const party = { rpId: "cordon.example", origin: "https://cordon.example" };
  const world = await openWorld({ ceremony: ceremonyOver(party) });
  const [mine, other] = [await signIn(world), await signIn(world)];
  const optionsFor = async (headers: Record<string, string>) =>
    (
      (await (await world.app(get("/api/key", headers))).json()) as {
        options: {
          challenge: string;
          rp: { id: string };
          pubKeyCredParams: { alg: number }[];
          authenticatorSelection: { userVerification: string };
        };
      }
    ).options;
  const [first, second] = [await optionsFor(mine), await optionsFor(other)];
  assert.notEqual(first.challenge, second.challenge);
  assert.equal((await optionsFor(mine)).challenge, first.challenge);
  assert.deepEqual(
    [first.rp.id, first.pubKeyCredParams.map(({ alg }) => alg), first.authenticatorSelection.userVerification],
    ["cordon.example", [-7], "required"],
  );
  const before = await stateOf(world);
  const clientDataJSON = Buffer.from(
    JSON.stringify({ type: "webauthn.create", challenge: second.challenge, origin: party.origin }),
  ).toString("base64url");
  for (const body of [
    { credentialId: "YQ", clientDataJSON, attestationObject: "oA" },
    { credentialId: "YQ", clientDataJSON: "e30", attestationObject: "oA" },
    { credentialId: "YQ" },
    {},
  ])
    assert.equal((await world.app(post("/api/key/entry", body, mine))).status, 400);
  assert.equal((await world.app(post("/api/key/entry", {}, {}))).status, 401);
  assert.deepEqual(await stateOf(world), before);
  world.close();
});

test("where no page is set up for security keys there is nothing to register with", async () => {
  const world = await openWorld();
  const headers = await signIn(world);
  assert.equal((await world.app(get("/api/key", headers))).status, 404);
  world.close();
});
