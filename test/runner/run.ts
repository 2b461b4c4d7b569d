/**
 * Runs the tests in one process more than there are cores, each with many files: a process a file costs more than most
 * files do. `node test/runner/run.ts [--quick | --turns | --long | --measure] [--times] [path …]`. The closing line counts what was run; what was skipped is named with its reason.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { isSampled } from "../sample.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** As bin/cordon.js does: what is compiled once serves every process of a run, and the next run. */
process.env.NODE_COMPILE_CACHE ??= join(ROOT, "node_modules/.cache/compiled");
/** Another sample every day, so that none is never taken; a failure is had again by the seed that is printed. */
process.env.CORDON_SEED ??= String(Math.floor(Date.now() / 86_400_000));
const SHARD = join(import.meta.dirname, "shard.ts");

/**
 * Seconds of CPU by file, of those that take one or more; `--measure` runs every file and writes them anew. Files are dealt by
 * them, the quick run leaves these files out, and the dearest take turns: the whole is `npm run test:long`.
 */
const COSTS = join(import.meta.dirname, "costs.json");
const costs = JSON.parse(readFileSync(COSTS, "utf8")) as Readonly<Record<string, number>>;
/** A browser ends without telling what it took. */
const BROWSER_SECONDS = 20;
const costOf = (file: string): number =>
  costs[relative(ROOT, file)] ?? (file.endsWith("web/browser.test.ts") ? BROWSER_SECONDS : 0);
const DEAR_SECONDS = 4;
/** Of the dear files, one in so many in a run that does not name them. */
const ONE_IN = 4;
/** Never waits for a turn: the way from finding to proven bundle, by the steps and by the command, and the page in a browser. */
const ALWAYS = /^test\/(response\/respond|cli\/cli|web\/browser)\.test/;

interface Result {
  readonly counts: { readonly passed: number; readonly failed: number; readonly skipped: number };
  readonly skips: readonly string[];
  readonly spent: Readonly<Record<string, number>>;
  readonly slow: readonly { readonly name: string; readonly milliseconds: number }[];
}

const testFiles = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name));

const chosen = (args: readonly string[]): readonly string[] => {
  const paths = args.filter((arg) => !arg.startsWith("--")).map((path) => resolve(path));
  const all = testFiles(join(ROOT, "test"));
  if (paths.length > 0) return all.filter((file) => paths.some((path) => file.startsWith(path)));
  if (args.includes("--measure")) return all;
  if (args.includes("--quick")) return all.filter((file) => costOf(file) === 0);
  if (args.includes("--turns")) return all.filter(takesTurns);
  if (args.includes("--long")) return all.filter((file) => takesTurns(file) || takesSamples(file));
  // By cost, so that the days cost alike.
  const turns = all.filter(takesTurns).toSorted((a, b) => costOf(b) - costOf(a));
  return all.filter((file) => !takesTurns(file) || isSampled(turns.indexOf(file), ONE_IN));
};

const takesTurns = (file: string): boolean => costOf(file) >= DEAR_SECONDS && !ALWAYS.test(relative(ROOT, file));
const takesSamples = (file: string): boolean =>
  /"(\.\.\/)+sample\.ts"|CORDON_(LONG|FUZZ)/.test(readFileSync(file, "utf8"));

/** The long ones first and apart, the others dealt by size: no shard waits long for the other. */
const deal = (files: readonly string[], shards: number): readonly (readonly string[])[] => {
  const weight = (file: string): number => costOf(file) || statSync(file).size / 40_000;
  const hands = Array.from({ length: shards }, () => ({ files: [] as string[], weight: 0 }));
  for (const file of files.toSorted((a, b) => weight(b) - weight(a))) {
    const lightest = hands.reduce((least, hand) => (hand.weight < least.weight ? hand : least));
    lightest.files.push(file);
    lightest.weight += weight(file);
  }
  return hands.map((hand) => hand.files).filter((hand) => hand.length > 0);
};

