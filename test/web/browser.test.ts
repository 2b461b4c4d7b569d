import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Plan } from "../../lib/case/plan.ts";
import type { Settings } from "../../lib/core/settings.ts";
import { type RunningServer, signInUrl, startServer } from "../../lib/embedded/server.ts";
import { askApproval, checkDecision } from "../../lib/response/approve/askApproval.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { planContainment } from "../../lib/response/contain/planContainment.ts";
import { planRelease } from "../../lib/response/contain/planRelease.ts";
import { verifyContainment } from "../../lib/response/contain/verifyContainment.ts";
import { decideAs, discover, HOSTILE, investigate, proposeHostile } from "./scenes.ts";
import { assertNothingDecided } from "./state.ts";
import { openWorld, type World, type WorldOptions } from "./world.ts";

const CHROMIUM = "/usr/bin/chromium";
const options = { skip: !existsSync(CHROMIUM) && `there is no ${CHROMIUM} on this machine` };
/** Where screenshots go, for whoever wants to look; none are taken without it. */
const SCREENSHOTS = process.env.CORDON_SCREENSHOTS;

let browser: Browser;
before(async () => {
  if (!options.skip)
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
});
after(async () => browser?.close());

interface Scene {
  readonly world: World;
  readonly server: RunningServer;
  readonly page: Page;
  /** What the browser complained about: errors of scripts, and everything the content security policy stopped. */
  readonly complaints: readonly string[];
}

const TIMEOUT_MS = 10_000;

const open = async (
  t: TestContext,
  prepare: (world: World) => Promise<void>,
  worldOptions: WorldOptions = {},
  context: BrowserContextOptions = {},
): Promise<Scene> => {
  const world = await openWorld(worldOptions);
  await prepare(world);
  const server = await startServer({ app: world.app, port: 0 });
  const page = await (await browser.newContext(context)).newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  t.after(async () => {
    await page.context().close();
    await server.close();
    world.close();
    assert.deepEqual(world.faults, []);
  });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  await page.goto(signInUrl(server.url, `/cases/${world.caseId}`, world.sessions.issue()));
  await page.waitForSelector("#headline");
  return { world, server, page, complaints };
};

const awaiting = async (world: World): Promise<void> => {
  await discover(world);
  await world.ask();
  await investigate(world);
};

const contained = async (world: World): Promise<void> => {
  await awaiting(world);
  await decideAs(world, "ada", world.signer("ada"), "all");
  await world.execute();
};

const hostile = async (world: World): Promise<void> => {
  await proposeHostile(world);
  await investigate(world, {
    notKnown: Object.values(HOSTILE),
    buckets: [HOSTILE.markup],
    addresses: [HOSTILE.url, HOSTILE.ansi],
  });
};

/** One of two has answered; the thief works on. */
const decided = async (world: World): Promise<void> => {
  await awaiting(world);
  await decideAs(world, "grace", world.signer("grace"), "all");
};

const denied = async (world: World): Promise<void> => {
  await awaiting(world);
  await decideAs(world, "grace", world.signer("grace"), []);
  await checkDecision({ caseId: world.caseId, planId: "contain-1" }, world.ports);
};

/** Somebody took our deny away, again and again. */
const attention = async (world: World): Promise<void> => {
  await contained(world);
  await takeAway(world);
};

const takeAway = async (world: World): Promise<void> => {
  const { accountId, region } = JSON.parse(
    Buffer.from((await world.ports.cases.read(world.caseId, "plans/contain-1.json"))!).toString(),
  ) as Pick<Plan, "accountId" | "region">;
  const input = { UserName: "alice", PolicyName: await ourPolicy(world) };
  await world.ports.account.call({ service: "iam", operation: "DeleteUserPolicy", accountId, region, input });
  await verifyContainment({ caseId: world.caseId, planId: "contain-1" }, world.ports);
};

