import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { after, before, type TestContext, test } from "node:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { type RunningServer, signInUrl, startServer } from "../../lib/embedded/server.ts";
import { bundleDigest, sealBundle } from "../../lib/evidence/seal.ts";
import { buildReport } from "../../lib/report/report.ts";
import { askApproval } from "../../lib/response/approve/askApproval.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { planContainment } from "../../lib/response/contain/planContainment.ts";
import { sampleInput } from "../evidence/sample.ts";
import { dryRunCase, fullCase, unknownCase } from "../report/cases.ts";
import { hostileCase } from "../report/hostile.ts";
import { decideAs, discover, investigate } from "./scenes.ts";
import { assertNothingDecided } from "./state.ts";
import { awaiting, denied, doorsOpen, GLASS, glass, hostile, list, SCENES, takeAway } from "./states.ts";
import { openWorld, type World, type WorldOptions } from "./world.ts";

const CHROMIUM = "/usr/bin/chromium";
const options = { skip: !existsSync(CHROMIUM) && `there is no ${CHROMIUM} on this machine` };
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

const TIMEOUT_MS = 60_000;

const open = async (
  t: TestContext,
  prepare: (world: World) => Promise<void>,
  worldOptions: WorldOptions = {},
  context: BrowserContextOptions = {},
  path?: string,
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
  await page.goto(signInUrl(server.url, path ?? `/cases/${world.caseId}`, world.sessions.issue()));
  await page.waitForSelector(path === undefined ? "#headline" : "#cases-h");
  return { world, server, page, complaints };
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
  await page.getByLabel(/^Reason, at least 10/).focus();
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

test("a person who knows better overrules the verdict, and both stand on the page", options, async (t) => {
  const { page, world, complaints } = await open(t, awaiting);
  await page.locator("#overrule summary").click();
  const verdict = page.getByRole("button", { name: "It is likely legitimate" });
  await verdict.click();
  await page.getByRole("alert").filter({ hasText: "at least 20 characters" }).waitFor();
  await page.locator("#review-verdict-contain-1").fill("Planned migration, ticket OPS-4711, seen with its owner.");
  await verdict.click();
  await page.getByRole("status").filter({ hasText: "contain-2 asks anew" }).waitFor({ state: "attached" });
  await page.getByText("says ada; computed: very likely theft").waitFor();
  assert.match((await page.locator("#theft-or-not").textContent())!, /very likely theft.*ada says: likely legitimate/);
  const events = await world.ports.cases.events(world.caseId);
  const said = events.flatMap((one) => (one.type === "verdict.overruled" ? [one.data] : []));
  assert.deepEqual(
    said.map(({ verdict: told, humanId, channel, assurance }) => [told, humanId, channel, assurance]),
    [["likely legitimate", "ada", "page", "key-file"]],
  );
  assert.deepEqual(complaints, []);
});

test(
  "a review is given with the keyboard alone, and a change that is gone is not called applied",
  options,
  async (t) => {
    const { page, world, complaints } = await open(t, glass, { settings: GLASS });
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
  await page.getByLabel(/^Reason, at least 10/).fill("This is our own backup job.");
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
  await page.getByLabel(/^Reason, at least 10/).fill("Phoned alice: it is not her.");
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

test("a complaint goes when what it was about is mended, or names what is missing then", options, async (t) => {
  const { page } = await open(t, awaiting);
  const fault = page.locator("#fault-contain-1");
  await page.getByRole("button", { name: /^Approve/ }).click();
  assert.match((await fault.textContent())!, /reason/i);
  await page.getByLabel(/^Reason, at least 10/).fill("Phoned alice: it is not her.");
  assert.match((await fault.textContent())!, /fingerprint/);
  assert.equal(await page.getByLabel(/^Reason, at least 10/).getAttribute("aria-invalid"), null);
  await page.getByLabel("Last group").fill(await groupOf(page));
  assert.equal(await fault.textContent(), "");
  assert.equal(await page.locator("[aria-invalid]").count(), 0);
});

test(
  "each open door stands beside the question that closes it, and what the actor put is marked",
  options,
  async (t) => {
    const { page, complaints } = await open(t, doorsOpen);
    assert.match(
      (await page.locator("#headline h1").textContent())!,
      /^Identity cut\. 2 doors open: a grant to outsiders, /,
    );
    assert.equal(await page.locator("#headline .pill.good").count(), 0);
    const doors = page.locator(".doors li");
    assert.equal(await doors.count(), 2);
    assert.equal(await doors.first().getByRole("link").getAttribute("href"), "#plan-contain-2");
    assert.match((await doors.last().textContent())!, /No question closes it yet/);
    await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
    const marked = page.locator("#section-contain-2 .actorline");
    assert.match((await marked.allTextContents()).join("\n"), /"AWS": "210987654321"|210987654321/);
    assert.ok((await page.locator("#section-contain-2 .actornote").first().textContent())!.includes("PutBucketPolicy"));
    assert.deepEqual(complaints, []);
  },
);

test("the list of cases tells who, what, how old and how it stands, in any order", options, async (t) => {
  const { page, complaints } = await open(t, list, {}, {}, "/");
  const rows = page.locator(".caselist tbody tr");
  assert.equal(await rows.count(), 3);
  const first = (await rows.first().textContent())!;
  for (const part of [/alice/, /shared/, /12,847 objects/, /ago/, /Decision needed/, /decide within/])
    assert.match(first, part);
  await page.locator("#sort-amount").click();
  assert.equal(await page.locator("th[aria-sort=ascending]").count(), 1);
  assert.match((await rows.last().textContent())!, /12,847/);
  await page.locator("#sort-amount").click();
  assert.match((await rows.first().textContent())!, /12,847/);
  assert.equal(await page.locator("th[aria-sort=descending]").textContent(), "Taken ↓");
  assert.deepEqual(complaints, []);
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
  assert.match((await page.locator("#taken").textContent())!, /have not been read yet/);
  await page.getByLabel(/^Reason, at least 10/).fill("Half a sent");
  await investigate(world);
  await page.locator("#taken", { hasText: "12,847" }).waitFor();
  await decideAs(world, "grace", world.signer("grace"), ["a1"]).catch(() => undefined);
  await page.getByRole("list", { name: "Decisions" }).waitFor();
  await page.keyboard.type("ence");
  assert.equal(await page.getByLabel(/^Reason, at least 10/).inputValue(), "Half a sentence");
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

test(
  "evidence and report can be saved from the page as they were sealed; what is no bundle is said aloud",
  options,
  async (t) => {
    const { page, world } = await open(t, async ({ ports, caseId }) => {
      const files = await sealBundle(sampleInput({ caseId, revision: 1, supersedes: null, signer: ports.signer }));
      await ports.vault.put(`${caseId}/r1`, files);
      await ports.vault.put(`${caseId}/r2`, new Map([["bagit.txt", Buffer.from("BagIt-Version: 1.0\n")]]));
      const one = { revision: 1, path: "", digest: bundleDigest(files), at: ports.clock.now() };
      await ports.ledger.append({ type: "bundle-sealed", caseId, digest: one.digest, at: one.at });
      await ports.cases.update(caseId, (head) => ({ ...head, sealed: [one, { ...one, revision: 2 }] }));
    });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download revision 1" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), `${world.caseId}-r1.zip`);
    const bytes = readFileSync(await download.path());
    assert.ok(bytes.includes("bagit.txt") && bytes.subarray(0, 4).equals(Buffer.from("PK\x03\x04")));
    await page.getByRole("button", { name: "Download revision 2" }).click();
    await page.locator("#evidence-fault", { hasText: "not the bundle that was sealed" }).waitFor();
    await page.getByRole("button", { name: "Save the report" }).click();
    await page.locator("#report-fault", { hasText: "not the bundle that was sealed" }).waitFor();
  },
);

test("nothing of a case stays on the screen after the session", options, async (t) => {
  const { page, world } = await open(t, awaiting);
  world.advance(16 * 60);
  await page.getByRole("heading", { name: "Signed out" }).waitFor();
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

const SIZES = [
  [1280, "light"],
  [1280, "dark"],
  [390, "light"],
  [360, "dark"],
] as const;

for (const [name, { prepare, settings = {}, path }] of Object.entries(SCENES)) {
  test(`the page is readable, wide and narrow, in daylight and at night: ${name}`, options, async (t) => {
    const { page, complaints } = await open(t, prepare, { settings }, {}, path);
    await page.evaluate(AXE);
    for (const [width, colorScheme] of SIZES) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      assert.ok(((await page.evaluate("document.documentElement.scrollWidth")) as number) <= width, `${width}`);
      assert.deepEqual(await page.evaluate(LOW_CONTRAST), []);
      assert.deepEqual(await page.evaluate(FAULTS), []);
    }
    assert.deepEqual(complaints, []);
  });
}

const REPORTS = { full: fullCase, unknown: unknownCase, "dry run": dryRunCase, hostile: () => hostileCase(0) } as const;

for (const [name, dossier] of Object.entries(REPORTS))
  test(`the report is readable as the page is, folded or open: ${name}`, options, async (t) => {
    const context = await browser.newContext();
    t.after(() => context.close());
    const page = await context.newPage();
    await page.setContent(buildReport(dossier()).html);
    await page.evaluate(AXE);
    for (const [width, colorScheme] of [SIZES[0], SIZES[3]])
      for (const isOpen of [false, true]) {
        await page.evaluate(`document.querySelectorAll("details").forEach((one) => { one.open = ${isOpen}; })`);
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await page.evaluate(FAULTS), [], `${width} ${colorScheme} ${isOpen ? "open" : "folded"}`);
      }
  });

test("on paper the exact text is whole", options, async (t) => {
  const { page } = await open(t, awaiting);
  await page.emulateMedia({ media: "print" });
  const [shown, whole] = (await page.evaluate(
    `{ const text = document.getElementById("text-contain-1"); [text.clientHeight, text.scrollHeight]; }`,
  )) as [number, number];
  assert.ok(shown >= whole - 1);
});
