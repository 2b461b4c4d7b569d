import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../base/jcs.ts";
import { parseTrustRoot } from "../evidence/trustRoot.ts";
import { createExclusively, readIfThere } from "./files.ts";
import type { Home } from "./home.ts";
import { openKeyFile, publicKeyOf } from "./signer.ts";

/** Keys of a data directory that are replaced by `keys rotate`. */
export const ROTATED = ["evidence", "ledger"] as const;
export type Rotated = (typeof ROTATED)[number];

/** Where a key lies, and where its successor waits until `keys.json` names it. */
export const keyPath = ({ keys }: Home, purpose: Rotated): string => join(keys, `${purpose}.pem`);
export const nextKeyPath = ({ keys }: Home, purpose: Rotated): string => join(keys, `${purpose}-next.pem`);

/**
 * Finishes rotations that a crash interrupted after `keys.json` named the new key: from then on what the old key signs
 * does not count any more, so no process may begin with it.
 */
export const finishRotations = (home: Home): void => {
  const bytes = readIfThere(join(home.keys, "keys.json"));
  for (const purpose of ROTATED) {
    const next = nextKeyPath(home, purpose);
    if (bytes === null || !existsSync(next)) continue;
    const id = sha256Hex(publicKeyOf(openKeyFile(next)));
    if (parseTrustRoot(bytes).keys.some((key) => key.id === id)) takeOver(home, purpose);
  }
};

/** The next key takes its place; the old one is kept under its fingerprint. Harmless when another process was faster. */
export const takeOver = (home: Home, purpose: Rotated): void => {
  const [present, next] = [keyPath(home, purpose), nextKeyPath(home, purpose)];
  const outgoing = sha256Hex(publicKeyOf(openKeyFile(present))).slice(0, 16);
  createExclusively(join(home.keys, `${purpose}-${outgoing}.pem`), readFileSync(present));
  try {
    renameSync(next, present);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
};