const ourPolicy = async ({ ports, caseId }: World): Promise<unknown> => {
  const plan = JSON.parse(Buffer.from((await ports.cases.read(caseId, "plans/contain-1.json"))!).toString()) as Plan;
  const request = plan.actions
    .flatMap(({ requests }) => requests)
    .find(({ operation }) => operation === "PutUserPolicy");
  return request!.input.PolicyName;
};

/** Contained by one person alone, and a release waits. */
const releasing = async (world: World): Promise<void> => {
  await contained(world);
  await planRelease({ caseId: world.caseId, releaseId: "release-1", actions: [] }, world.ports);
  await askApproval({ caseId: world.caseId, planId: "release-1", token: "r".repeat(64) }, world.ports);
};

const glass = async (world: World): Promise<void> => {
  await awaiting(world);
  await decideAs(world, "grace", world.signer("grace"), ["a1"], { kind: "break-glass" });
  await world.execute();
  world.advance(25 * 3600);
};

const TWO = { quorum: { reversible: 2, externallyReversible: 2, irreversible: 2 } };
const SCENES: Readonly<
  Record<string, readonly [prepare: (world: World) => Promise<void>, settings?: Partial<Settings>]>
> = {
  "nothing-known": [async () => undefined],
  awaiting: [awaiting],
  decided: [decided, TWO],
  denied: [denied],
  contained: [contained],
  attention: [attention],
  releasing: [releasing],
  glass: [glass, { ...TWO, breakGlass: { humanIds: ["grace"] } }],
  hostile: [hostile],
};

const groupOf = async (page: Page): Promise<string> =>
  (await page.locator(".fingerprint").first().textContent())!.slice(-4);

test("the link signs in once and leaves no token in the address", options, async (t) => {
  const { page, world, server, complaints } = await open(t, awaiting);
  assert.equal(page.url(), `${server.url}/cases/${world.caseId}`);
  const used = world.sessions.issue();
  const elsewhere = await browser.newContext();
  const [first, second] = [await elsewhere.newPage(), await (await browser.newContext()).newPage()];
  await first.goto(signInUrl(server.url, "/", used));
  await first.waitForSelector("#cases-h");
  await second.goto(signInUrl(server.url, "/", used));
  await second.getByRole("heading", { name: "Signed out" }).waitFor();
  assert.doesNotMatch((await second.locator("main").textContent())!, /case-\d/);
  assert.deepEqual(complaints, []);
});

test("a decision can be made with the keyboard alone, and the page shows what came of it", options, async (t) => {
  const { page, world, complaints } = await open(t, awaiting);
  const group = await groupOf(page);
  await page.locator("#choice-contain-1-a1").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Space");
  await page.getByLabel("Reason").focus();
  await page.keyboard.type("Phoned alice: it is not her.");
  await page.keyboard.press("Tab");
  await page.keyboard.type(group);
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Decisions" }).waitFor();
  assert.match((await page.getByRole("status").textContent())!, /recorded/);
  const recorded = (await world.ports.cases.events(world.caseId)).filter((one) => one.type === "decision.recorded");
  assert.deepEqual(
    recorded.map(({ data }) => [data.choices.a1, data.reason, data.channel]),
    [["approve", "Phoned alice: it is not her.", "page"]],
  );
  await world.execute();
  await page.locator(".headline .pill.good").waitFor();
  assert.deepEqual(complaints, []);
});

test(
  "after a denial a new plan is asked for with the keyboard alone, and appears to be decided about",
  options,
  async (t) => {
    const { page, world, complaints } = await open(t, denied);
    await page.locator("#ask-contain").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "contain-2" }).waitFor({ state: "attached" });
    const { caseId, ports } = world;
    assert.equal((await ports.cases.events(caseId)).filter((one) => one.type === "plan.requested").length, 1);
    await planContainment({ caseId, purpose: "contain", planId: "contain-2" }, ports);
    await askApproval({ caseId, planId: "contain-2", token: "u".repeat(64) }, ports);
    await page.locator("#choice-contain-2-a1").waitFor();
    assert.equal(await page.locator("#left section").first().getAttribute("aria-labelledby"), "plan-contain-2");
    assert.deepEqual(complaints, []);
  },
);

