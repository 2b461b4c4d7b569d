import { EvidenceError } from "../base/evidenceError.ts";
import { sha256Hex } from "../base/jcs.ts";
import { parseManifest, renderManifest } from "./bag.ts";
import { heldFile } from "./checkAttestation.ts";
import type { FileDigest, Inventory } from "./inventory.ts";
import { FILES, isPayload, SALTS } from "./layout.ts";

/**
 * What stands for a file of a bundle where the bundle itself is not: its digest with a salt of its own, 256 bits that lie in the
 * original alone. A plain digest of a file with one unknown name in it gives the name to whoever tries all names.
 */
export const saltedDigest = (salt: string, sha256: string): string => sha256Hex(`${salt} ${sha256}\n`);

/** `data/salts.txt` and `salted-digests.txt` of a payload (its digests by path, with `data/`); `salt` makes 64 hex digits. */
export function saltFiles(
  payload: ReadonlyMap<string, Pick<FileDigest, "sha256">>,
  salt: () => string,
): { readonly salts: string; readonly salted: string } {
  const salts = new Map([...payload.keys()].map((path) => [path, { sha256: salt() }] as const));
  const salted = [...payload].map(([path, { sha256 }]) => {
    const digest = saltedDigest(salts.get(path)!.sha256, sha256);
    return [path, { sha256: digest }] as const;
  });
  return { salts: renderManifest(salts), salted: renderManifest(new Map(salted)) };
}

/** Whether the salted digests are those of the files here. Null: an older form, whose digests are not salted. Fault MANIFEST. */
export function checkSalts(inventory: Inventory): number | null {
  const { digests } = inventory;
  if (!digests.has(SALTS) && !digests.has(FILES.salted)) return null;
  const salts = parseManifest(heldFile(inventory, SALTS), isPayload);
  const salted = parseManifest(heldFile(inventory, FILES.salted), isPayload);
  const paths = [...digests.keys()].filter((path) => isPayload(path) && path !== SALTS);
  const wrong = paths.find((path) => {
    const salt = salts.get(path);
    return salt === undefined || salted.get(path) !== saltedDigest(salt, digests.get(path)!.sha256);
  });
  if (wrong !== undefined || salts.size !== paths.length || salted.size !== paths.length)
    throw new EvidenceError("MANIFEST", `${FILES.salted}: ${wrong ?? "other files than here"}: not the salted digest`);
  return paths.length;
}
