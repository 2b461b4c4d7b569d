/**
 * One process that runs many test files in turn, so that the code under test is loaded once. Arguments: a result file, then
 * test files. A file with hooks of its own at its top gets a process of its own: in a shared one they are everybody's; so does one that
 * calls the command line in its own process.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { LONG } from "../sample.ts";

const [result, ...files] = process.argv.slice(2) as [string, ...string[]];
/** What a property tries is had again by the seed that is printed. */
fc.configureGlobal({ seed: Number(process.env.CORDON_SEED ?? 1) });
const counts = { passed: 0, failed: 0, skipped: 0 };
const skips: string[] = [];
const slow: { readonly name: string; readonly milliseconds: number }[] = [];

/** CPU milliseconds by test file, with those of the processes that ended under it; what files do while they are loaded is under `""`. */
const spent: Record<string, number> = {};
let counted = 0;
const countFor = (file: string): void => {
  const now = cpuMs();
  const name = relative(process.cwd(), file);
  spent[name] = (spent[name] ?? 0) + now - counted;
  counted = now;
};
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + childrenMs();
};
/** Linux counts them in ticks of 10 ms; elsewhere they are not known. */
const childrenMs = (): number => {
  if (process.platform !== "linux") return 0;
  const [user, system] = readFileSync("/proc/self/stat", "utf8").split(") ")[1]!.split(" ").slice(13);
  return (Number(user) + Number(system)) * 10;
};

const placeOf = (file: string | undefined, line: number | undefined): string =>
  file === undefined ? "" : `${relative(process.cwd(), file)}:${line ?? 1}`;

/** Hooks at its top, or the command line called in its own process. */
const isForItself = (file: string): boolean =>
  /^(before|beforeEach|afterEach)\(|from "[^"]*\bhere\.ts"/m.test(readFileSync(file, "utf8"));
const { own = [], shared = [] } = Object.groupBy(files, (file) => (isForItself(file) ? "own" : "shared"));

/** No test takes as long, outside the long run. One that fails and leaves a server open would keep its process, and the whole run, for ever. */
const STANDS_STILL_MS = Number(process.env.CORDON_STANDS_STILL_MS ?? (LONG ? 3_600_000 : 600_000));
const standsStill = new AbortController();
const begun = new Set<string>();
let last = "";
let watch: NodeJS.Timeout | undefined;

const finish = (): never => {
  slow.sort((a, b) => b.milliseconds - a.milliseconds);
  writeFileSync(result, JSON.stringify({ counts, skips, slow: slow.slice(0, 25), spent }));
  process.exit(counts.failed === 0 ? 0 : 1);
};

const heard = (name: string, file = ""): void => {
  last = name;
  begun.add(file);
  clearTimeout(watch);
  watch = setTimeout(() => {
    counts.failed += 1;
    const unheard = files.filter((file) => !begun.has(file)).map((file) => relative(process.cwd(), file));
    process.stdout.write(
      `\n✖ nothing came for ${STANDS_STILL_MS / 1000} s after: ${last}\n  not heard of: ${unheard.join(" ") || "none"}\n`,
    );
    // The process of a file of its own ends with this, and what it began.
    standsStill.abort();
    setImmediate(finish);
  }, STANDS_STILL_MS);
  // The end comes when nothing keeps the process any more: the watch may not be what keeps it.
  watch.unref();
};

const play = (some: readonly string[], isolation: "none" | "process"): Promise<void> =>
  some.length === 0
    ? Promise.resolve()
    : new Promise((done) => {
        run({
          files: [...some],
          isolation,
          concurrency: isolation === "process" ? 1 : false,
          signal: standsStill.signal,
        })
          .once("test:dequeue", () => countFor(""))
          // A process of its own is counted when it has ended.
          .on("test:summary", ({ file }) => countFor(file ?? ""))
          .on("test:pass", ({ name, file, line, skip, details }) => {
            heard(`${placeOf(file, line)} ${name}`, file);
            if (isolation === "none") countFor(file ?? "");
            if (details.type === "suite") return;
            if (skip !== undefined && skip !== false) {
              counts.skipped += 1;
              skips.push(`${placeOf(file, line)} ${name}: ${skip === true ? "no reason" : skip}`);
            } else counts.passed += 1;
            slow.push({ name: `${placeOf(file, line)} ${name}`, milliseconds: details.duration_ms });
          })
          .on("test:fail", ({ name, file, line, details }) => {
            heard(`${placeOf(file, line)} ${name}`, file);
            if (isolation === "none") countFor(file ?? "");
            counts.failed += 1;
            const error = details.error.cause ?? details.error;
            process.stdout.write(`\n✖ ${name}\n  ${placeOf(file, line)}\n${inspect(error, { depth: 5 })}\n`);
          })
          .on("end", () => done())
          .resume();
      });

heard("the start");
await play(own, "process");
await play(shared, "none");
finish();
