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
  return write(value, "$", 0);
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

function write(value: unknown, path: string, depth: number): string {
  if (depth > MAX_DEPTH) throw refused(path, `at most ${MAX_DEPTH} levels`, "deeper, or a cycle");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return writeString(value, path);
  if (typeof value === "number") return writeNumber(value, path);
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item, index) => write(item, `${path}[${index}]`, depth + 1)).join(",")}]`;
  }
  if (isPlainObject(value)) return writeObject(value, path, depth);
  throw refused(path, "a JSON value", describe(value));
}

/** Members in the order of the UTF-16 code units of their names, which is what `sort` without arguments does. */
function writeObject(value: Readonly<Record<string, unknown>>, path: string, depth: number): string {
  const members = Object.keys(value)
    .sort()
    .map((name) => `${writeString(name, path)}:${write(value[name], `${path}.${name}`, depth + 1)}`);
  return `{${members.join(",")}}`;
}

/** JSON.stringify escapes exactly as RFC 8785 section 3.2.2.2 demands, once lone surrogates are excluded. */
function writeString(value: string, path: string): string {
  if (!value.isWellFormed()) throw refused(path, "well-formed Unicode", "a lone surrogate");
  return JSON.stringify(value);
}

/** ECMAScript's own number-to-text is what RFC 8785 section 3.2.2.3 prescribes. */
function writeNumber(value: number, path: string): string {
  if (!Number.isFinite(value)) throw refused(path, "a finite number", String(value));
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw refused(path, "±(2^53−1), else text", String(value));
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

function refused(path: string, expected: string, got: string): CordonError {
  return new CordonError("INPUT_INVALID", `Not canonical JSON at ${path}: expected ${expected}, got ${got}`, {
    faults: [{ path, expected, got }],
  });
}
