import { EvidenceError } from "../../base/evidenceError.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { entryHash, parseEntry } from "./ledger.ts";
import { auditCases } from "./ledgerAuditCases.ts";
import { auditTimes } from "./ledgerAuditTimes.ts";
import { type AuditedEntry, type AuditFault, type AuditInput, fault } from "./ledgerFaults.ts";
import { createTree, leafHash, sameHash, type Tree } from "./merkle.ts";

/** Audits a whole log. Pure: the same input gives the same faults, in the order of what they rest on. */
export function auditLedger(input: AuditInput): readonly AuditFault[] {
  const { entries, faults } = readEntries(input.entries);
  return [
    ...faults,
    ...auditExtent(input),
    ...auditSignedRoots(input),
    ...auditUnsigned(input),
    ...auditRotations(entries, input),
    ...auditCases(entries, input),
    ...auditTimes(entries, input),
  ];
}

function readEntries(stored: ReadonlyMap<number, Uint8Array>): { entries: AuditedEntry[]; faults: AuditFault[] } {
  const entries: AuditedEntry[] = [];
  const faults: AuditFault[] = [];
  for (const [index, bytes] of [...stored].sort(([a], [b]) => a - b)) {
    try {
      const entry = parseEntry(bytes);
      entries.push({ index, entry, hash: entryHash(bytes) });
      if (entry.seq !== index) faults.push(fault("REORDERED", index, entry.case, `it says it is ${entry.seq}`));
    } catch (error) {
      if (!(error instanceof EvidenceError)) throw error;
      faults.push(fault("MALFORMED", index, null, error.fault.detail));
    }
  }
  return { entries, faults };
}

/** Holes, and a tail that was signed and is gone. A hole is reported once, at its first index. */
function auditExtent({ entries, checkpoints, remembered, leastSize }: AuditInput): AuditFault[] {
  const indexes = [...entries.keys()].sort((a, b) => a - b);
  const size = (indexes.at(-1) ?? -1) + 1;
  const faults = indexes.flatMap((index, at) => {
    const expected = at === 0 ? 0 : indexes[at - 1]! + 1;
    return index === expected ? [] : [fault("GAP", expected, null, `${index - expected} missing before ${index}`)];
  });
  const signed = Math.max(
    leastSize,
    ...[...checkpoints, ...(remembered === null ? [] : [remembered])].map((head) => head.size),
  );
  if (size < signed) faults.push(fault("TRUNCATED", size, null, `${signed} entries were there, ${size} are here`));
  return faults;
}

/** Whoever can write the store can add, take out and change what no checkpoint covers: it proves nothing, a whole log without one least of all. */
function auditUnsigned({ entries, checkpoints }: AuditInput): AuditFault[] {
  const size = Math.max(-1, ...entries.keys()) + 1;
  const signed = Math.max(0, ...checkpoints.map((head) => head.size));
  return size > signed ? [fault("UNSIGNED", signed, null, `${size - signed} entries behind the last signature`)] : [];
}

/** The newest keys.json is the one that the log entered last: a former one does not know which keys ended since, a later one is nobody's. */
function auditRotations(entries: readonly AuditedEntry[], { trustRoot }: AuditInput): AuditFault[] {
  if (trustRoot === null) return [];
  const rotations = entries.filter(({ entry }) => entry.type === "key-rotated");
  const last = rotations.at(-1);
  if (last === undefined ? trustRoot.version === 1 : last.entry.digest === trustRoot.digest) return [];
  const detail = `keys.json version ${trustRoot.version} is not the one entered last (version ${rotations.length + 1} by the ledger)`;
  return [fault("KEYS", last?.index ?? null, null, detail)];
}

/** Every signed root must be that of a prefix of the entries, and no size may have two. */
function auditSignedRoots({ entries, checkpoints, remembered }: AuditInput): AuditFault[] {
  const heads = remembered === null ? checkpoints : [...checkpoints, remembered];
  const tree = prefixTree(entries);
  const faults = heads.flatMap((head, at): AuditFault[] => {
    const twins = heads.slice(0, at).filter((other) => other.size === head.size);
    if (twins.some((other) => sameHash(other.root, head.root))) return [];
    if (twins.length > 0) return [fault("FORK", null, null, `two signed roots for ${head.size} entries`)];
    const fits = head.size > tree.size() || sameHash(tree.root(head.size), head.root);
    return fits ? [] : [fault("INCONSISTENT", null, null, `the first ${head.size} entries are not those signed`)];
  });
  return [...faults, ...auditOrder(checkpoints), ...auditMemory(checkpoints.at(-1) ?? null, remembered)];
}

/** Checkpoints were published one after the other; a smaller one after a larger is a log that went back. */
function auditOrder(checkpoints: readonly Checkpoint[]): AuditFault[] {
  return checkpoints.flatMap((head, at) => {
    const before = checkpoints[at - 1]?.size ?? 0;
    return head.size < before ? [fault("ROLLBACK", null, null, `${head.size} signed after ${before}`)] : [];
  });
}

function auditMemory(newest: Checkpoint | null, remembered: Checkpoint | null): AuditFault[] {
  const size = newest?.size ?? 0;
  if (remembered === null || size >= remembered.size) return [];
  return [fault("ROLLBACK", null, null, `${remembered.size} entries were signed when last seen, now ${size}`)];
}

/** The tree over the entries up to the first hole. */
function prefixTree(entries: ReadonlyMap<number, Uint8Array>): Tree {
  const tree = createTree();
  for (let bytes = entries.get(0); bytes !== undefined; bytes = entries.get(tree.size())) tree.push(leafHash(bytes));
  return tree;
}
