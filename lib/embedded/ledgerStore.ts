import fs, { closeSync, existsSync, fsyncSync, linkSync, openSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { CordonError } from "../base/errors.ts";
import type { LedgerStore } from "../evidence/ledger/ledgerStore.ts";
import { systemIds } from "./clock.ts";
import type { Alone } from "./database.ts";
import { makeFolder, readIfThere, syncFolder, writeAll } from "./files.ts";

const NAME = /^[a-z0-9]+(?:\/[a-z0-9]+)*(?:\.[a-z0-9]+)?$/;

/** Called between any two steps that a crash could separate, as `<folder>:<step>`; tests kill the process there. */
export type Step = (point: string) => void;
/** The steps of `create`, in order. A document without content has no draft, and skips the middle three. */
export const STEPS = ["begun", "half written", "drafted", "linked", "visible", "durable"] as const;

/**
 * A ledger in a directory. A document appears by hard link from a synced draft, which no second link can replace: it is
 * there whole or not at all, also after a power cut, and the folder is synced before anyone is told. Two or three syncs
 * a document; needs a file system with hard links. Synchronous calls, because they cost less here than a thread pool, and
 * so that a document is created within `alone`.
 */
export function createDirectoryStore(
  folder: string,
  step: Step = () => {},
  alone: Alone = (work) => work(),
): LedgerStore {
  const path = (name: string): string => {
    if (!NAME.test(name))
      throw new CordonError("INPUT_INVALID", `Ledger: not a document name: ${JSON.stringify(name)}`);
    return join(folder, name);
  };
  return {
    create: async (name, bytes) => {
      const at = (point: (typeof STEPS)[number]): void => step(`${name.split("/", 1)[0]}:${point}`);
      return alone(() => create(path(name), join(folder, "draft"), bytes, at));
    },
    has: async (name) => existsSync(path(name)),
    read: async (name) => readIfThere(path(name)),
    // Files that somebody left there (`.DS_Store`) are no documents.
    list: async (under) =>
      listFolder(path(under.replace(/\/$/, "")))
        .map((name) => `${under}${name}`)
        .filter((name) => NAME.test(name)),
  };
}

type AtStep = (point: (typeof STEPS)[number]) => void;

function create(place: string, drafts: string, bytes: Uint8Array, step: AtStep): boolean {
  makeFolder(fs, dirname(place));
  step("begun");
  const created = bytes.length === 0 ? createEmpty(place) : linkDraft(place, drafts, bytes, step);
  step("visible");
  // Also for the loser of a race: what it now builds upon must not vanish in a power cut after it has answered.
  syncFolder(fs, dirname(place));
  step("durable");
  return created;
}

/** Nothing inside means nothing torn: no draft needed. */
function createEmpty(place: string): boolean {
  return unlessThere(() => closeSync(openSync(place, "wx", 0o600)));
}

/** Shared by nobody: process numbers are, by containers. */
const WRITER = systemIds.random(6);
let drafts = 0;

function linkDraft(place: string, folder: string, bytes: Uint8Array, step: AtStep): boolean {
  if (existsSync(place)) return false;
  drafts += 1;
  const draft = join(folder, `${WRITER}-${drafts}`);
  makeFolder(fs, folder);
  // Whatever lies there may be linked to an entry: never write into it.
  rmSync(draft, { force: true });
  const file = openSync(draft, "wx", 0o600);
  try {
    writeAll(file, bytes.subarray(0, bytes.length >> 1));
    step("half written");
    writeAll(file, bytes.subarray(bytes.length >> 1));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  step("drafted");
  const created = unlessThere(() => linkSync(draft, place));
  step("linked");
  rmSync(draft, { force: true });
  return created;
}

function unlessThere(make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function listFolder(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
