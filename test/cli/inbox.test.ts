import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { caseIdOf } from "../../lib/case/case.ts";
import { openInbox } from "../../lib/cli/inbox.ts";
import type { Begun } from "../../lib/embedded/journal.ts";

const FINDING = resolve(import.meta.dirname, "../fixtures/otrf-case/finding.json");
const root = mkdtempSync(join(tmpdir(), "cordon-inbox-"));
after(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;

/** An inbox on a clock of its own, over a journal that only remembers what was begun. `full` makes it refuse to. */
const world = () => {
  const folder = join(root, `${++folders}`);
  const time = { ms: 0 };
  const journal = { full: false, begun: [] as Begun[] };
  const said: string[] = [];
  const inbox = openInbox({
    folder,
    sources: { logs: null, iam: null, buckets: null },
    deployment: {
      bind: (_caseId: string, sources: unknown) => sources,
      caseFor: caseIdOf,
      settings: { openOn: ["Exfiltration:S3/*"], minimumSeverity: 0 },
      journal: {
        begin: (execution: Begun) => {
          if (journal.full) throw Object.assign(new Error("database or disk is full"), { errcode: 13 });
          journal.begun.push(execution);
          return "begun";
        },
      },
    } as never,
    monotonicMs: () => time.ms,
    note: (text) => said.push(text),
    warn: (text) => said.push(text),
  });
  const turns = (count: number): void => {
    for (let turn = 0; turn < count; turn += 1) {
      time.ms += 500;
      inbox.look();
    }
  };
  turns(1);
  return { folder, inbox, journal, said, turns, at: (name: string) => join(folder, name) };
};

for (const name of [
  "finding.json",
  "FINDING.JSON",
  "finding",
  "заметка.txt",
  "a b.json",
  "\u001b[31m.json",
  `${"x".repeat(250)}.json`,
]) {
  test(`a finding is taken whatever its file is called: ${JSON.stringify(name.slice(0, 20))}`, () => {
    const { journal, turns, folder } = world();
    copyFileSync(FINDING, join(folder, name));
    turns(3);
    assert.equal(journal.begun.length, 1);
    assert.deepEqual(readdirSync(folder), ["taken"]);
    assert.equal(readdirSync(join(folder, "taken")).length, 1);
  });
}

test("a name that is no text is taken too", { skip: process.platform !== "linux" && "names are text here" }, () => {
  const { journal, turns, folder } = world();
  copyFileSync(FINDING, Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe, 0x2e, 0x6a])]));
  turns(3);
  assert.equal(journal.begun.length, 1);
});

test("time stamps of the future and of the past make no difference", () => {
  const { journal, turns, at } = world();
  for (const [name, at0] of [
    ["a.json", 4e9],
    ["b.json", 0],
  ] as const) {
    copyFileSync(FINDING, at(name));
    utimesSync(at(name), at0, at0);
  }
  turns(3);
  assert.equal(journal.begun.length, 2);
});

test("a file that is still growing is left alone until it has ended", () => {
  const { journal, turns, at } = world();
  const text = readFileSync(FINDING, "utf8");
  for (let length = 100; length < text.length; length += Math.ceil(text.length / 8)) {
    writeFileSync(at("f.json"), text.slice(0, length));
    turns(1);
  }
  assert.equal(journal.begun.length, 0);
  writeFileSync(at("f.json"), text);
  turns(3);
  assert.equal(journal.begun.length, 1);
});

test("what is being carried there or belongs to an editor is not touched", () => {
  const { journal, said, turns, folder, at } = world();
  const names = [".f.json", "f.json.tmp", "f.json.part", "f.json~", ".DS_Store", "f.json.swp"];
  for (const name of names) copyFileSync(FINDING, at(name));
  turns(4);
  assert.deepEqual([journal.begun, said, readdirSync(folder).sort()], [[], [], names.sort()]);
});

test("what is no finding is named once, kept with its reason, and taken when it is corrected there", () => {
  const { journal, said, turns, at } = world();
  writeFileSync(at("f.json"), "{}");
  turns(6);
  assert.deepEqual(said.filter((line) => line.includes("f.json")).length, 1);
  assert.equal(readFileSync(at("refused/f.json"), "utf8"), "{}");
  assert.match(readFileSync(at("refused/f.json.reason.txt"), "utf8"), /expected/);
  // Nobody corrects a file within the tick of the clock in which its reason was written; a test may.
  const changedAt = (name: string): number => statSync(at(name)).ctimeMs;
  do copyFileSync(FINDING, at("refused/f.json"));
  while (changedAt("refused/f.json") <= changedAt("refused/f.json.reason.txt"));
  turns(10);
  assert.equal(journal.begun.length, 1);
  assert.ok(existsSync(at("taken/f.json")));
});

test("links in a circle that lie in taken/ and refused/ stop nothing", () => {
  const { inbox, journal, turns, at } = world();
  for (const place of ["taken", "refused"]) {
    mkdirSync(at(place), { recursive: true });
    symlinkSync(at(`${place}/one.json`), at(`${place}/one.json`));
  }
  writeFileSync(at("refused/one.json.reason.txt"), "no finding");
  copyFileSync(FINDING, at("one.json"));
  turns(12);
  assert.deepEqual([journal.begun.length, inbox.counts().readable], [1, true]);
  assert.deepEqual(readdirSync(at("taken")).sort(), ["one.json", "one.json.2"]);
});

