import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Bodies, digestOfBody } from "../base/content.ts";
import { CordonError } from "../base/errors.ts";
import type { Vault } from "../ports/ports.ts";
import { reachable } from "./archived.ts";
import { systemIds } from "./clock.ts";
import type { Alone } from "./database.ts";
import { bodyIfThere, isDraft, putInPlace, writeFolder } from "./files.ts";

const NAME = /^case-\d{8}-[0-9a-f]{10}\/r\d{1,6}$/;

/**
 * A write-once directory: each bundle is written aside, read-only, and renamed into place as a whole, so that a
 * crash leaves either no bundle or a complete one. It resists accidents, not the owner of the machine; what resists
 * them is the signature, the ledger and a copy elsewhere.
 */
export const createVault = (folder: string, alone: Alone = (work) => work()): Vault => {
  const path = (name: string): string => {
    if (!NAME.test(name))
      throw new CordonError("INPUT_INVALID", `expected <caseId>/r<revision>, got ${JSON.stringify(name)}`);
    reachable(join(folder, dirname(name)));
    return join(folder, name);
  };
  return {
    put: async (name, files) => putOnce(path(name), files, alone),
    locate: async (name) => (existsSync(path(name)) ? path(name) : null),
    files: async (name) => (existsSync(path(name)) ? readFiles(path(name)) : null),
    list: async (prefix) => listBundles(folder).filter((name) => name.startsWith(prefix)),
  };
};

const putOnce = (place: string, files: Bodies, alone: Alone): string => {
  if (existsSync(place)) return asSealed(place, files);
  const draft = `${place}.${systemIds.random(6)}.draft`;
  try {
    writeFolder(draft, files);
    return alone(() => {
      if (existsSync(place)) return asSealed(place, files);
      putInPlace(draft, place);
      return place;
    });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};

const asSealed = (place: string, files: Bodies): string => {
  if (sameFiles(readFiles(place), files)) return place;
  throw new CordonError("DOCUMENT_CONFLICT", `${place} is sealed already, with other bytes`);
};

const readFiles = (folder: string): Bodies =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(folder.length + 1), bodyIfThere(file)!]),
  );

const sameFiles = (a: Bodies, b: Bodies): boolean =>
  a.size === b.size && [...a].every(([name, body]) => b.has(name) && digestOfBody(b.get(name)!) === digestOfBody(body));

/** Files that somebody left between the bundles (`.DS_Store`) are none; those of an archived case are where its link leads. */
const listBundles = (folder: string): string[] =>
  (existsSync(folder) ? foldersIn(folder) : [])
    .flatMap((caseId) => foldersIn(join(folder, caseId)).map((revision) => `${caseId}/${revision}`))
    .filter((name) => NAME.test(name))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));

const foldersIn = (folder: string): readonly string[] =>
  readdirSync(folder).filter(
    (name) => !isDraft(name) && statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() === true,
  );