test(
  "a review is given with the keyboard alone, and a change that is gone is not called applied",
  options,
  async (t) => {
    const { page, world, complaints } = await open(t, glass, {
      settings: { ...TWO, breakGlass: { humanIds: ["grace"] } },
    });
    await page.locator("#review-break-glass-contain-1").focus();
    await page.keyboard.type("Nobody else answered, and the bucket was being emptied.");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "recorded" }).waitFor({ state: "attached" });
    assert.equal((await caseView(world.caseId, world.ports)).reviews.length, 0);
    await takeAway(world);
    await page.locator(".action .pill.bad", { hasText: "NOT in force" }).waitFor();
    assert.deepEqual(complaints, []);
  },
);

test("deny denies everything, and a decision can be taken back until it is carried out", options, async (t) => {
  const { page, world } = await open(t, awaiting, {
    settings: { quorum: { reversible: 2, externallyReversible: 2, irreversible: 2 } },
  });
  await page.getByLabel("Reason").fill("This is our own backup job.");
  await page.getByLabel("Last group").fill(await groupOf(page));
  await page.getByRole("button", { name: "Deny everything" }).click();
  await page.getByRole("list", { name: "Decisions" }).waitFor();
  const [recorded] = (await world.ports.cases.events(world.caseId)).filter((one) => one.type === "decision.recorded");
  assert.deepEqual(new Set(Object.values(recorded!.data.choices)), new Set(["deny"]));
  assert.deepEqual(world.changes, []);
});

test("no click alone approves: without a tick, a reason and the typed group nothing is sent", options, async (t) => {
  const { page, world } = await open(t, awaiting);
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
  const approve = page.getByRole("button", { name: /^(Approve|Nothing)/ });
  const fault = page.getByRole("alert").first();
  await approve.click();
  assert.match((await fault.textContent())!, /reason/i);
  await page.getByLabel("Reason").fill("Phoned alice: it is not her.");
  await approve.click();
  assert.match((await fault.textContent())!, /fingerprint/);
  await page.getByLabel("Last group").fill((await groupOf(page)) === "0000" ? "0001" : "0000");
  await approve.click();
  assert.match((await fault.textContent())!, /fingerprint/);
  await page.getByLabel("Last group").fill(await groupOf(page));
  for (const box of (await page.getByRole("checkbox").all()).toReversed()) await box.uncheck();
  await approve.click();
  assert.match((await fault.textContent())!, /ticked/);
  assert.deepEqual(
    sent.filter((url) => url.includes("decisions")),
    [],
  );
  await assertNothingDecided(world);
});

test("recommended changes are ticked, offered ones are not", options, async (t) => {
  const { page, world } = await open(t, awaiting);
  const plan = JSON.parse(
    Buffer.from((await world.ports.cases.read(world.caseId, "plans/contain-1.json"))!).toString(),
  ) as { actions: { id: string; recommended: boolean }[] };
  const shown = await Promise.all(
    plan.actions.map(async ({ id }) => ({
      id,
      recommended: await page.locator(`#choice-contain-1-${id}`).isChecked(),
    })),
  );
  assert.deepEqual(
    shown,
    plan.actions.map(({ id, recommended }) => ({ id, recommended })),
  );
});

test("figures arrive while somebody types, and neither text nor focus is lost", options, async (t) => {
  const { page, world } = await open(t, async (opened) => {
    await discover(opened);
    await opened.ask();
  });
  assert.match((await page.locator("#taken").textContent())!, /Not known/);
  await page.getByLabel("Reason").fill("Half a sent");
  await investigate(world);
  await page.locator("#taken", { hasText: "12,847" }).waitFor({ timeout: 6000 });
  await decideAs(world, "grace", world.signer("grace"), ["a1"]).catch(() => undefined);
  await page.getByRole("list", { name: "Decisions" }).waitFor({ timeout: 6000 });
  await page.keyboard.type("ence");
  assert.equal(await page.getByLabel("Reason").inputValue(), "Half a sentence");
});

