import { CordonError } from "../../base/errors.ts";
import type { Ledger, LedgerFact, LedgerPlace } from "../../base/ledger.ts";
import { entryBytes, entryHash, type LedgerEntry, opaqueCase, parseEntry } from "./ledger.ts";
import { caseFolder, entryName, findEnd, markerName, numberOf } from "./ledgerNames.ts";
import { createNotary, type NotaryParts } from "./ledgerNotary.ts";
import type { LedgerStore, StoredEntry } from "./ledgerStore.ts";

/** What a ledger is made of. `store` holds entries and what derives from them; see `NotaryParts` for the rest. */
export type LedgerParts = NotaryParts;

/**
 * The ledger over any store with exclusive create. The winner of `entry/<n>` is entry n: that alone is the order.
 * Everything else follows one rule, by which a writer that dies leaves nothing to repair: *whoever wants entry n first
 * completes what belongs to entry n − 1*. So when entry n exists, the case index is complete up to n − 1.
 */
export function openLedger(parts: LedgerParts): Ledger {
  const { store, signer } = parts;
  const notary = createNotary(parts);
  let end = 0;
  const nextFree = async (): Promise<number> => {
    end = await findEnd(store, entryName, Math.max(end, await notary.signedSize()));
    return end;
  };
  const inTurn = createQueue();
  const writer: Writer = { store, origin: signer.name, nextFree, settled: -1 };
  return {
    origin: signer.name,
    append: (fact) => inTurn(() => append(writer, fact)),
    head: () => inTurn(async () => notary.sign(await nextFree())),
    proof: (seq) => inTurn(async () => notary.prove(seq, await nextFree())),
    checkpoint: (size) => inTurn(() => notary.published(size)),
    consistency: (from, to) => inTurn(() => notary.extend(from, to)),
    caseEntries: async (caseId) => {
      const entries = await readCase(store, opaqueCase(signer.name, caseId), await nextFree());
      return entries.map(({ bytes }) => bytes);
    },
  };
}

interface Writer {
  readonly store: LedgerStore;
  readonly origin: string;
  readonly nextFree: () => Promise<number>;
  /** The newest entry whose index this writer completed itself, so that it need not look again. */
  settled: number;
}

async function append(writer: Writer, fact: LedgerFact): Promise<LedgerPlace> {
  const { store } = writer;
  const subject = fact.caseId === null ? null : opaqueCase(writer.origin, fact.caseId);
  for (;;) {
    const seq = await writer.nextFree();
    if (seq > 0 && writer.settled !== seq - 1) await settle(writer, await readEntry(store, seq - 1));
    const chain = subject === null ? [] : await readCase(store, subject, seq);
    const known = chain.find(({ entry }) => isSame(entry, fact));
    if (known !== undefined) return { seq: known.seq, leafHash: known.leafHash };
    const written = await write(writer, {
      ...(fact.statement === undefined ? { v: 1 } : { v: 2, statement: fact.statement }),
      seq,
      type: fact.type,
      case: subject,
      digest: fact.digest,
      at: fact.at,
      prevCase: chain.at(-1)?.leafHash ?? null,
    });
    if (written !== null) return written;
  }
}

/** A sealing of the first release names no statement; retried by a later one it is still the same. */
const isSame = (entry: LedgerEntry, fact: LedgerFact): boolean =>
  entry.type === fact.type &&
  entry.digest === fact.digest &&
  (entry.statement === undefined || fact.statement === undefined || entry.statement === fact.statement);

/** Null when another writer was first. The entry is checked before it is written: a bad leaf could never be removed. */
async function write(writer: Writer, entry: LedgerEntry): Promise<LedgerPlace | null> {
  const bytes = entryBytes(entry);
  parseEntry(bytes);
  if (!(await writer.store.create(entryName(entry.seq), bytes))) return null;
  const place = { seq: entry.seq, leafHash: entryHash(bytes) };
  await settle(writer, { ...place, entry, bytes });
  return place;
}

/** Completes what belongs to an entry: its place in the index of its case. Harmless when done before. */
async function settle(writer: Writer, { entry, seq }: StoredEntry): Promise<void> {
  if (entry.case !== null) await writer.store.create(markerName(entry.case, seq), new Uint8Array());
  writer.settled = seq;
}

/** The chain of a case before index `end`. A marker that points at another case's entry is passed over. */
async function readCase(store: LedgerStore, subject: string, end: number): Promise<readonly StoredEntry[]> {
  const places = (await store.list(caseFolder(subject))).map(numberOf).filter((seq) => seq < end);
  const entries = await Promise.all(places.map((seq) => readEntry(store, seq)));
  return entries.filter(({ entry }) => entry.case === subject);
}

async function readEntry(store: LedgerStore, seq: number): Promise<StoredEntry> {
  const bytes = await store.read(entryName(seq));
  if (bytes === null) throw new CordonError("AUDIT_UNAVAILABLE", `Ledger entry ${seq} is missing`);
  const entry = parseEntry(bytes);
  if (entry.seq !== seq) throw new CordonError("AUDIT_UNAVAILABLE", `Ledger entry ${seq} says it is ${entry.seq}`);
  return { seq, leafHash: entryHash(bytes), entry, bytes };
}

/** One after the other within a process: what would only collide in the store waits here instead. */
function createQueue(): <Result>(step: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (step) => {
    const turn = last.then(step, step);
    last = turn.catch(() => undefined);
    return turn;
  };
}
