import { createHash } from "node:crypto";

/** Domain separation of RFC 6962 section 2.1: without it a node could be passed off as a leaf. */
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const HASH_BYTES = 32;

/** Root of the tree without leaves: SHA-256 of nothing (RFC 6962 section 2.1). */
export const EMPTY_ROOT: Uint8Array = createHash("sha256").digest();

export const leafHash = (leaf: Uint8Array): Uint8Array => createHash("sha256").update(LEAF).update(leaf).digest();

export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  createHash("sha256").update(NODE).update(left).update(right).digest();

/**
 * A Merkle tree that only grows. Keeps the hash of every complete subtree (64 bytes a leaf), so that a further leaf
 * costs one hash on average and a root or proof of any past size costs O(log² size) at most.
 */
export interface Tree {
  size(): number;
  push(leafHash: Uint8Array): void;
  /** Hash of the leaf at `index`; throws RangeError outside the tree. */
  leaf(index: number): Uint8Array;
  root(size: number): Uint8Array;
  /** RFC 6962 section 2.1.1: from the leaf's sibling up. */
  inclusionProof(index: number, size: number): readonly Uint8Array[];
  /** RFC 6962 section 2.1.2. Empty when `from` is 0 or equals `to`. */
  consistencyProof(from: number, to: number): readonly Uint8Array[];
}

export function createTree(leafHashes: Iterable<Uint8Array> = []): Tree {
  const levels: Level[] = [];
  const node = (level: number, index: number): Uint8Array => read(levels[level], index);
  const tree: Tree = {
    size: () => levels[0]?.count ?? 0,
    push: (hash) => grow(levels, 0, hash),
    leaf: (index) => node(0, index),
    root: (size) => (size === 0 ? EMPTY_ROOT : subtree(node, 0, assertIndex(size, tree.size() + 1))),
    inclusionProof: (index, size) => {
      assertIndex(size, tree.size() + 1);
      return path(node, assertIndex(index, size), 0, size);
    },
    consistencyProof: (from, to) => {
      assertIndex(to, tree.size() + 1);
      return assertIndex(from, to + 1) === 0 || from === to ? [] : subproof(node, from, 0, to, true);
    },
  };
  for (const hash of leafHashes) tree.push(hash);
  return tree;
}

/** RFC 9162 section 2.1.3.2. Never throws: a proof of the wrong shape is a wrong proof. */
export function verifyInclusion(claim: {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): boolean {
  const { index, size, proof } = claim;
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([claim.leafHash, claim.root, ...proof])) {
    return false;
  }
  let hash = claim.leafHash;
  let at = index;
  let last = size - 1;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = nodeHash(hash, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && sameHash(hash, claim.root);
}

/** RFC 9162 section 2.1.4.2; the empty tree is consistent with every tree, by an empty proof. Never throws. */
export function verifyConsistency(claim: {
  readonly from: { readonly size: number; readonly root: Uint8Array };
  readonly to: { readonly size: number; readonly root: Uint8Array };
  readonly proof: readonly Uint8Array[];
}): boolean {
  const { from, to, proof } = claim;
  if (!isCount(from.size) || !isCount(to.size) || from.size > to.size) return false;
  if (!areHashes([from.root, to.root, ...proof])) return false;
  if (from.size === to.size) return proof.length === 0 && sameHash(from.root, to.root);
  if (from.size === 0) return proof.length === 0 && sameHash(from.root, EMPTY_ROOT);
  return climb(from, to, proof);
}

export const sameHash = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

function climb(
  from: { readonly size: number; readonly root: Uint8Array },
  to: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  const [first, ...rest] = isPowerOfTwo(from.size) ? [from.root, ...proof] : proof;
  if (first === undefined || proof.length === 0) return false;
  let at = from.size - 1;
  let last = to.size - 1;
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  let old = first;
  let now = first;
  for (const hash of rest) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      old = nodeHash(hash, old);
      now = nodeHash(hash, now);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else now = nodeHash(now, hash);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && sameHash(old, from.root) && sameHash(now, to.root);
}

type NodeAt = (level: number, index: number) => Uint8Array;

/** The hash over leaves `start` to `start + size`; `start` is a multiple of a power of two that is at least `size`. */
function subtree(node: NodeAt, start: number, size: number): Uint8Array {
  if (isPowerOfTwo(size)) return node(Math.log2(size), start / size);
  const left = split(size);
  return nodeHash(subtree(node, start, left), subtree(node, start + left, size - left));
}

function path(node: NodeAt, index: number, start: number, size: number): Uint8Array[] {
  if (size === 1) return [];
  const left = split(size);
  return index < left
    ? [...path(node, index, start, left), subtree(node, start + left, size - left)]
    : [...path(node, index - left, start + left, size - left), subtree(node, start, left)];
}

/** SUBPROOF of RFC 6962 section 2.1.2; `whole` says that the old tree is a complete subtree so far, known to the reader. */
function subproof(node: NodeAt, old: number, start: number, size: number, whole: boolean): Uint8Array[] {
  if (old === size) return whole ? [] : [subtree(node, start, size)];
  const left = split(size);
  return old <= left
    ? [...subproof(node, old, start, left, whole), subtree(node, start + left, size - left)]
    : [...subproof(node, old - left, start + left, size - left, false), subtree(node, start, left)];
}

/** All hashes of one level in one growing block: a million small buffers would cost three times the memory. */
interface Level {
  bytes: Uint8Array;
  count: number;
}

function grow(levels: Level[], level: number, hash: Uint8Array): void {
  if (hash.length !== HASH_BYTES) throw new RangeError(`A leaf hash has ${HASH_BYTES} bytes, got ${hash.length}`);
  levels[level] ??= { bytes: new Uint8Array(HASH_BYTES * 4), count: 0 };
  const row = levels[level];
  const at = row.count * HASH_BYTES;
  if (at === row.bytes.length) {
    const larger = new Uint8Array(row.bytes.length * 2);
    larger.set(row.bytes);
    row.bytes = larger;
  }
  row.bytes.set(hash, at);
  row.count += 1;
  if (!isOdd(row.count)) grow(levels, level + 1, nodeHash(read(row, row.count - 2), read(row, row.count - 1)));
}

function read(row: Level | undefined, index: number): Uint8Array {
  assertIndex(index, row?.count ?? 0);
  return row!.bytes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES);
}

function assertIndex(index: number, end: number): number {
  if (!isCount(index) || index >= end) throw new RangeError(`Expected an index below ${end}, got ${index}`);
  return index;
}

/** The largest power of two below `size`. Bit operators stop at 32 bits, hence arithmetic throughout. */
function split(size: number): number {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const isOdd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);
const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value));
const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every((hash) => hash.length === HASH_BYTES);