const runShard = (files: readonly string[], result: string): Promise<Result | null> =>
  new Promise((done) => {
    const flags = ["--disable-warning=ExperimentalWarning", "--disable-warning=TimeoutNegativeWarning"];
    spawn(process.execPath, [...flags, SHARD, result, ...files], { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] })
      .on("error", () => done(null))
      .on("close", () => {
        try {
          done(JSON.parse(readFileSync(result, "utf8")) as Result);
        } catch {
          done(null);
        }
      });
  });

/** A file system in memory, where every fsync is free (a third of all waiting on a busy disk); else where temporary files lie. */
const fastPlace = (): string => {
  const memory = "/dev/shm";
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > MEMORY_BYTES && runsPrograms(memory) ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
};

/** Containers often mount it `noexec`. */
const runsPrograms = (folder: string): boolean => {
  const place = mkdtempSync(join(folder, "cordon-trial-"));
  try {
    writeFileSync(join(place, "trial"), "#!/bin/sh\n", { mode: 0o755 });
    return spawnSync(join(place, "trial")).status === 0;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
};

/** Several times what a run leaves there until its end. */
const MEMORY_BYTES = 4e9;

const args = process.argv.slice(2);
/** `npm test`, which some of the files are too dear for every day. */
const isEverything = args.every((arg) => arg === "--times" || arg === "--slow");
const files = chosen(args);
const folder = mkdtempSync(join(fastPlace(), "cordon-tests-"));
// Some tests run a program as somebody else.
chmodSync(folder, 0o755);
/** What the tests leave behind goes with this folder; what is recorded once (test/recording.ts) is in it too. */
for (const [variable, name] of [
  ["TMPDIR", "tmp"],
  ["CORDON_TEST_RUN", "recorded"],
] as const) {
  process.env[variable] = join(folder, name);
  mkdirSync(join(folder, name), { mode: variable === "TMPDIR" ? 0o1777 : 0o755 });
}
chmodSync(join(folder, "tmp"), 0o1777);
const takeAway = (): void => rmSync(folder, { recursive: true, force: true });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => {
    takeAway();
    process.exit(1);
  });
/** One more than cores: many tests wait for a disk, a browser or a clock. */
const hands = deal(files, Math.min(availableParallelism() + 1, 5));
const results = await Promise.all(hands.map((hand, index) => runShard(hand, join(folder, `${index}.json`))));
takeAway();

const total = { passed: 0, failed: 0, skipped: 0 };
for (const [index, result] of results.entries()) {
  if (result === null) {
    process.stdout.write(
      `\n✖ a process died before it could say what it ran: ${hands[index]!.map((file) => relative(ROOT, file)).join(" ")}\n`,
    );
    total.failed += 1;
    continue;
  }
  for (const name of ["passed", "failed", "skipped"] as const) total[name] += result.counts[name];
  for (const skip of result.skips) process.stdout.write(`skipped: ${skip}\n`);
}
if (args.includes("--slow"))
  for (const { name, milliseconds } of results
    .flatMap((result) => result?.slow ?? [])
    .toSorted((a, b) => b.milliseconds - a.milliseconds))
    process.stdout.write(`${Math.round(milliseconds)} ms  ${name}\n`);
const spent = results
  .flatMap((result) => Object.entries(result?.spent ?? {}))
  .map(([file, milliseconds]) => [file, Math.round(milliseconds / 100) / 10] as const)
  .toSorted(([, one], [, other]) => other - one);
if (args.includes("--measure")) {
  const dear = spent.filter(([file, seconds]) => seconds >= 1 && file.endsWith(".test.ts"));
  writeFileSync(COSTS, `${JSON.stringify(Object.fromEntries(dear), null, 2)}\n`);
}
if (args.includes("--times"))
  for (const [file, seconds] of spent)
    process.stdout.write(`${seconds.toFixed(1).padStart(7)} s of CPU  ${file || "while files were loaded"}\n`);
const waiting = isEverything ? testFiles(join(ROOT, "test")).length - files.length : 0;
if (waiting > 0)
  process.stdout.write(`${waiting} of the dearest test files wait for another day: npm run test:turns runs them all\n`);
process.stdout.write(`samples and turns by CORDON_SEED=${process.env.CORDON_SEED}; all of them: npm run test:long\n`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