test("what an attacker named is text, with every hidden character shown", options, async (t) => {
  const { page, complaints } = await open(t, hostile);
  await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
  assert.equal(await page.evaluate("window.hacked"), undefined);
  assert.equal(await page.locator("main img, main script, main iframe, main a[href^='javascript']").count(), 0);
  const text = (await page.locator("main").textContent())!;
  for (const shown of ["\\u{202e}fdp.exe", "\\u{1b}[2J", "<img src=x onerror=", "javascript:window.hacked=1"])
    assert.ok(text.includes(shown), shown);
  assert.doesNotMatch(text.replaceAll(/[\n\t\u00a0]/g, ""), /[\p{Cc}\p{Cf}]/u);
  assert.deepEqual(complaints, []);
});

test("the browser refuses inline script, markup from text, eval, foreign images and framing", options, async (t) => {
  const { page, server } = await open(t, awaiting);
  await assert.rejects(page.addScriptTag({ content: "window.hacked = 1" }));
  assert.equal(await page.evaluate("window.hacked"), undefined);
  await assert.rejects(page.evaluate("document.body.innerHTML = '<b>x</b>'"), /TrustedHTML/);
  await assert.rejects(
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img>')"),
    /TrustedHTML/,
  );
  await page
    .evaluate(
      "{ const link = document.createElement('a'); link.setAttribute('onclick', 'window.hacked = 1'); document.body.append(link); link.click(); }",
    )
    .catch(() => undefined);
  await assert.rejects(page.evaluate("setTimeout('window.hacked = 1', 0)"), /TrustedScript/);
  const loaded = await page.evaluate(
    `new Promise((done) => { const image = new Image(); image.onload = () => done(true); image.onerror = () => done(false); image.src = "http://127.0.0.2/x.png"; })`,
  );
  assert.equal(loaded, false);
  const outer = await page.context().newPage();
  const frame = createServer((_, response) =>
    response.setHeader("content-type", "text/html").end(`<iframe src="${server.url}/"></iframe>`),
  );
  t.after(() => frame.close());
  await new Promise<void>((done) => frame.listen(0, "127.0.0.1", done));
  await outer.goto(`http://127.0.0.1:${(frame.address() as AddressInfo).port}/`);
  assert.equal(await outer.frames().at(-1)!.locator(".brand").count(), 0);
});

test(
  "a page of another port, with the cookie in the browser, can neither read, decide nor rebind",
  options,
  async (t) => {
    const { page, server, world } = await open(t, awaiting);
    const decisions = `${server.url}/api/cases/${world.caseId}/plans/contain-1/decisions`;
    const attacker = createServer((_, response) =>
      response
        .setHeader("content-type", "text/html")
        .end(
          `<form method="post" action="${decisions}" enctype="text/plain"><input name='{"kind":"decide","x":"' value='"}'></form>`,
        ),
    );
    t.after(() => attacker.close());
    await new Promise<void>((done) => attacker.listen(0, "127.0.0.1", done));
    const outer = await page.context().newPage();
    await outer.goto(`http://127.0.0.1:${(attacker.address() as AddressInfo).port}/`);
    const read = await outer.evaluate(
      `fetch("${server.url}/api/cases", { credentials: "include" }).then((answer) => answer.text(), () => "refused")`,
    );
    assert.equal(read, "refused");
    const json = await outer.evaluate(
      `fetch("${decisions}", { method: "POST", credentials: "include", headers: { "content-type": "application/json" }, body: "{}" }).then(() => "sent", () => "refused")`,
    );
    assert.equal(json, "refused");
    await outer.evaluate(
      `fetch("${decisions}", { method: "POST", mode: "no-cors", credentials: "include", body: "{}" }).catch(() => undefined)`,
    );
    await Promise.all([outer.waitForResponse(decisions), outer.evaluate("document.forms[0].submit()")]);
    assert.ok(world.refused.filter(({ method }) => method === "POST").length >= 2);
    assert.ok(
      world.refused.every(({ code }) => ["CROSS_SITE", "ORIGIN", "METHOD"].includes(code)),
      JSON.stringify(world.refused),
    );
    await assertNothingDecided(world);
  },
);

