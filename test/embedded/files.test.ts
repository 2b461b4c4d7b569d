import assert from "node:assert/strict";
import { test } from "node:test";
import { createFiles, type Files, isDraft } from "../../lib/embedded/files.ts";
import { type ForgetfulDisk, forgetfulDisk } from "./forgetfulDisk.ts";

const PATH = "/home/cases/one/docs/plan.json";
const OLD = "the old bytes";
const NEW = "the new bytes, which are longer";
const WAYS = [
  ["synced", "synced"],
  ["written", "synced"],
  ["written", "written"],
] as const;

const attempt = (work: () => void): string => {
  try {
    work();
    return "returned";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

/** Runs `work` again and again, with the power cut after one call more each time, until it returns. */
const atEveryCut = (
  work: (files: Files) => void,
  before: (files: Files) => void,
  judge: (disk: ForgetfulDisk, returned: boolean) => void,
): number => {
  const calm = forgetfulDisk(Number.POSITIVE_INFINITY, "CUT");
  before(createFiles(calm));
  const start = calm.calls();
  for (let cut = start; ; cut += 1) {
    const disk = forgetfulDisk(cut, "CUT");
    const files = createFiles(disk);
    before(files);
    const how = attempt(() => work(files));
    judge(disk, how === "returned");
    if (how === "returned") return cut - start;
    assert.equal(how, "CUT");
  }
};

test("a document created once is there whole or not at all after a power cut, and is there when anybody was told", () => {
  const cuts = atEveryCut(
    (files) => assert.equal(files.createExclusively(PATH, Buffer.from(NEW)), true),
    () => {},
    (disk, returned) => {
      for (const [names, bytes] of WAYS) {
        const found = disk.after(names, bytes).get(PATH);
        assert.ok(found === NEW || (found === undefined && !returned), `${names} names, ${bytes} bytes: ${found}`);
      }
    },
  );
  assert.ok(cuts > 10);
});

test("a document that is replaced has the old bytes or the new ones after a power cut, and the new ones when anybody was told", () => {
  atEveryCut(
    (files) => files.writeAtomically(PATH, Buffer.from(NEW)),
    (files) => files.writeAtomically(PATH, Buffer.from(OLD)),
    (disk, returned) => {
      for (const [names, bytes] of WAYS) {
        const found = disk.after(names, bytes).get(PATH);
        assert.ok(found === NEW || (found === OLD && !returned), `${names} names, ${bytes} bytes: ${found}`);
      }
    },
  );
});

test("whoever comes second, after a first that died at any call, answers with a document that a power cut leaves", () => {
  atEveryCut(
    (files) => files.createExclusively(PATH, Buffer.from(NEW)),
    (files) => files.createExclusively(`${PATH}.earlier`, Buffer.from(OLD)),
    (disk) => {
      disk.goOn();
      const created = createFiles(disk).createExclusively(PATH, Buffer.from(OLD));
      assert.equal(disk.after("synced", "synced").get(PATH), created ? OLD : NEW);
    },
  );
});

test("a disk that is full at any call loses nothing, leaves no draft, and takes the document when there is room", () => {
  for (let room = 0; ; room += 1) {
    const disk = forgetfulDisk(room, "ENOSPC");
    const how = attempt(() => createFiles(disk).writeAtomically(PATH, Buffer.from(NEW)));
    const found = disk.after("written", "written");
    assert.deepEqual([...found.keys()].filter(isDraft), []);
    assert.ok([undefined, NEW].includes(found.get(PATH)));
    if (how === "returned") return;
    assert.equal(how, "ENOSPC");
  }
});

const FOLDER = "/home/vault/one";
const BUNDLE = new Map([
  ["statement.json", Buffer.from(OLD)],
  ["data/plans/plan.json", Buffer.from(NEW)],
  ["data/report.md", Buffer.from("")],
]);

test("a folder put in its place is there with all its files or not at all after a power cut, and is there when anybody was told", () => {
  const wanted = [...BUNDLE].map(([name, body]) => [`${FOLDER}/${name}`, body.toString()]).sort();
  const cuts = atEveryCut(
    (files) => {
      files.writeFolder(`${FOLDER}.draft`, BUNDLE);
      files.putInPlace(`${FOLDER}.draft`, FOLDER);
    },
    () => {},
    (disk, returned) => {
      for (const [names, bytes] of WAYS) {
        const found = [...disk.after(names, bytes)].filter(([path]) => path.startsWith(`${FOLDER}/`)).sort();
        if (found.length > 0 || returned) assert.deepEqual(found, wanted, `${names} names, ${bytes} bytes`);
      }
    },
  );
  assert.ok(cuts > 20);
});

const LOG = "/home/cases/one/events.jsonl";
const append = (files: Files, line: string): void => files.appendLine(LOG, () => line);

test("a line that is appended is there whole after a power cut when anybody was told, and those before it stay", () => {
  for (const before of [[], [OLD]]) {
    const cuts = atEveryCut(
      (files) => append(files, NEW),
      (files) => {
        for (const line of before) append(files, line);
      },
      (disk, returned) => {
        const old = before.map((line) => `${line}\n`).join("");
        for (const [names, bytes] of WAYS) {
          const found = disk.after(names, bytes).get(LOG) ?? "";
          const whole = found.slice(0, found.lastIndexOf("\n") + 1);
          assert.ok(
            whole === `${old}${NEW}\n` || (whole === old && !returned),
            `${names} names, ${bytes} bytes: ${found}`,
          );
        }
      },
    );
    assert.ok(cuts > 10);
  }
});

test("whoever appends after a first that died at any call builds on what a power cut leaves, and no line is torn", () => {
  atEveryCut(
    (files) => append(files, NEW),
    (files) => append(files, OLD),
    (disk) => {
      disk.goOn();
      let seen = "";
      createFiles(disk).appendLine(LOG, (before) => {
        seen = Buffer.from(before).toString();
        return "third";
      });
      assert.ok([`${OLD}\n`, `${OLD}\n${NEW}\n`].includes(seen));
      assert.equal(disk.after("synced", "synced").get(LOG), `${seen}third\n`);
    },
  );
});

test("where nothing is to be appended nothing is written", () => {
  const disk = forgetfulDisk(0, "CUT");
  createFiles(disk).appendLine(LOG, () => null);
  assert.equal(disk.calls(), 0);
});
