import { type EvidenceFault, faultOf } from "../../base/evidenceError.ts";
import type { LedgerToRead } from "../../base/ledger.ts";
import type { LedgerCheck, LedgerSubject, Newer } from "../verifyOptions.ts";
import { type LogKey, readCheckpoint } from "./checkpoint.ts";
import { type LedgerEntry, opaqueCase, parseEntry } from "./ledger.ts";
import { auditLedger } from "./ledgerAudit.ts";
import type { AuditCode, AuditFault } from "./ledgerFaults.ts";
import { inspectLedger } from "./ledgerInspect.ts";
import type { ConsistencyBetween } from "./ledgerMemory.ts";
import { createTree, leafHash, sameHash, type Tree } from "./merkle.ts";
import { parseTlogProof } from "./tlogProof.ts";

/** A ledger beside a bundle, a copy from whoever or a deployment's own: believed as far as its signed roots carry it. */
export interface LedgerCopy {
  /** What is wrong with the copy itself, and whether it and the bundle's own proof are one history. */
  readonly check: LedgerCheck;
  /** The last sealing of a case behind that of one bundle. */
  newer(caseId: string, digest: string): Newer | null;
  readonly between: ConsistencyBetween;
}

export interface CopyOf {
  readonly origin: string;
  /** The ledger key and its predecessors. */
  readonly keys: readonly LogKey[];
  readonly leastSize: number;
  /** The keys.json that was given. */
  readonly trustRoot: { readonly version: number; readonly digest: string };
  /** The present (ISO 8601 UTC). */
  readonly asOf: string;
  /** It is in use: entries may be behind its last signature for a while. */
  readonly inUse: boolean;
}

/** Silence, delay and caches are for `ledger audit`: they say nothing about one bundle. */
const NOT_ASKED: readonly AuditCode[] = ["HEARTBEAT", "UNSEALED", "DERIVED"];
const NOT_ASKED_IN_USE: readonly AuditCode[] = [...NOT_ASKED, "UNSIGNED"];
const ANY = {
  heartbeatSeconds: Number.MAX_SAFE_INTEGER,
  sealWithinSeconds: Number.MAX_SAFE_INTEGER,
  clockSkewSeconds: 300,
};

export async function readLedgerCopy(stores: LedgerToRead, of: CopyOf): Promise<LedgerCopy> {
  const { entries, checkpoints, faults: stored } = await inspectLedger(stores, of);
  const audited = auditLedger({ ...of, entries, checkpoints, remembered: null, bundles: null, policy: ANY });
  const ignored = of.inUse ? NOT_ASKED_IN_USE : NOT_ASKED;
  const name = of.inUse ? "the ledger" : "the copy of the ledger";
  const faults = [...stored, ...audited].filter(({ code }) => !ignored.includes(code)).map((one) => toFault(one, name));
  const signed = Math.max(0, ...checkpoints.map(({ size }) => size));
  const tree = treeOf(entries);
  const sealings = sealingsIn(entries);
  return {
    check: (files, bundle) => [
      ...faults,
      ...compare(files, entries, { name, tree, signed }),
      ...leftOut(bundle, entries),
    ],
    newer: (caseId, digest) => newerIn(sealings, opaqueCase(of.origin, caseId), digest),
    between: (from, to) => (from <= to && to <= tree.size() ? tree.consistencyProof(from, to) : null),
  };
}

const toFault = ({ code, seq, detail }: AuditFault, name: string): EvidenceFault => ({
  code: code === "KEYS" ? "TRUST" : "LEDGER",
  detail: `${code === "KEYS" ? "" : `${name}: ${code}: `}${seq === null ? "" : `entry ${seq}: `}${detail}`,
});

type Entries = ReadonlyMap<number, Uint8Array>;

/** The bundle's own proof must be of this very log, and entries and signatures must reach as far as it does. */
function compare(
  files: ReadonlyMap<string, Uint8Array>,
  entries: Entries,
  { name, tree, signed }: { readonly name: string; readonly tree: Tree; readonly signed: number },
): readonly EvidenceFault[] {
  const [leaf, proof] = [files.get("ledger/entry.json"), files.get("ledger/case.tlog-proof")];
  if (leaf === undefined || proof === undefined) return [];
  const faults: EvidenceFault[] = [];
  const fault = faultOf(() => {
    const { seq } = parseEntry(leaf);
    const shown = readCheckpoint(Buffer.from(parseTlogProof(proof).checkpoint, "utf8"));
    const here = entries.get(seq);
    if (tree.size() < shown.size)
      faults.push({
        code: "LEDGER_UNTRUSTED",
        detail: `${name} has ${tree.size()} entries, the bundle's proof is of ${shown.size}: whether it was replaced is not known`,
      });
    else if (signed < shown.size)
      faults.push({
        code: "LEDGER",
        detail: `${name} is signed up to ${signed} entries, and the bundle's proof shows a signature over ${shown.size}`,
      });
    else if (!sameHash(tree.root(shown.size), shown.root))
      faults.push({
        code: "FORK",
        detail: `${name} and the bundle's proof differ in ${shown.size} entries`,
      });
    if (here !== undefined && Buffer.compare(here, leaf) !== 0)
      faults.push({ code: "FORK", detail: `entry ${seq} of ${name} is another one` });
  });
  return fault === null ? faults : [];
}

/** What the ledger held of the case when the bundle named its head stands in the history of the bundle. */
function leftOut({ caseId, origin, ledgerHead, history }: LedgerSubject, entries: Entries): readonly EvidenceFault[] {
  if (history === null) return [];
  const told = new Set(Buffer.from(history).toString("utf8").split("\n"));
  const named = `"case":"${opaqueCase(origin, caseId)}"`;
  return [...entries]
    .filter(([index]) => index < Number(ledgerHead?.size ?? 0))
    .map(([index, bytes]) => ({ index, line: Buffer.from(bytes).toString("utf8") }))
    .filter(({ line }) => line.includes(named) && !told.has(line))
    .map(({ index }) => ({ code: "HISTORY", detail: `entry ${index} of the case is not in the bundle's history` }));
}

/** The tree over the entries up to the first hole. */
function treeOf(entries: Entries): Tree {
  const tree = createTree();
  for (let bytes = entries.get(0); bytes !== undefined; bytes = entries.get(tree.size())) tree.push(leafHash(bytes));
  return tree;
}

/** In order; what is no entry is a fault already. */
export function sealingsIn(entries: Entries): readonly LedgerEntry[] {
  const sealings: LedgerEntry[] = [];
  for (const [, bytes] of [...entries].sort(([a], [b]) => a - b))
    faultOf(() => {
      const entry = parseEntry(bytes);
      if (entry.type === "bundle-sealed") sealings.push(entry);
    });
  return sealings;
}

/** Revisions are sealed one after the other. Null: it is the newest, or not among them. */
export const newerIn = (sealings: readonly LedgerEntry[], subject: string, digest: string): Newer | null => {
  const revisions = sealings.filter((entry) => entry.case === subject);
  const at = revisions.findIndex((entry) => entry.digest === digest);
  const last = revisions.at(-1);
  return at === -1 || last === undefined || last.digest === digest
    ? null
    : { revision: revisions.length, digest: last.digest };
};
