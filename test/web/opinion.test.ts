import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { LIKELIHOOD, ROLE_CHAIN, SENSITIVITY_HINTS, write } from "../../lib/case/documents.ts";
import { signInUrl, startServer } from "../../lib/embedded/server.ts";
import { opinionOf } from "../../lib/web/opinion.ts";
import { HINTS, hop, OPINION, session, ROLE_CHAIN as TRACED } from "../report/opinions.ts";
import { discover, HOSTILE, investigate } from "./scenes.ts";
import { openWorld, type World } from "./world.ts";

const CHROMIUM = "/usr/bin/chromium";
const options = { skip: !existsSync(CHROMIUM) && `there is no ${CHROMIUM} on this machine` };

const weighed = async ({ ports: { cases }, caseId }: World): Promise<void> => {
  await write(cases, caseId, ROLE_CHAIN, TRACED);
  await write(cases, caseId, LIKELIHOOD, OPINION);
  await write(cases, caseId, SENSITIVITY_HINTS, HINTS);
};

test("before the logs are read nothing is said about theft, chain and secrets", async () => {
  const world = await openWorld();
  assert.deepEqual(await opinionOf(world.caseId, world.ports), { theft: null, chain: null, rotation: null });
  world.close();
});

test("the page is told the likelihood with its reasons, the chain with its cut, and what to replace", async () => {
  const world = await openWorld();
  await weighed(world);
  const { theft, chain, rotation } = await opinionOf(world.caseId, world.ports);
  assert.equal(theft!.told, "very likely theft");
  assert.ok(theft!.reasons.length > 0);
  assert.equal(chain!.cut!.name, "AKIAJANE4DEV7EXAMPLE");
  assert.deepEqual(
    chain!.lines.filter(({ cut }) => cut).map(({ name }) => name),
    ["AKIAJANE4DEV7EXAMPLE"],
  );
  assert.equal(rotation!.total, 1);
  assert.equal(rotation!.first[0]!.key, "keys/deploy.pem");
  world.close();
});

test("hostile and endless names in the chain stay text and inside a telephone's screen", options, async () => {
  const world = await openWorld();
  await discover(world);
  await world.ask();
  await investigate(world);
  await weighed(world);
  const { suspect } = TRACED.chains[0]!;
  await write(world.ports.cases, world.caseId, ROLE_CHAIN, {
    ...TRACED,
    sessions: [
      { ...hop(suspect, session(HOSTILE.markup, HOSTILE.bidi, "ASIAMARKUPMARKUPMARK"), 50), depth: 1 },
      { ...hop(suspect, session("r".repeat(1024), HOSTILE.ansi, "ASIALONGLONGLONGLONG"), 51), depth: 1 },
    ],
  });
  const server = await startServer({ app: world.app, port: 0 });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await (await browser.newContext({ viewport: { width: 360, height: 800 } })).newPage();
    await page.goto(signInUrl(server.url, `/cases/${world.caseId}`, world.sessions.issue()));
    await page.waitForSelector("#chain .tree");
    assert.equal(await page.locator("#chain .cut").count(), 1);
    assert.match((await page.locator("#chain").textContent())!, /<script>window\.hacked=1/);
    assert.match((await page.locator("#theft-or-not").textContent())!, /very likely theft/);
    assert.match((await page.locator("#rotation").textContent())!, /keys\/deploy\.pem/);
    assert.equal(await page.evaluate("window.hacked"), undefined);
    assert.ok(Number(await page.evaluate("document.documentElement.scrollWidth")) <= 360);
    if (process.env.CORDON_SCREENSHOTS)
      await page.screenshot({ path: `${process.env.CORDON_SCREENSHOTS}/opinion.png`, fullPage: true });
  } finally {
    await browser.close();
    await server.close();
    world.close();
  }
});
