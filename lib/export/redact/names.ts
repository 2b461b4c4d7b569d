import { createHmac } from "node:crypto";
import type { Spool } from "../../base/spool.ts";
import type { Kind } from "./identifiers.ts";

/** 128 bits: no two things share a token, and none is found by trying. */
const TOKEN_DIGITS = 32;
/** Shorter texts stand in ordinary words; they are replaced only where they are the whole value. */
const LEAST_INSIDE = 4;
/** Keys of S3 are at most 1,024 bytes; ARNs of them a little longer. */
const LONGEST_INSIDE = 2048;
const FIRST_SLOTS = 1 << 12;
const BEGINNINGS = 1 << 22;
const KINDS: readonly Kind[] = ["address", "bucket", "digest", "key", "name", "object", "principal", "text"];

/** The names of a bundle, which may be millions: of each a fingerprint of 64 bits and its kind, 9 bytes in all. */
export interface Names {
  readonly count: number;
  has(text: string): boolean;
  /** The kind that it was first given stays. */
  set(text: string, kind: Kind): void;
  /** An account id, which stays as it is. */
  account(id: string): void;
  readonly isAccount: (digits: string) => boolean;
  /** The token that stands for a text as a whole; null: it is no name. */
  tokenOf(text: string): string | null;
  /** The longest name that begins here and ends with a word: where it ends; 0: none. */
  endOfNameAt(text: string, from: number): number;
}

/**
 * A fingerprint that two names share would give both the same kind, and would replace an ordinary word in their place at worst:
 * too much is hidden then, and never too little. Every name goes to `list` as a line with its token.
 */
export const createNames = (secret: string, list: Spool): Names => {
  const key = Buffer.from(secret, "hex");
  const [seedA, seedB] = [key.readUInt32LE(0), key.readUInt32LE(4)];
  const beginnings = new Uint8Array(BEGINNINGS >>> 3);
  const accounts = new Set<string>();
  let table = emptyTable(FIRST_SLOTS);
  let count = 0;
  const tokenFor = (text: string, kind: Kind): string =>
    `${kind}-${createHmac("sha256", key).update(`${kind}\n${text}`).digest("hex").slice(0, TOKEN_DIGITS)}`;
  const kindOf = (a: number, b: number): Kind | null => KINDS[table.kinds[slotOf(table, a, b)]! - 1] ?? null;
  const found = (text: string): Kind | null => {
    let [a, b] = [seedA, seedB];
    for (let at = 0; at < text.length; at++) {
      a = mixA(a, text.charCodeAt(at));
      b = mixB(b, text.charCodeAt(at));
    }
    return kindOf(a, b);
  };
  return {
    get count() {
      return count;
    },
    has: (text) => found(text) !== null,
    account: (id) => void accounts.add(id),
    isAccount: (digits) => accounts.has(digits),
    set: (text, kind) => {
      if (found(text) !== null) return;
      if ((count + 1) * 2 > table.kinds.length) table = grown(table);
      let [a, b] = [seedA, seedB];
      for (let at = 0; at < text.length; at++) {
        a = mixA(a, text.charCodeAt(at));
        b = mixB(b, text.charCodeAt(at));
      }
      const slot = slotOf(table, a, b);
      table.a[slot] = a;
      table.b[slot] = b;
      table.kinds[slot] = KINDS.indexOf(kind) + 1;
      count += 1;
      if (text.length >= LEAST_INSIDE) {
        const beginning = beginningAt(text, 0);
        beginnings[beginning >>> 3]! |= 1 << (beginning & 7);
      }
      list.add(`${JSON.stringify({ text, token: tokenFor(text, kind) })}\n`);
    },
    tokenOf: (text) => {
      const kind = found(text);
      return kind === null ? null : tokenFor(text, kind);
    },
    endOfNameAt: (text, from) => {
      if (text.length - from < LEAST_INSIDE) return 0;
      const beginning = beginningAt(text, from);
      if ((beginnings[beginning >>> 3]! & (1 << (beginning & 7))) === 0) return 0;
      const last = Math.min(text.length, from + LONGEST_INSIDE);
      let [a, b] = [seedA, seedB];
      let end = 0;
      for (let at = from; at < last; at++) {
        a = mixA(a, text.charCodeAt(at));
        b = mixB(b, text.charCodeAt(at));
        const isLong = at + 1 - from >= LEAST_INSIDE;
        if (isLong && !isWord(text.charCodeAt(at + 1)) && kindOf(a, b) !== null) end = at + 1;
      }
      return end;
    },
  };
};

/** A to Z, a to z, 0 to 9; what is beyond the end is none. */
export const isWord = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

interface Table {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  /** 0: free. */
  readonly kinds: Uint8Array;
}

const emptyTable = (slots: number): Table => ({
  a: new Uint32Array(slots),
  b: new Uint32Array(slots),
  kinds: new Uint8Array(slots),
});

const grown = (table: Table): Table => {
  const larger = emptyTable(table.kinds.length * 2);
  for (let at = 0; at < table.kinds.length; at++) {
    if (table.kinds[at] === 0) continue;
    const slot = slotOf(larger, table.a[at]!, table.b[at]!);
    larger.a[slot] = table.a[at]!;
    larger.b[slot] = table.b[at]!;
    larger.kinds[slot] = table.kinds[at]!;
  }
  return larger;
};

/** Where a fingerprint lies, or the free place where it would; never full. */
const slotOf = ({ a, b, kinds }: Table, x: number, y: number): number => {
  const mask = kinds.length - 1;
  let slot = Math.imul(x ^ (y >>> 15), 0x9e3779b1) & mask;
  while (kinds[slot] !== 0 && (a[slot] !== x >>> 0 || b[slot] !== y >>> 0)) slot = (slot + 1) & mask;
  return slot;
};

/** Two multiplications with rotation, one step a character (after MurmurHash3's body), each of its own constants. */
const mixA = (state: number, code: number): number => {
  const next = state ^ Math.imul(code, 0xcc9e2d51);
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) >>> 0;
};
const mixB = (state: number, code: number): number => {
  const next = state ^ Math.imul(code, 0x1b873593);
  return (Math.imul((next << 15) | (next >>> 17), 0x85ebca6b) + 0x27d4eb2f) >>> 0;
};

/** A number of 22 bits for four characters: most places of most texts are out with one look. */
const beginningAt = (text: string, at: number): number => {
  let state = 0;
  for (let index = at; index < at + LEAST_INSIDE; index++) state = mixB(state, text.charCodeAt(index));
  return state >>> 10;
};
