import { createHmac } from "node:crypto";
import { canonicalBytes, sha256Hex } from "../../base/jcs.ts";
import { type Kind, parse } from "./identifiers.ts";

export const ALGORITHM = "HMAC-SHA256, first 128 bits";
/** 128 bits: no two things share a token, and none is found by trying. */
const TOKEN_DIGITS = 32;
/** Shorter texts stand in ordinary words; they are replaced only where they are the whole value. */
const LEAST_INSIDE = 4;

/** What tokens stand for: kept by whoever made the copy, never shared. */
export interface TokenMap {
  readonly secret: string;
  readonly tokens: Readonly<Record<string, string>>;
}

export interface Redactor {
  /** The same JSON value with tokens in the place of identifiers; member names stay. */
  readonly redact: (value: unknown) => unknown;
  readonly map: TokenMap;
  /** SHA-256 (hex) of the map's canonical JSON. */
  readonly mapSha256: string;
}

/**
 * Stable within a copy, and with another secret unlinkable between copies. A plain digest would not do: there are only
 * four billion addresses to try.
 */
export const createRedactor = (identifiers: ReadonlyMap<string, Kind>, secret: string): Redactor => {
  const tokenOf = new Map(
    [...identifiers].map(([text, kind]) => [
      text,
      `${kind}-${createHmac("sha256", Buffer.from(secret, "hex")).update(`${kind}\n${text}`).digest("hex").slice(0, TOKEN_DIGITS)}`,
    ]),
  );
  const inside = patternOf([...tokenOf.keys()].filter((text) => text.length >= LEAST_INSIDE));
  const inText = (text: string): string => {
    const whole = tokenOf.get(text);
    if (whole !== undefined) return whole;
    const parsed = /^\s*[[{]/.test(text) ? parse(text) : undefined;
    if (typeof parsed === "object" && parsed !== null) return JSON.stringify(redact(parsed));
    return inside === null ? text : text.replace(inside, (match) => tokenOf.get(match) ?? match);
  };
  const redact = (value: unknown): unknown => {
    if (typeof value === "string") return inText(value);
    if (Array.isArray(value)) return value.map(redact);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [tokenOf.get(name) ?? name, redact(member)]),
    );
  };
  const map = { secret, tokens: Object.fromEntries([...tokenOf].map(([text, token]) => [token, text])) };
  return { redact, map, mapSha256: sha256Hex(canonicalBytes(map)) };
};

/** Longest first, so that an ARN goes before the name inside it; not inside longer words. */
const patternOf = (texts: readonly string[]): RegExp | null => {
  if (texts.length === 0) return null;
  const sorted = texts.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return new RegExp(
    `(?<![A-Za-z0-9])(?:${sorted.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&")).join("|")})(?![A-Za-z0-9])`,
    "g",
  );
};
