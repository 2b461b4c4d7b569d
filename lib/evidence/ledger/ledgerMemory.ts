import type { EvidenceFault } from "../../base/evidenceError.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { sameHash, verifyConsistency } from "./merkle.ts";

/** How a checkpoint stands to the newest one this auditor has seen of the same log. */
export interface Comparison {
  readonly relation: "first" | "same" | "newer" | "older";
  /** FORK, INCONSISTENT, ROLLBACK (the log itself went back) or LEDGER_UNTRUSTED (not provable with what was given). */
  readonly errors: readonly EvidenceFault[];
}

/** Consistency hashes between two sizes of the log (RFC 6962), or null when whoever shows the log does not give them. */
export type ConsistencyBetween = (from: number, to: number) => readonly Uint8Array[] | null;

/**
 * Holds a verified checkpoint against the one remembered. Two views of a log must be prefixes of each other, and it is
 * for whoever shows the log to prove it: no proof is a fault. An older checkpoint is a ROLLBACK when it is shown as
 * the log's present `head`; inside a `bundle` it is old news and only must be consistent.
 */
export function compareCheckpoints(
  remembered: Checkpoint | null,
  shown: Checkpoint,
  as: "head" | "bundle",
  between: ConsistencyBetween,
): Comparison {
  if (remembered === null) return { relation: "first", errors: [] };
  if (shown.size === remembered.size) return { relation: "same", errors: sameRoots(remembered, shown) };
  const isNewer = shown.size > remembered.size;
  const errors = isNewer ? extension(remembered, shown, between) : extension(shown, remembered, between);
  if (isNewer) return { relation: "newer", errors };
  const detail = `${remembered.size} entries were signed when last seen, now ${shown.size}`;
  return { relation: "older", errors: as === "head" ? [{ code: "ROLLBACK", detail }, ...errors] : errors };
}

function sameRoots(remembered: Checkpoint, shown: Checkpoint): readonly EvidenceFault[] {
  if (sameHash(remembered.root, shown.root)) return [];
  return [{ code: "FORK", detail: `two signed roots for ${shown.size} entries of ${shown.origin}` }];
}

function extension(from: Checkpoint, to: Checkpoint, between: ConsistencyBetween): readonly EvidenceFault[] {
  const proof = between(from.size, to.size);
  if (proof === null) {
    return [
      {
        code: "LEDGER_UNTRUSTED",
        detail: `no proof that the log of ${to.size} entries extends the one of ${from.size}`,
      },
    ];
  }
  if (verifyConsistency({ from, to, proof })) return [];
  return [{ code: "INCONSISTENT", detail: `the log of ${to.size} entries does not extend the one of ${from.size}` }];
}
