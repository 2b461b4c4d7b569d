import fs from "node:fs";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { digestOfBody } from "../base/content.ts";
import { CordonError } from "../base/errors.ts";
import { fileContent } from "../base/fileContent.ts";
import type { CaseHead } from "../case/case.ts";
import { archiveOf } from "./archived.ts";
import { systemIds } from "./clock.ts";
import { exclusively } from "./database.ts";
import { isDraft, makeFolder, putInPlace, syncFolder } from "./files.ts";
import type { Home } from "./home.ts";

/** The parts of a case, each a folder of its name: sealed bundles, which are proven first, and records. */
const PARTS = ["vault", "cases"] as const;
/** Drafts of bundles that lie in the vault since: half of what a case takes. */
const LEFT_OUT = join("docs", "sealing", "/");

export interface Move {
  readonly home: Home;
  readonly db: DatabaseSync;
  readonly head: Pick<CaseHead, "caseId" | "closedAt">;
  /** Throws unless the bundles in this folder (`r1`, `r2`, …) are those that were sealed. */
  readonly assertSealed: (vault: string) => Promise<void>;
}

/**
 * Moves a case that has ended to a place, which may be on another disk: copied, synced, compared to the byte and proven, and
 * only then replaced by a link, so that every verb goes on as before. Killed at any moment, it can be asked for again.
 * Throws INPUT_INVALID, with the case whole where it was, when something of it still runs or changes, and when other things
 * lie in the place. Answers the bytes that were moved.
 */
export const archiveCase = async (move: Move, place: string): Promise<number> => {
  let bytes = 0;
  for (const part of PARTS) {
    const [from, to] = [join(move.home[part], move.head.caseId), join(place, part, move.head.caseId)];
    heal(from);
    if (archiveOf(from) !== null || !fs.existsSync(from)) continue;
    whileAtRest(move, () => {});
    const before = filesOf(from);
    if (fs.existsSync(to)) assertSame(from, before, to);
    else copyFolder(from, before, to);
    if (part === "vault") await move.assertSealed(to);
    whileAtRest(move, () => {
      assertUnchanged(from, before);
      replaceByLink(from, to);
    });
    heal(from);
    bytes += sum(before);
  }
  return bytes;
};

/** The way back: what a link names is copied, compared and proven, takes the place of the link, and leaves the archive. */
export const bringBackCase = async (move: Move): Promise<number> => {
  let bytes = 0;
  for (const part of PARTS) {
    const link = join(move.home[part], move.head.caseId);
    heal(link);
    const place = archiveOf(link);
    if (place === null) continue;
    const before = filesOf(place);
    copyFolder(place, before, back(link));
    if (part === "vault") await move.assertSealed(back(link));
    whileAtRest(move, () => {
      assertUnchanged(place, before);
      fs.rmSync(link);
      putInPlace(back(link), link);
    });
    fs.rmSync(place, { recursive: true, force: true });
    bytes += sum(before);
  }
  return bytes;
};

const aside = (folder: string): string => `${folder}.moved`;
const back = (folder: string): string => `${folder}.back`;

/** Ends what a process that died has left half done: one of the two is whole whenever the name itself is free. */
const heal = (folder: string): void => {
  for (const whole of [aside(folder), back(folder)]) {
    if (!fs.existsSync(whole)) continue;
    if (fs.lstatSync(folder, { throwIfNoEntry: false }) === undefined) putInPlace(whole, folder);
    else fs.rmSync(whole, { recursive: true, force: true });
  }
};

/** Nobody reads between the two steps without our lock; a process that dies there is healed. */
const replaceByLink = (from: string, to: string): void => {
  const link = `${from}.${systemIds.random(4)}.draft`;
  fs.symlinkSync(to, link);
  fs.renameSync(from, aside(from));
  putInPlace(link, from);
};

/** Does the work while nobody writes. Throws INPUT_INVALID unless the case has ended and nothing of it runs or waits for an answer. */
const whileAtRest = ({ db, head: { caseId, closedAt } }: Move, work: () => void): void =>
  exclusively(db, () => {
    const busy = db
      .prepare(
        "SELECT 1 FROM executions WHERE case_id = ? AND status = 'running' UNION ALL SELECT 1 FROM parked WHERE case_id = ? AND woken IS NULL",
      )
      .get(caseId, caseId);
    if (closedAt === null || busy !== undefined)
      throw new CordonError(
        "INPUT_INVALID",
        `${caseId} has not ended: something of it still runs or waits for an answer`,
      );
    work();
  });

/** What is known of a file without reading it: another value means that it changed. */
type Looks = ReadonlyMap<string, { readonly look: string; readonly bytes: number }>;

const filesOf = (folder: string): Looks =>
  new Map(
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .filter((name) => !name.startsWith(LEFT_OUT) && !name.split("/").some(isDraft))
      .sort()
      .map((name) => {
        const { size, mtimeMs, ino } = fs.statSync(join(folder, name));
        return [name, { look: `${size} ${mtimeMs} ${ino}`, bytes: size }];
      }),
  );

const sum = (files: Looks): number => [...files.values()].reduce((total, { bytes }) => total + bytes, 0);

const assertUnchanged = (folder: string, before: Looks): void => {
  const now = filesOf(folder);
  const same = now.size === before.size && [...before].every(([name, { look }]) => now.get(name)?.look === look);
  if (!same) throw new CordonError("INPUT_INVALID", `${folder} was changed while it was copied: ask again`);
};

/** Appears under its name when it is whole, durable, and to the byte what was copied. */
const copyFolder = (from: string, files: Looks, to: string): void => {
  const draft = `${to}.${systemIds.random(4)}.draft`;
  makeFolder(fs, dirname(to));
  try {
    const folders = new Set([draft]);
    for (const name of files.keys())
      for (let up = dirname(join(draft, name)); !folders.has(up); up = dirname(up)) folders.add(up);
    for (const folder of folders) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of files.keys()) copyFile(join(from, name), join(draft, name));
    for (const folder of folders) syncFolder(fs, folder);
    assertSame(from, files, draft);
    putInPlace(draft, to);
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
};

const copyFile = (from: string, to: string): void => {
  fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL);
  const file = fs.openSync(to, "r");
  try {
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
};

const assertSame = (from: string, files: Looks, to: string): void => {
  const there = filesOf(to);
  const digest = (folder: string, name: string): string => digestOfBody(fileContent(join(folder, name)));
  const same =
    there.size === files.size &&
    [...files.keys()].every((name) => there.has(name) && digest(from, name) === digest(to, name));
  if (!same)
    throw new CordonError(
      "INPUT_INVALID",
      `${to} holds something else than ${from}: nothing was moved and nothing removed`,
    );
};
