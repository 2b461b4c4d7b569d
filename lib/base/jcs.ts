import { createHash } from "node:crypto";
import { CordonError } from "./errors.ts";
import { EvidenceError } from "./evidenceError.ts";
import { parseStrictJsonBytes } from "./strictJson.ts";

export { parseStrictJson } from "./strictJson.ts";

/** Deeper values are refused: nothing Cordon hashes comes near, and a cycle ends here instead of in a stack overflow. */
const MAX_DEPTH = 1000;
/** node:crypto takes less than 2 GiB at a time. */
const MAX_UPDATE_BYTES = 2 ** 30;

/**
 * RFC 8785 (JCS) text of a JSON value: the one spelling that may be hashed or signed.
 * Throws INPUT_INVALID where JSON would silently lose or change something: undefined, functions, symbols, bigint,
 * class instances (Date, Map …), NaN and infinities, integers beyond ±(2^53−1), lone surrogates.
 * Text from logs may carry lone surrogates; call `toWellFormed()` on it first.
 */
export function canonicalJson(value: unknown): string {
  return write(value, [], 0);
}

/** UTF-8 bytes of `canonicalJson`. */
export function canonicalBytes(value: unknown): Uint8Array {
  return Buffer.from(canonicalJson(value), "utf8");
}

/** The value of bytes that are their own canonical JSON; anything else is refused with finding JSON. */
export function parseCanonicalJson(bytes: Uint8Array): unknown {
  const { text, value } = parseStrictJsonBytes(bytes);
  if (canonicalJson(value) !== text) throw new EvidenceError("JSON", "not its own canonical form (RFC 8785)");
  return value;
}

/** Lower-case hex SHA-256 of bytes, or of the UTF-8 bytes of a string. */
export function sha256Hex(data: Uint8Array | string): string {
  const hash = createHash("sha256");
  if (typeof data === "string") return hash.update(data).digest("hex");
  for (let at = 0; at < data.length; at += MAX_UPDATE_BYTES) hash.update(data.subarray(at, at + MAX_UPDATE_BYTES));
  return hash.digest("hex");
}

/** Lower-case hex SHA-256 of the canonical JSON of a value: its identity everywhere in Cordon. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** `at` holds the way to the value, up to its depth; it becomes a path only where something is refused. */
type Way = (string | number)[];

function write(value: unknown, at: Way, depth: number): string {
  if (depth > MAX_DEPTH) throw refused(at, depth, `at most ${MAX_DEPTH} levels`, "deeper, or a cycle");
  if (typeof value === "string") return writeString(value, at, depth);
  if (typeof value === "number") return writeNumber(value, at, depth);
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return writeArray(value, at, depth);
  if (isPlainObject(value)) return writeObject(value, at, depth);
  throw refused(at, depth, "a JSON value", describe(value));
}

function writeArray(value: readonly unknown[], at: Way, depth: number): string {
  let text = "[";
  for (let index = 0; index < value.length; index++) {
    at[depth] = index;
    text += `${index === 0 ? "" : ","}${write(value[index], at, depth + 1)}`;
  }
  return `${text}]`;
}

/** Members in the order of the UTF-16 code units of their names, which is what `sort` without arguments does. */
function writeObject(value: Readonly<Record<string, unknown>>, at: Way, depth: number): string {
  const names = Object.keys(value);
  if (!isSorted(names)) names.sort();
  let text = "{";
  for (const name of names) {
    text += `${text === "{" ? "" : ","}${writeString(name, at, depth)}:`;
    at[depth] = name;
    text += write(value[name], at, depth + 1);
  }
  return `${text}}`;
}

/** As most are: what was read from canonical JSON. */
const isSorted = (names: readonly string[]): boolean => names.every((name, at) => at === 0 || names[at - 1]! < name);

/** JSON.stringify escapes exactly as RFC 8785 section 3.2.2.2 demands, once lone surrogates are excluded. */
function writeString(value: string, at: Way, depth: number): string {
  if (!value.isWellFormed()) throw refused(at, depth, "well-formed Unicode", "a lone surrogate");
  return JSON.stringify(value);
}

/** ECMAScript's own number-to-text is what RFC 8785 section 3.2.2.3 prescribes. */
function writeNumber(value: number, at: Way, depth: number): string {
  if (!Number.isFinite(value)) throw refused(at, depth, "a finite number", String(value));
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw refused(at, depth, "±(2^53−1), else text", String(value));
  return JSON.stringify(value);
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === "object" ? `an instance of ${value?.constructor?.name ?? "unknown"}` : typeof value;
}

function refused(at: Way, depth: number, expected: string, got: string): CordonError {
  const path = `$${at
    .slice(0, depth)
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")}`;
  return new CordonError("INPUT_INVALID", `Not canonical JSON at ${path}: expected ${expected}, got ${got}`, {
    faults: [{ path, expected, got }],
  });
}
