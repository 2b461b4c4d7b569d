import { CordonError } from "../../base/errors.ts";
import type { LedgerHead, LedgerProof } from "../../base/ledger.ts";
import { inLanes, LANES } from "../lanes.ts";
import { parsePublicKey } from "../publicKey.ts";
import {
  type Checkpoint,
  type LogKey,
  openCheckpoint,
  readCheckpoint,
  signCheckpoint,
  type TreeHead,
} from "./checkpoint.ts";
import { entryName, findEnd, signedName, TILE_LEAVES, tileName } from "./ledgerNames.ts";
import type { LedgerStore } from "./ledgerStore.ts";
import { createTree, leafHash, sameHash, type Tree } from "./merkle.ts";
import type { NoteSigner } from "./note.ts";

const HASH_BYTES = 32;

export interface NotaryParts {
  readonly store: LedgerStore;
  /** Where signed checkpoints are kept. May be `store`; in other hands (another folder, another account) it also stops
   * a signer whose whole store was put back to an older state. */
  readonly signed: LedgerStore;
  /** The ledger key; its name is the log's origin. */
  readonly signer: NoteSigner;
  /** Earlier ledger keys, whose checkpoints still count. */
  readonly formerKeys: readonly LogKey[];
}

/** What signs the tree and proves things in it. Every size is that of a prefix of the entries. */
export interface Notary {
  /** Entries that the newest checkpoint covers. */
  signedSize(): Promise<number>;
  sign(size: number): Promise<LedgerHead>;
  prove(seq: number, size: number): Promise<LedgerProof>;
  extend(from: number, to: number): Promise<readonly Uint8Array[]>;
  published(size: number): Promise<string | null>;
}

/**
 * The rule of the signer: checkpoint k + 1 is published only by exclusive create after checkpoint k was read and found
 * to be a prefix of the tree now. So checkpoints are one sequence, each extends the one before, sizes only grow, and no
 * number of processes can sign two histories.
 */
export function createNotary({ store, signed, signer, formerKeys }: NotaryParts): Notary {
  let tree = createTree();
  let count = 0;
  let newest: Checkpoint | null = null;

  const refresh = async (): Promise<Checkpoint | null> => {
    const end = await findEnd(signed, signedName, count);
    if (end > count) newest = await readSigned(signed, end - 1, signer, formerKeys);
    count = end;
    return newest;
  };

  const publish = async (size: number): Promise<Checkpoint> => {
    for (;;) {
      const last = await refresh();
      tree = await growTree(store, tree, size, last);
      if (last !== null && last.size >= size) return last;
      const next = await signCheckpoint(mayFollow(last, tree, size), signer);
      if (await signed.create(signedName(count), Buffer.from(next.note, "utf8"))) await writeTiles(store, tree, size);
    }
  };

  return {
    signedSize: async () => (await refresh())?.size ?? 0,
    sign: async (size) => toHead(await publish(size)),
    prove: async (seq, size) => {
      if (seq >= size) throw new CordonError("DOCUMENT_MISSING", `Ledger entry ${seq}: expected below ${size}`);
      const last = await refresh();
      const { size: covered, note } = await publish(last !== null && last.size > seq ? last.size : size);
      return { index: seq, hashes: tree.inclusionProof(seq, covered), checkpoint: note };
    },
    extend: async (from, to) => {
      tree = await growTree(store, tree, to, await refresh());
      return tree.consistencyProof(from, to);
    },
    published: async (size) => {
      await refresh();
      return findSigned(signed, count, size);
    },
  };
}

/** The head to sign; SEAL_FAILED when it is smaller than the last one signed or does not extend it. */
export function mayFollow(last: TreeHead | null, tree: Tree, size: number): TreeHead {
  if (last !== null && size < last.size) {
    throw new CordonError("SEAL_FAILED", `Ledger: ${last.size} entries are signed, refusing to sign ${size}`);
  }
  if (last !== null && !sameHash(tree.root(last.size), last.root)) {
    throw new CordonError("SEAL_FAILED", `Ledger: the first ${last.size} entries are not those that were signed`);
  }
  return { size, root: tree.root(size) };
}

