import { createHash } from "node:crypto";

/** Numbers that depend on the seed alone: the same incident, byte for byte, on every machine. */
export interface Random {
  /** In [0, 1). */
  unit(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  text(alphabet: string, length: number): string;
  uuid(): string;
  /** An independent source of the same seed; what is drawn from it changes nothing here. */
  fork(name: string): Random;
}

export const CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
export const HEX = "0123456789abcdef";
export const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
export const ALPHANUMERIC = BASE64.slice(0, 62);
/** Unique ids and key ids of AWS are base 32. */
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export const createRandom = (seed: string): Random => {
  const next = sfc32(seed);
  const unit = (): number => next() / 0x1_0000_0000;
  const below = (limit: number): number => Math.floor(unit() * limit);
  const text = (alphabet: string, length: number): string => {
    let made = "";
    for (let at = 0; at < length; at++) made += alphabet[below(alphabet.length)]!;
    return made;
  };
  return {
    unit,
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (probability) => unit() < probability,
    pick: (items) => items[below(items.length)]!,
    text,
    uuid: () => {
      const hex = text(HEX, 30);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  };
};

/** A made-up key id of 20 characters that nobody can mistake for a real one: it ends like AWS's own examples. */
export const fakeKeyId = (prefix: "AKIA" | "ASIA", random: Random): string =>
  `${prefix}${random.text(BASE32, 9)}EXAMPLE`;

/** sfc32 (Chris Doty-Humphrey, PractRand): small, fast, passes PractRand; seeded with SHA-256 of the text. */
const sfc32 = (seed: string): (() => number) => {
  const digest = createHash("sha256").update(seed).digest();
  let a = digest.readUInt32LE(0);
  let b = digest.readUInt32LE(4);
  let c = digest.readUInt32LE(8);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm++) next();
  return next;
};