test("an earlier file of the same name stays", () => {
  const { turns, at } = world();
  for (let time = 0; time < 3; time += 1) {
    copyFileSync(FINDING, at("f.json"));
    turns(3);
  }
  assert.deepEqual(readdirSync(at("taken")).sort(), ["f.json", "f.json.2", "f.json.3"]);
});

test("folders, pipes, devices, links to nothing and in a circle are named once and left; a link to a finding is taken", () => {
  const { inbox, journal, said, turns, at } = world();
  mkdirSync(at("folder.json"));
  execFileSync("mkfifo", [at("pipe.json")]);
  symlinkSync("/dev/zero", at("zero.json"));
  symlinkSync(at("nowhere"), at("dangling.json"));
  symlinkSync(at("circle.json"), at("circle.json"));
  symlinkSync(FINDING, at("link.json"));
  turns(6);
  assert.equal(inbox.counts().readable, true);
  assert.equal(journal.begun.length, 1);
  for (const name of ["folder", "pipe", "zero", "dangling", "circle"])
    assert.equal(said.filter((line) => line.includes(`${name}.json`)).length, 1, name);
});

test("a file in the place of taken/ or refused/ stops nothing: each file is named once and stays", () => {
  const { journal, said, turns, at } = world();
  writeFileSync(at("taken"), "");
  writeFileSync(at("refused"), "");
  copyFileSync(FINDING, at("good.json"));
  writeFileSync(at("bad.json"), "[");
  turns(8);
  assert.equal(journal.begun.length, 1);
  assert.ok(existsSync(at("good.json")) && existsSync(at("bad.json")));
  assert.ok(said.filter((line) => line.includes("bad.json")).length <= 2);
});

test("an inbox that is removed is made again; one that cannot be read is said once and looked at again", () => {
  const { folder, inbox, journal, said, turns } = world();
  rmSync(folder, { recursive: true });
  turns(2);
  assert.ok(existsSync(folder));
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "a file in its place");
  turns(3);
  assert.equal(inbox.counts().readable, false);
  assert.equal(said.length, 1);
  rmSync(folder);
  turns(1);
  copyFileSync(FINDING, join(folder, "f.json"));
  turns(3);
  assert.deepEqual([journal.begun.length, inbox.counts().readable], [1, true]);
});

test("a journal without room keeps the file where it is, and takes it when there is room", () => {
  const { journal, said, turns, at } = world();
  journal.full = true;
  copyFileSync(FINDING, at("f.json"));
  turns(6);
  assert.ok(existsSync(at("f.json")));
  assert.equal(said.length, 1);
  journal.full = false;
  turns(3);
  assert.equal(journal.begun.length, 1);
  assert.ok(existsSync(at("taken/f.json")));
});

test("a file that may not be read is named once and taken when its mode changes", {
  skip: process.getuid?.() === 0 && "root reads everything",
}, () => {
  const { journal, said, turns, at } = world();
  copyFileSync(FINDING, at("f.json"));
  chmodSync(at("f.json"), 0);
  turns(5);
  assert.deepEqual([journal.begun.length, said.length], [0, 1]);
  chmodSync(at("f.json"), 0o600);
  turns(3);
  assert.equal(journal.begun.length, 1);
});

test("hostile nesting is refused, and what comes after it is taken", () => {
  const { journal, turns, at } = world();
  writeFileSync(at("a.json"), "[".repeat(300_000) + "]".repeat(300_000));
  writeFileSync(at("b.json"), `${'{"detail":'.repeat(200_000)}1${"}".repeat(200_000)}`);
  copyFileSync(FINDING, at("c.json"));
  turns(3);
  assert.equal(journal.begun.length, 1);
  assert.ok(existsSync(at("refused/a.json")) && existsSync(at("refused/b.json")));
});

test("a burst is taken a part at a time, and whole", () => {
  const { journal, turns, at } = world();
  for (let number = 0; number < 120; number += 1) copyFileSync(FINDING, at(`${number}.json`));
  turns(2);
  assert.ok(journal.begun.length > 0 && journal.begun.length < 120);
  turns(4);
  assert.equal(journal.begun.length, 120);
});

test("a file that is replaced under the same name while it is looked at is taken in its last form", () => {
  const { journal, turns, at } = world();
  writeFileSync(at("f.json"), "{");
  turns(1);
  copyFileSync(FINDING, at("g.part"));
  renameSync(at("g.part"), at("f.json"));
  turns(3);
  assert.equal(journal.begun.length, 1);
});

test("of files that arrive together the gravest finding is begun first, also among more than are begun in one look", () => {
  const { journal, turns, at } = world();
  const finding = JSON.parse(readFileSync(FINDING, "utf8")) as { detail: object };
  const severities = Array.from({ length: 130 }, (_, index) => ((index * 37) % 100) / 10);
  for (const [index, severity] of severities.entries())
    writeFileSync(
      at(`${String(index).padStart(3, "0")}.json`),
      JSON.stringify({ ...finding, detail: { ...finding.detail, id: `finding-${index}`, severity } }),
    );
  turns(2);
  assert.equal(journal.begun.length, 100);
  turns(1);
  assert.deepEqual(
    journal.begun.map(({ urgency }) => urgency),
    severities.toSorted((a, b) => b - a),
  );
});
