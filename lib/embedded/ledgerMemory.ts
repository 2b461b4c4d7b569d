import { join } from "node:path";
import { CordonError } from "../base/errors.ts";
import { sha256Hex } from "../base/jcs.ts";
import { type Checkpoint, type LogKey, openCheckpoint } from "../evidence/ledger/checkpoint.ts";
import { type Comparison, type ConsistencyBetween, compareCheckpoints } from "../evidence/ledger/ledgerMemory.ts";
import { readIfThere, writeAtomically } from "./files.ts";

/** An origin may contain anything but spaces, so the file is named by its digest. */
const fileOf = (folder: string, origin: string): string => join(folder, `${sha256Hex(origin)}.checkpoint`);

/**
 * The newest checkpoint this auditor kept of a log, verbatim: with a second one that contradicts it, it proves to
 * anybody that the log lied. Null at first sight. EvidenceError when the kept file no longer verifies.
 */
export function recallCheckpoint(folder: string, origin: string, keys: readonly LogKey[]): Checkpoint | null {
  const bytes = readIfThere(fileOf(folder, origin));
  return bytes === null ? null : openCheckpoint(bytes, origin, keys);
}

/** Compares a verified checkpoint with the remembered one and demands consistency; remembers nothing. */
export function compareWithRemembered(
  folder: string,
  shown: Checkpoint,
  as: "head" | "bundle",
  log: { readonly keys: readonly LogKey[]; readonly between: ConsistencyBetween },
): Comparison {
  return compareCheckpoints(recallCheckpoint(folder, shown.origin, log.keys), shown, as, log.between);
}

/**
 * Keeps a verified checkpoint if it is newer than the remembered one. Takes the comparison that let it through, and
 * refuses (INPUT_INVALID) one with findings: a log that lied must not overwrite the proof of it.
 */
export function rememberCheckpoint(folder: string, shown: Checkpoint, comparison: Comparison): void {
  if (comparison.errors.length > 0) {
    throw new CordonError(
      "INPUT_INVALID",
      `Checkpoint of ${shown.origin} not remembered: ${comparison.errors[0]!.code}`,
    );
  }
  if (comparison.relation === "first" || comparison.relation === "newer") {
    writeAtomically(fileOf(folder, shown.origin), Buffer.from(shown.note, "utf8"));
  }
}
