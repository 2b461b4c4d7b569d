import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CordonError } from "../base/errors.ts";
import { sha256Hex } from "../base/jcs.ts";
import type { Vault } from "../ports/ports.ts";
import { writeAtomically } from "./files.ts";

const NAME = /^case-\d{8}-[0-9a-f]{10}\/r\d{1,6}$/;

/**
 * A write-once directory: each bundle is written aside, made read-only and renamed into place as a whole, so that a
 * crash leaves either no bundle or a complete one. It resists accidents, not the owner of the machine; what resists
 * him is the signature, the ledger and a copy elsewhere.
 */
export const createVault = (folder: string): Vault => {
  const path = (name: string): string => {
    if (!NAME.test(name))
      throw new CordonError("INPUT_INVALID", `expected <caseId>/r<revision>, got ${JSON.stringify(name)}`);
    return join(folder, name);
  };
  return {
    put: async (name, files) => putOnce(path(name), files),
    locate: async (name) => (existsSync(path(name)) ? path(name) : null),
    files: async (name) => (existsSync(path(name)) ? readFiles(path(name)) : null),
    list: async (prefix) => listBundles(folder).filter((name) => name.startsWith(prefix)),
  };
};

const putOnce = (place: string, files: ReadonlyMap<string, Uint8Array>): string => {
  if (existsSync(place)) {
    if (sameFiles(readFiles(place), files)) return place;
    throw new CordonError("DOCUMENT_CONFLICT", `${place} is sealed already, with other bytes`);
  }
  const draft = `${place}.${process.pid}.draft`;
  rmSync(draft, { recursive: true, force: true });
  for (const [name, bytes] of files) writeAtomically(join(draft, name), bytes);
  makeReadOnly(draft);
  renameSync(draft, place);
  return place;
};

const makeReadOnly = (folder: string): void => {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o400);
  }
};

const readFiles = (folder: string): ReadonlyMap<string, Uint8Array> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(folder.length + 1), readFileSync(file)]),
  );

const sameFiles = (a: ReadonlyMap<string, Uint8Array>, b: ReadonlyMap<string, Uint8Array>): boolean =>
  a.size === b.size && [...a].every(([name, bytes]) => b.has(name) && sha256Hex(b.get(name)!) === sha256Hex(bytes));

const listBundles = (folder: string): string[] =>
  readdirSync(folder)
    .filter((caseId) => !caseId.endsWith(".draft"))
    .flatMap((caseId) => readdirSync(join(folder, caseId)).map((revision) => `${caseId}/${revision}`))
    .filter((name) => NAME.test(name))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
