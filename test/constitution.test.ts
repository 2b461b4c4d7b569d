import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { commands } from "../lib/cli/commands.ts";
import { documents, type Import, importsOf, ROOMS, ROOT, read, roomOf, STEPS, sourcesIn } from "./house.ts";

const offenders = (folders: readonly string[], isForbidden: (one: Import) => boolean): readonly string[] =>
  folders
    .flatMap(sourcesIn)
    .flatMap(importsOf)
    .filter(isForbidden)
    .map(({ from, to }) => `${from} imports ${to}`);

const isBelow = (path: string, ...folders: readonly string[]): boolean =>
  folders.some((folder) => path.startsWith(`${folder}/`));
const isOurs = (path: string): boolean => isBelow(path, "lib", "handlers", "bin");
const isPackage = ({ to }: Import): boolean => !isOurs(to) && !to.startsWith("node:");

test("every arrow between rooms points down the table, type imports included", () => {
  const arrows = sourcesIn("lib")
    .flatMap(importsOf)
    .filter(({ from, to }) => isBelow(to, "lib") && roomOf(from) !== roomOf(to));
  assert.ok(arrows.length > 500);
  const wrong = arrows.filter(({ from, to }) => !ROOMS[roomOf(from)]?.includes(roomOf(to)));
  assert.deepEqual(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
  );
});

test("inside response no step reaches back into one that comes after it", () => {
  const folderOf = (path: string): string | undefined => /^lib\/response\/(\w+)\//.exec(path)?.[1];
  const wrong = sourcesIn("lib/response")
    .flatMap(importsOf)
    .filter(({ from, to }) => {
      const [mine, theirs] = [folderOf(from), folderOf(to)];
      return mine !== undefined && theirs !== undefined && mine !== theirs && !STEPS[mine]?.includes(theirs);
    });
  assert.deepEqual(
    wrong.map(({ from, to }) => `${from} → ${to}`),
    [],
  );
});

test("no file reaches itself through its imports, type imports included", () => {
  const files = sourcesIn("lib");
  const next = new Map(
    files.map((file) => [file, importsOf(file).flatMap(({ to }) => (files.includes(to) ? [to] : []))]),
  );
  assert.ok(files.length > 600);
  const left = new Set(files);
  /** What imports nothing that is left is in no circle; nor is what only such files are imported by. */
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const file of left) if (!next.get(file)!.some((to) => left.has(to))) left.delete(file);
  }
  assert.deepEqual(
    [...left].map((file) => `${file} → ${next.get(file)!.filter((to) => left.has(to))}`),
    [],
  );
});

