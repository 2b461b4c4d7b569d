import { EvidenceError, printable } from "./evidenceError.ts";

/** Nothing that Cordon signs is deeper; a hostile text must not choose how deep the parser recurses. */
const MAX_DEPTH = 64;
/** Longer number literals are only ever an attack: 2^53 has 16 digits. */
const MAX_NUMBER_LENGTH = 40;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Parses JSON that two parsers could not read differently. Refuses, with finding JSON: duplicate member names at any
 * level, `__proto__` (which `canonicalJson` writes: logs may hold it, statements never do), depth over 64, a byte order mark, anything after the value, numbers that a double cannot hold
 * exactly as written (infinite, or integers beyond ±(2^53−1)), lone surrogates.
 */
export function parseStrictJson(text: string): unknown {
  const cursor: Cursor = { text, at: 0 };
  skipSpace(cursor);
  const value = parseValue(cursor, 0);
  skipSpace(cursor);
  if (cursor.at < text.length) throw refused(cursor, "nothing after the value");
  return value;
}

/** Decodes UTF-8 without tolerance (a byte order mark stays and is then refused) and parses strictly. */
export function parseStrictJsonBytes(bytes: Uint8Array): { readonly text: string; readonly value: unknown } {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new EvidenceError("JSON", "not UTF-8", cause);
  }
  return { text, value: parseStrictJson(text) };
}

function parseValue(cursor: Cursor, depth: number): unknown {
  const char = cursor.text[cursor.at];
  if (depth === MAX_DEPTH && (char === "{" || char === "[")) throw refused(cursor, `at most ${MAX_DEPTH} levels`);
  if (char === "{") return parseObject(cursor, depth);
  if (char === "[") return parseArray(cursor, depth);
  if (char === '"') return parseString(cursor);
  return parseScalar(cursor);
}

function parseObject(cursor: Cursor, depth: number): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (let more = !opensEmpty(cursor, "}"); more; more = separated(cursor, "}")) {
    if (cursor.text[cursor.at] !== '"') throw refused(cursor, "a member name");
    const name = parseString(cursor);
    if (name === "__proto__" || Object.hasOwn(value, name)) throw refused(cursor, `"${name}" only once and harmless`);
    skipSpace(cursor);
    expect(cursor, ":");
    skipSpace(cursor);
    value[name] = parseValue(cursor, depth + 1);
  }
  return value;
}

function parseArray(cursor: Cursor, depth: number): unknown[] {
  const items: unknown[] = [];
  for (let more = !opensEmpty(cursor, "]"); more; more = separated(cursor, "]"))
    items.push(parseValue(cursor, depth + 1));
  return items;
}

/** Steps over the opening bracket; true when the closing one follows at once. */
function opensEmpty(cursor: Cursor, close: string): boolean {
  cursor.at += 1;
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== close) return false;
  cursor.at += 1;
  return true;
}

/** After an element: true at a comma (and steps to the next element), false at the closing bracket. */
function separated(cursor: Cursor, close: string): boolean {
  skipSpace(cursor);
  if (cursor.text[cursor.at] === close) {
    cursor.at += 1;
    return false;
  }
  expect(cursor, ",");
  skipSpace(cursor);
  return true;
}

/** Finds the closing quote itself and leaves escapes and control characters to the engine's own parser. */
function parseString(cursor: Cursor): string {
  const start = cursor.at;
  let end = start + 1;
  while (end < cursor.text.length && cursor.text[end] !== '"') end += cursor.text[end] === "\\" ? 2 : 1;
  if (end >= cursor.text.length) throw refused(cursor, "a closing quote");
  let value: string;
  try {
    value = JSON.parse(cursor.text.slice(start, end + 1)) as string;
  } catch {
    throw refused(cursor, "a JSON string");
  }
  if (!value.isWellFormed()) throw refused(cursor, "well-formed Unicode");
  cursor.at = end + 1;
  return value;
}

function parseScalar(cursor: Cursor): number | boolean | null {
  const start = cursor.at;
  let end = start;
  while (end < cursor.text.length && end - start <= MAX_NUMBER_LENGTH && /[a-zA-Z0-9+.-]/.test(cursor.text[end]!))
    end += 1;
  const word = cursor.text.slice(start, end);
  const literal = LITERALS.get(word);
  if (literal === undefined && !isExactNumber(word)) throw refused(cursor, "a JSON value");
  cursor.at = end;
  return literal === undefined ? Number(word) : literal;
}

function isExactNumber(word: string): boolean {
  if (word.length > MAX_NUMBER_LENGTH || !NUMBER.test(word)) return false;
  const value = Number(word);
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

function skipSpace(cursor: Cursor): void {
  while (cursor.at < cursor.text.length && " \t\n\r".includes(cursor.text[cursor.at]!)) cursor.at += 1;
}

function expect(cursor: Cursor, char: string): void {
  if (cursor.text[cursor.at] !== char) throw refused(cursor, `"${char}"`);
  cursor.at += 1;
}

function refused(cursor: Cursor, expected: string): EvidenceError {
  const got = cursor.text.slice(cursor.at, cursor.at + 20);
  return new EvidenceError(
    "JSON",
    printable(`at character ${cursor.at}: expected ${expected}, got ${got || "the end"}`),
  );
}
