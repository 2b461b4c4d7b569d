/**
 * Writes docs/screens: the page in every state, at 1280 and 390 px, light and dark (`npm run screens`). `--all` takes every
 * variant; without it those that lie in the repository: desktop light, telephone dark. Needs chromium, as the tests of the page do.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { signInUrl, startServer } from "../lib/embedded/server.ts";
import { buildReport } from "../lib/report/report.ts";
import { withPalette } from "./palette.ts";
import { fullCase } from "./report/cases.ts";
import { SCENES, type Scene } from "./web/states.ts";
import { openWorld } from "./web/world.ts";

const { values } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    only: { type: "string" },
    out: { type: "string", default: join(import.meta.dirname, "../docs/screens") },
  },
});
const VARIANTS = [
  { width: 1280, colorScheme: "light", kept: true },
  { width: 1280, colorScheme: "dark", kept: false },
  { width: 390, colorScheme: "light", kept: false },
  { width: 390, colorScheme: "dark", kept: true },
] as const;
/** What is below the second screen is nobody's first sight of it. */
const HEIGHT = { 1280: 1500, 390: 1700 } as const;

const take = async (browser: Browser, name: string, { prepare, settings = {}, path }: Scene): Promise<void> => {
  const world = await openWorld({ settings });
  await prepare(world);
  const server = await startServer({ app: world.app, port: 0 });
  for (const { width, colorScheme } of VARIANTS.filter(({ kept }) => kept || values.all)) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error(`${name}: ${error.message}`));
    await page.goto(signInUrl(server.url, path ?? `/cases/${world.caseId}`, world.sessions.issue()));
    await page.waitForSelector(path === undefined ? "#headline" : "#cases-h");
    const whole = Number(await page.evaluate("document.documentElement.scrollHeight"));
    const clip = { x: 0, y: 0, width, height: Math.min(whole, HEIGHT[width]) };
    const taken = await page.screenshot({ fullPage: true, clip });
    writeFileSync(join(values.out, `${name}-${width}-${colorScheme}.png`), withPalette(taken));
    await context.close();
  }
  await server.close();
  world.close();
};

/** The report of the case that the tests of the report are made of; its first page, on a desktop. */
const takeReport = async (browser: Browser): Promise<void> => {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.setContent(buildReport(fullCase()).html);
  const taken = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width: 1280, height: HEIGHT[1280] } });
  writeFileSync(join(values.out, "report-1280-light.png"), withPalette(taken));
};

mkdirSync(values.out, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
for (const [name, scene] of Object.entries(SCENES))
  if (values.only === undefined || values.only.split(",").includes(name)) await take(browser, name, scene);
if (values.only === undefined || values.only.split(",").includes("report")) await takeReport(browser);
await browser.close();