test("sealed evidence can be saved from the page", options, async (t) => {
  const { page, world } = await open(t, async (opened) => {
    const files = new Map([["bagit.txt", Buffer.from("BagIt-Version: 1.0\n")]]);
    await opened.ports.vault.put(`${opened.caseId}/r1`, files);
    await opened.ports.cases.update(opened.caseId, (head) => ({
      ...head,
      sealed: [{ revision: 1, path: "x", digest: "ab".repeat(32), at: head.openedAt }],
    }));
  });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download revision 1" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), `${world.caseId}-r1.zip`);
  const bytes = readFileSync(await download.path());
  assert.ok(bytes.includes("bagit.txt") && bytes.subarray(0, 4).equals(Buffer.from("PK\x03\x04")));
});

test("nothing of a case stays on the screen after the session", options, async (t) => {
  const { page, world } = await open(t, awaiting);
  world.advance(16 * 60);
  await page.getByRole("heading", { name: "Signed out" }).waitFor({ timeout: 6000 });
  assert.doesNotMatch((await page.locator("body").textContent())!, /alice|case-\d/);
});

/** Text against the ground it stands on, by WCAG 2.2's formula, for every element that holds text of its own. */
const LOW_CONTRAST = `(() => {
  const channel = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const parse = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return { r, g, b, a }; };
  const light = ({ r, g, b }) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (element) => { for (let at = element; at; at = at.parentElement) { const colour = parse(getComputedStyle(at).backgroundColor); if (colour.a === 1) return colour; } return { r: 255, g: 255, b: 255 }; };
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ""))
    .map((element) => { const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))]; return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.tagName + "." + element.className]; })
    .filter(([ratio]) => ratio < 4.5);
})()`;

/** axe-core, by Deque: every rule for WCAG 2.2 A and AA, and its best practices. */
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FAULTS = `axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))]))`;

for (const [name, [prepare, settings = {}]] of Object.entries(SCENES)) {
  for (const [width, colorScheme] of [
    [1280, "light"],
    [1280, "dark"],
    [360, "light"],
    [360, "dark"],
  ] as const) {
    test(`the page is readable: ${name}, ${width} px, ${colorScheme}`, options, async (t) => {
      const { page, complaints } = await open(
        t,
        prepare,
        { settings },
        { viewport: { width, height: 800 }, colorScheme },
      );
      assert.ok(((await page.evaluate("document.documentElement.scrollWidth")) as number) <= width);
      assert.deepEqual(await page.evaluate(LOW_CONTRAST), []);
      await page.evaluate(AXE);
      assert.deepEqual(await page.evaluate(FAULTS), []);
      assert.deepEqual(complaints, []);
      if (SCREENSHOTS !== undefined) {
        mkdirSync(SCREENSHOTS, { recursive: true });
        await page.screenshot({ path: join(SCREENSHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
    });
  }
}

test("on paper the exact text is whole", options, async (t) => {
  const { page } = await open(t, awaiting);
  await page.emulateMedia({ media: "print" });
  const [shown, whole] = (await page.evaluate(
    `{ const text = document.getElementById("text-contain-1"); [text.clientHeight, text.scrollHeight]; }`,
  )) as [number, number];
  assert.ok(shown >= whole - 1);
});
