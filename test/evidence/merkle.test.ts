import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import {
  createTree,
  EMPTY_ROOT,
  leafHash,
  verifyConsistency,
  verifyInclusion,
} from "../../lib/evidence/ledger/merkle.ts";
import { isSampled } from "../sample.ts";

/**
 * Leaves, roots and proofs of the Certificate Transparency reference tree. Constants from transparency-dev/merkle
 * (Apache-2.0), testonly/constants.go at 582a6ad190b6848f1d26f8bf08ddef29955d9db1 and proof/verify_test.go at
 * 02194e9afb6c1d95b5381350007963aa70fff472; the same numbers are in Google's certificate-transparency C++ and Python.
 */
const CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const CT_ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
/** Zero-based index here; the Go file counts leaves from 1. */
const CT_INCLUSION = [
  [
    0,
    8,
    [
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
  ],
  [
    5,
    8,
    [
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  ],
  [2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]],
  [
    1,
    5,
    [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
  ],
] as const;
const CT_CONSISTENCY = [
  [1, 1, []],
  [
    1,
    8,
    [
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
  ],
  [
    6,
    8,
    [
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  ],
  [
    2,
    5,
    [
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
  ],
  [
    6,
    7,
    [
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  ],
] as const;

const LARGEST = 256;
const hex = (hash: Uint8Array): string => Buffer.from(hash).toString("hex");
const bytes = (text: string): Uint8Array => Buffer.from(text, "hex");
const flipped = (hash: Uint8Array): Uint8Array => hash.map((byte, at) => (at === 0 ? byte ^ 8 : byte));
const ctTree = createTree(CT_LEAVES.map((leaf) => leafHash(bytes(leaf))));
const leaves = Array.from({ length: LARGEST }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)));
const tree = createTree(leaves);
/** The definition of RFC 6962 section 2.1, word for word: no cache, no shared code. */
const roots = Array.from({ length: LARGEST + 1 }, (_, size) => Buffer.from(definedRoot(leaves.slice(0, size))));

function definedRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return createHash("sha256").digest();
  if (hashes.length === 1) return hashes[0]!;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  const [left, right] = [definedRoot(hashes.slice(0, k)), definedRoot(hashes.slice(k))];
  return createHash("sha256")
    .update(Buffer.concat([Buffer.of(1), left, right]))
    .digest();
}

test("the roots of the Certificate Transparency reference tree come out at every size", () => {
  assert.deepEqual(
    CT_ROOTS.map((_, size) => hex(ctTree.root(size))),
    CT_ROOTS,
  );
});

test("the published inclusion proofs are produced and accepted", () => {
  for (const [index, size, proof] of CT_INCLUSION) {
    assert.deepEqual(ctTree.inclusionProof(index, size).map(hex), proof);
    const claim = { leafHash: ctTree.leaf(index), index, size, root: bytes(CT_ROOTS[size]!), proof: proof.map(bytes) };
    assert.ok(verifyInclusion(claim));
  }
});

test("the published consistency proofs are produced and accepted", () => {
  for (const [from, to, proof] of CT_CONSISTENCY) {
    assert.deepEqual(ctTree.consistencyProof(from, to).map(hex), proof);
    const side = (size: number) => ({ size, root: bytes(CT_ROOTS[size]!) });
    assert.ok(verifyConsistency({ from: side(from), to: side(to), proof: proof.map(bytes) }));
  }
});

test("the root at every size up to 256 is the one RFC 6962 defines", () => {
  for (let size = 0; size <= LARGEST; size++) assert.equal(hex(tree.root(size)), hex(roots[size]!));
});

test("every inclusion proof of every tree up to 256 leaves is accepted, and its wrong neighbours are not", () => {
  let accepted = 0;
  const wronglyAccepted: string[] = [];
  for (let size = 1; size <= LARGEST; size++) {
    for (let index = 0; index < size; index++) {
      const proof = tree.inclusionProof(index, size);
      const claim = { leafHash: leaves[index]!, index, size, root: roots[size]!, proof };
      if (verifyInclusion(claim)) accepted++;
      for (const [name, change] of sample(wrongInclusions(claim), index, size)) {
        if (verifyInclusion({ ...claim, ...change })) wronglyAccepted.push(`${name} ${index}/${size}`);
      }
    }
  }
  assert.equal(accepted, (LARGEST * (LARGEST + 1)) / 2);
  assert.deepEqual(wronglyAccepted, []);
});

/** All wrong neighbours in trees up to 32, a sample in larger ones, another at each place. */
const sample = <Wrong>(wrong: readonly Wrong[], place: number, size: number): readonly Wrong[] =>
  size <= 32 ? wrong : wrong.filter((_, index) => isSampled(index + place + size, 19));

type Inclusion = Parameters<typeof verifyInclusion>[0];

function wrongInclusions({ index, size, root, proof, leafHash: hash }: Inclusion): [string, Partial<Inclusion>][] {
  const wrong: [string, Partial<Inclusion>][] = [
    ["previous index", { index: index - 1 }],
    ["next index", { index: index + 1 }],
    ["index ^ 2", { index: index ^ 2 }],
    ["doubled size", { size: size * 2 }],
    ["index beyond the tree", { index: index + size }],
    ["other leaf", { leafHash: flipped(hash) }],
    ["other root", { root: flipped(root) }],
    ["root of nothing", { root: EMPTY_ROOT }],
    ["longer proof", { proof: [...proof, root] }],
    ["proof with a stranger in front", { proof: [root, ...proof] }],
    ["short hash in the proof", { proof: [...proof.slice(1), hash.slice(1)] }],
    ["fractional index", { index: index + 0.5 }],
  ];
  if (proof.length > 0) {
    wrong.push(["shortened proof", { proof: proof.slice(0, -1) }], ["beheaded proof", { proof: proof.slice(1) }]);
    wrong.push(["altered proof", { proof: [flipped(proof[0]!), ...proof.slice(1)] }]);
  }
  if (proof.length > 1) wrong.push(["reordered proof", { proof: proof.toReversed() }]);
  return wrong;
}

test("an inclusion proof holds for no other size of up to 256, except where the path is the same", () => {
  // The root differs for every size, so a proof against the root of another size must always fail.
  for (let size = 1; size <= LARGEST; size += 5) {
    const index = size >> 1;
    const proof = tree.inclusionProof(index, size);
    for (let other = 1; other <= LARGEST; other++) {
      const ok = verifyInclusion({ leafHash: leaves[index]!, index, size: other, root: roots[other]!, proof });
      assert.equal(ok, other === size, `${index} in ${size} shown as ${other}`);
    }
  }
});

test("every consistency proof of all sizes up to 256 is accepted, and its wrong neighbours are not", () => {
  let accepted = 0;
  const wronglyAccepted: string[] = [];
  for (let to = 0; to <= LARGEST; to++) {
    for (let from = 0; from <= to; from++) {
      const claim = consistency(from, to);
      if (verifyConsistency(claim)) accepted++;
      for (const [name, change] of sample(wrongConsistencies(claim), from, to)) {
        if (verifyConsistency({ ...claim, ...change })) wronglyAccepted.push(`${name} ${from}-${to}`);
      }
    }
  }
  assert.equal(accepted, ((LARGEST + 1) * (LARGEST + 2)) / 2);
  assert.deepEqual(wronglyAccepted, []);
});

type Consistency = Parameters<typeof verifyConsistency>[0];

function consistency(from: number, to: number): Consistency {
  const side = (size: number) => ({ size, root: roots[size]! });
  return { from: side(from), to: side(to), proof: tree.consistencyProof(from, to) };
}

function wrongConsistencies({ from, to, proof }: Consistency): [string, Partial<Consistency>][] {
  const wrong: [string, Partial<Consistency>][] = [
    ["altered old root", { from: { ...from, root: flipped(from.root) } }],
    ["longer proof", { proof: [...proof, to.root] }],
    ["proof with a stranger in front", { proof: [from.root, ...proof] }],
    ["negative size", { from: { ...from, size: -1 } }],
    ["fractional size", { to: { ...to, size: to.size + 0.5 } }],
  ];
  if (from.size < to.size) wrong.push(["time travel", { from: to, to: from }]);
  if (proof.length === 0) return wrong;
  return [
    ...wrong,
    ["altered new root", { to: { ...to, root: flipped(to.root) } }],
    ["no proof", { proof: [] }],
    ["shortened proof", { proof: proof.slice(0, -1) }],
    ["beheaded proof", { proof: proof.slice(1) }],
    ["altered proof", { proof: [...proof.slice(0, -1), flipped(proof.at(-1)!)] }],
    ["swapped roots", { from: { ...from, root: to.root }, to: { ...to, root: from.root } }],
    ["previous old size", { from: { ...from, size: from.size - 1 } }],
    ["doubled new size", { to: { ...to, size: to.size * 2 } }],
  ];
}

test("a proof is refused beyond the tree rather than made up", () => {
  assert.throws(() => tree.root(LARGEST + 1), RangeError);
  assert.throws(() => tree.inclusionProof(5, 5), RangeError);
  assert.throws(() => tree.inclusionProof(0, LARGEST + 1), RangeError);
  assert.throws(() => tree.consistencyProof(6, 5), RangeError);
  assert.throws(() => createTree([Buffer.alloc(31)]), RangeError);
});
