import { EvidenceError } from "../../base/evidenceError.ts";
import type { LedgerDocuments, LedgerToRead } from "../../base/ledger.ts";
import { inLanes, LANES } from "../lanes.ts";
import { type Checkpoint, type LogKey, openCheckpoint } from "./checkpoint.ts";
import { parseEntry } from "./ledger.ts";
import { type AuditFault, fault } from "./ledgerFaults.ts";
import { entryName, markerName, numberOf, signedName, TILE_LEAVES, tileName } from "./ledgerNames.ts";
import type { LedgerStore } from "./ledgerStore.ts";
import { leafHash } from "./merkle.ts";

/** A ledger as it lies in its store, read from end to end and not believed: the input of `auditLedger`. */
export interface LedgerContents {
  readonly entries: ReadonlyMap<number, Uint8Array>;
  /** Verified, in the order of publication. */
  readonly checkpoints: readonly Checkpoint[];
  /** SIGNATURE, GAP (in the series of checkpoints), EXTRA and DERIVED. */
  readonly faults: readonly AuditFault[];
}

/** Reads everything and checks what derives from the entries against them. `keys`: the ledger key and its predecessors. */
export async function inspectLedger(
  { store, signed }: LedgerToRead,
  log: { readonly origin: string; readonly keys: readonly LogKey[] },
): Promise<LedgerContents> {
  // In this order: of a log that grows meanwhile every signed entry is seen.
  const notes = await readSeries(signed, "signed/", signedName);
  const stored = await readSeries(store, "entry/", entryName);
  const opened = openAll(notes.documents, log);
  const faults = [...stored.strange, ...notes.strange, ...opened.faults];
  const derived = [...(await checkMarkers(store, stored.documents)), ...(await checkTiles(store, stored.documents))];
  return { entries: stored.documents, checkpoints: opened.checkpoints, faults: [...faults, ...derived] };
}

/** Writes the index of cases anew from the entries; harmless at any time. For an operator: docs/ledger.md. @public */
export async function rebuildCaseIndex(store: LedgerStore): Promise<void> {
  const { documents } = await readSeries(store, "entry/", entryName);
  for (const name of markersOf(documents)) await store.create(name, new Uint8Array());
}

type Documents = ReadonlyMap<number, Uint8Array>;

async function readSeries(
  store: LedgerDocuments,
  folder: string,
  nameOf: (number: number) => string,
): Promise<{ documents: Documents; strange: AuditFault[] }> {
  const names = await store.list(folder);
  const isOurs = (name: string): boolean => nameOf(numberOf(name)) === name;
  const ours = names.filter(isOurs);
  const strange = names.filter((name) => !isOurs(name)).map((name) => fault("EXTRA", null, null, name));
  const bytes = await readAll(store, ours);
  const documents = new Map(ours.map((name, at) => [numberOf(name), bytes[at] ?? new Uint8Array()]));
  return { documents, strange };
}

/** Documents in the order of their names; null: it is gone. */
export const readAll = (store: LedgerDocuments, names: readonly string[]): Promise<readonly (Uint8Array | null)[]> =>
  inLanes(names, LANES, (name) => store.read(name));

function openAll(
  notes: Documents,
  log: { readonly origin: string; readonly keys: readonly LogKey[] },
): { checkpoints: Checkpoint[]; faults: AuditFault[] } {
  const checkpoints: Checkpoint[] = [];
  const faults: AuditFault[] = [];
  let expected = 0;
  for (const [number, bytes] of notes) {
    if (number !== expected) faults.push(fault("GAP", null, null, `${signedName(expected)} is missing`));
    expected = number + 1;
    try {
      checkpoints.push(openCheckpoint(bytes, log.origin, log.keys));
    } catch (error) {
      if (!(error instanceof EvidenceError)) throw error;
      faults.push(fault("SIGNATURE", null, null, `${signedName(number)}: ${error.message}`));
    }
  }
  return { checkpoints, faults };
}

/** The marker of the very last entry may still be missing: the next writer completes it. */
async function checkMarkers(store: LedgerDocuments, entries: Documents): Promise<AuditFault[]> {
  const wanted = new Set(markersOf(entries));
  const subjects = new Set([...wanted].map((name) => name.slice(0, name.lastIndexOf("/") + 1)));
  const there = new Set((await inLanes([...subjects], LANES, (folder) => store.list(folder))).flat());
  const last = markersOf(new Map([...entries].slice(-1)))[0];
  const missing = [...wanted].filter((name) => !there.has(name) && name !== last);
  const wrong = [...there].filter((name) => !wanted.has(name));
  return [
    ...missing.map((name) => fault("DERIVED", numberOf(name), null, `${name} is missing`)),
    ...wrong.map((name) => fault("DERIVED", numberOf(name), null, `${name} points at another case's entry`)),
  ];
}

async function checkTiles(store: LedgerDocuments, entries: Documents): Promise<AuditFault[]> {
  const faults: AuditFault[] = [];
  for (const name of await store.list("tile/0/")) {
    const tile = numberOf(name);
    const leaves = Array.from({ length: TILE_LEAVES }, (_, leaf) => entries.get(tile * TILE_LEAVES + leaf));
    const hashes = leaves.map((bytes) => (bytes === undefined ? new Uint8Array() : leafHash(bytes)));
    const isRight = Buffer.concat(hashes).equals((await store.read(name)) ?? new Uint8Array());
    if (!isRight || name !== tileName(tile))
      faults.push(fault("DERIVED", null, null, `${name} is not what the entries give`));
  }
  return faults;
}

/** Names of the markers that the entries call for; what is no entry has none. */
function markersOf(entries: Documents): readonly string[] {
  return [...entries].flatMap(([index, bytes]) => {
    try {
      const subject = parseEntry(bytes).case;
      return subject === null ? [] : [markerName(subject, index)];
    } catch (error) {
      if (error instanceof EvidenceError) return [];
      throw error;
    }
  });
}