test("no step reads a document of a case by a string and a cast", () => {
  const reads = sourcesIn("lib")
    .filter((path) => !isBelow(path, "lib/case", "lib/aws", "lib/embedded"))
    .flatMap((path) =>
      [...read(path).matchAll(/cases\.(?:read|write|putOnce)\([^;]*?\.jsonl?["`][^;]*;/g)].map(
        ([text]) => `${path}: ${text.slice(0, 100)}`,
      ),
    );
  assert.deepEqual(reads, []);
});

test("pure rooms rest on node's own modules and zod; evidence on node's alone, so that the verifier runs with nothing installed", () => {
  assert.deepEqual(
    offenders(["lib/base", "lib/case", "lib/core"], (one) => isPackage(one) && one.to !== "zod"),
    [],
  );
  assert.deepEqual(
    offenders(["lib/evidence"], (one) => isPackage(one) && !one.typeOnly),
    [],
  );
});

test("Zod is taken as a namespace: by its name z every bundle carries what nobody uses, its languages included", () => {
  const whole = [...sourcesIn("lib"), ...sourcesIn("handlers"), ...sourcesIn("bin")].filter((path) =>
    /^import \{[^}]*\bz\b[^}]*\} from "zod";$/m.test(read(path)),
  );
  assert.deepEqual(whole, []);
});

test("only the AWS adapters, the stacks and the command line know an SDK", () => {
  assert.deepEqual(
    offenders(
      ["lib"],
      ({ from, to }) => to.startsWith("@aws-sdk/") && !isBelow(from, "lib/aws", "lib/stack", "lib/cli"),
    ),
    [],
  );
});

test("handlers import no SDK and no adapter", () => {
  assert.deepEqual(
    offenders(
      ["handlers"],
      (one) => (isPackage(one) && one.to !== "zod") || (isOurs(one.to) && !isBelow(one.to, "lib/response", "lib/core")),
    ),
    [],
  );
});

test("time and randomness come from the clock and ids ports alone", () => {
  const reads = /\bDate\.now\(\)|new Date\(\)|Math\.random\(|\brandomBytes\(|\brandomUUID\(/;
  // The standalone verifier is a program of its own, without ports.
  const clocks = ["lib/embedded/clock.ts", "lib/aws/clock.ts", "lib/evidence/standalone.ts"];
  const found = sourcesIn("lib").filter((path) => !clocks.includes(path) && reads.test(read(path)));
  assert.deepEqual(found, []);
});

test("no method of a port is optional: an adapter that is loaded with its first call cannot be asked what it has", () => {
  const files = sourcesIn("lib/ports");
  assert.ok(files.length > 3);
  assert.deepEqual(
    files.flatMap((file) => read(file).match(/^ +\w+\?\(/gm) ?? []),
    [],
  );
});

test("no room sets flags of the process or moves it elsewhere: that is for whoever started it", () => {
  const setting = /setFlagsFromString|process\.(?:chdir|umask)\(/;
  assert.deepEqual(
    sourcesIn("lib").filter((path) => setting.test(read(path))),
    [],
  );
});

test("every error class sets a literal name, because minifying rewrites the constructor's", () => {
  const classes = sourcesIn("lib").flatMap((path) =>
    [...read(path).matchAll(/class (\w+) extends (?:Error|CordonError|EvidenceError)[^{]*\{([^}]*)/g)].map(
      ([, name, body]) => ({ path, name, body }),
    ),
  );
  assert.ok(classes.length > 0);
  assert.deepEqual(
    classes
      .filter(({ body }) => !/name(: string)? = "[A-Z]\w+"/.test(body!))
      .map(({ path, name }) => `${path}: ${name}`),
    [],
  );
});

test("no source file names a package registry or a path of the machine it was written on", () => {
  const places = /registry\.npmjs|pypi\.org|repo1\.maven|proxy\.golang|deb\.debian|\/work\/(main|shared)/;
  const all = [...["lib", "handlers", "bin", "test"].flatMap(sourcesIn)].filter(
    (path) => path !== "test/constitution.test.ts",
  );
  assert.deepEqual(
    all.filter((path) => places.test(read(path))),
    [],
  );
});

test("files of the product stay small enough to read: half under 100 lines, almost all under 240", () => {
  const lengths = ["lib", "handlers", "bin"]
    .flatMap(sourcesIn)
    .map((path) => ({ path, lines: read(path).split("\n").length }));
  const sorted = lengths.toSorted((a, b) => a.lines - b.lines);
  assert.ok(sorted[Math.floor(sorted.length / 2)]!.lines <= 100);
  assert.ok(lengths.filter(({ lines }) => lines > 240).length <= lengths.length * 0.05);
});

test("catalogue files are kebab-case and named by their id", () => {
  const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;
  for (const name of readdirSync(join(ROOT, "lib/detections")).filter((name) => name.endsWith(".sql")))
    assert.match(name.slice(0, -".sql".length), KEBAB);
  const folder = "lib/actions";
  for (const path of sourcesIn(folder).filter((path) => dirname(path) === folder && !path.endsWith("/index.ts"))) {
    const id = path.slice(folder.length + 1, -".ts".length);
    assert.match(id, KEBAB);
    if (/card/.test(read(path))) assert.ok(read(path).includes(`"${id}"`), `${path} does not carry its id`);
  }
});

/** A path of ours as it stands in a document or a comment; globs and what a build makes are none. */
const PATH = /(?<![\w/.-])((?:lib|docs|test|handlers|stateMachines|bin)\/[\w./-]*\w)/g;

test("documents and comments name only files that are there", () => {
  const named = [...documents(), ...["lib", "handlers", "bin"].flatMap(sourcesIn)].flatMap((path) =>
    [...read(path).matchAll(PATH)].map(([, to]) => ({ path, to: to! })),
  );
  assert.ok(named.length > 200);
  const isThere = (to: string): boolean => existsSync(join(ROOT, to)) || existsSync(join(ROOT, `${to}.ts`));
  assert.deepEqual(
    named.filter(({ to }) => !isThere(to)).map(({ path, to }) => `${path} names ${to}`),
    [],
  );
});

test("links between documents lead somewhere", () => {
  const links = documents().flatMap((path) =>
    [...read(path).matchAll(/\]\(([^)#\s:]+)(?:#[^)]*)?\)/g)].map(([, to]) => ({ path, to: join(dirname(path), to!) })),
  );
  assert.ok(links.length > 50);
  assert.deepEqual(
    links.filter(({ to }) => !existsSync(join(ROOT, to))).map(({ path, to }) => `${path} links to ${to}`),
    [],
  );
});

test("documents name only scripts and verbs that there are", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const names = new Set(commands.map(({ name }) => name));
  const isVerb = (first: string, second: string | undefined): boolean =>
    names.has(first) || names.has(`${first} ${second}`);
  const wrong = documents().flatMap((path) => [
    ...[...read(path).matchAll(/npm run ([\w:-]+)/g)]
      .filter(([, script]) => !(script! in scripts))
      .map(([text]) => `${path}: ${text}`),
    ...[...read(path).matchAll(/npx cordon ([a-z]+)(?: ([a-z]+))?/g)]
      .filter(([, first, second]) => !isVerb(first!, second))
      .map(([text]) => `${path}: ${text}`),
  ]);
  assert.deepEqual(wrong, []);
});