/** Sizes only grow from one checkpoint to the next, so halving finds one of `count`. */
async function findSigned(signed: LedgerStore, count: number, size: number): Promise<string | null> {
  let from = 0;
  let end = count;
  while (from < end) {
    const middle = Math.floor((from + end) / 2);
    const bytes = await signed.read(signedName(middle));
    if (bytes === null) throw new CordonError("SEAL_FAILED", `Ledger: ${signedName(middle)} is missing`);
    const found = readCheckpoint(bytes).size;
    if (found === size) return Buffer.from(bytes).toString("utf8");
    if (found < size) from = middle + 1;
    else end = middle;
  }
  return null;
}

async function readSigned(
  signed: LedgerStore,
  number: number,
  signer: NoteSigner,
  formerKeys: readonly LogKey[],
): Promise<Checkpoint> {
  const bytes = await signed.read(signedName(number));
  if (bytes === null) throw new CordonError("SEAL_FAILED", `Ledger: ${signedName(number)} is missing`);
  return openCheckpoint(bytes, signer.name, [parsePublicKey(await signer.publicKey()), ...formerKeys]);
}

/**
 * The tree up to `size`, from tiles where there are any. Tiles are a cache: when they contradict the last checkpoint,
 * the entries decide. SEAL_FAILED when those contradict it too.
 */
async function growTree(store: LedgerStore, known: Tree, size: number, last: Checkpoint | null): Promise<Tree> {
  const tree = await readLeaves(store, known, Math.max(size, last?.size ?? 0), true);
  if (last === null || sameHash(tree.root(last.size), last.root)) return tree;
  const anew = await readLeaves(store, createTree(), tree.size(), false);
  mayFollow(last, anew, anew.size());
  return anew;
}

async function readLeaves(store: LedgerStore, tree: Tree, size: number, fromTiles: boolean): Promise<Tree> {
  while (tree.size() < size) {
    const at = tree.size();
    const isWholeTile = fromTiles && at % TILE_LEAVES === 0 && at + TILE_LEAVES <= size;
    const tile = isWholeTile ? await store.read(tileName(at / TILE_LEAVES)) : null;
    if (tile?.length === TILE_LEAVES * HASH_BYTES) {
      for (let leaf = 0; leaf < tile.length; leaf += HASH_BYTES) tree.push(tile.slice(leaf, leaf + HASH_BYTES));
    } else {
      const end = Math.min(size, (Math.floor(at / TILE_LEAVES) + 1) * TILE_LEAVES);
      const numbers = Array.from({ length: end - at }, (_, index) => at + index);
      for (const bytes of await inLanes(numbers, LANES, (seq) => readBytes(store, seq))) tree.push(leafHash(bytes));
    }
  }
  return tree;
}

async function readBytes(store: LedgerStore, seq: number): Promise<Uint8Array> {
  const bytes = await store.read(entryName(seq));
  if (bytes === null) throw new CordonError("SEAL_FAILED", `Ledger entry ${seq} is missing: refusing to sign`);
  return bytes;
}

/** Writes the full tiles of the signed tree that are not there yet, in order, so that a crash leaves no hole. */
async function writeTiles(store: LedgerStore, tree: Tree, size: number): Promise<void> {
  const full = Math.floor(size / TILE_LEAVES);
  if (full === 0 || (await store.has(tileName(full - 1)))) return;
  for (let tile = await findEnd(store, tileName, 0); tile < full; tile++) {
    const leaves = Array.from({ length: TILE_LEAVES }, (_, index) => tree.leaf(tile * TILE_LEAVES + index));
    await store.create(tileName(tile), Buffer.concat(leaves));
  }
}

const toHead = ({ size, root, note }: Checkpoint): LedgerHead => ({
  size,
  root: Buffer.from(root).toString("hex"),
  checkpoint: note,
});
