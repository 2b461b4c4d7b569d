import { EvidenceError } from "../base/evidenceError.ts";

/** Universal and context tags that time stamps use (X.690 section 8). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
} as const;

/** One value as it stands: its tag, its contents, and all its bytes with the header. */
export interface Value {
  readonly tag: number;
  readonly body: Uint8Array;
  readonly whole: Uint8Array;
}

/** Reads exactly one DER value that fills the bytes; fault ENCODING otherwise. */
export function readOne(bytes: Uint8Array, tag: number): Value {
  const values = readAll(bytes);
  if (values.length !== 1 || values[0]!.tag !== tag) throw refused(`one value of tag ${tag}`);
  return values[0]!;
}

/** The values inside a constructed one. Definite lengths in the shortest form, single-byte tags. */
export function readAll(bytes: Uint8Array): readonly Value[] {
  const values: Value[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { tag, start, end } = header(bytes, at);
    values.push({ tag, body: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return values;
}

function header(bytes: Uint8Array, at: number): { readonly tag: number; readonly start: number; readonly end: number } {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw refused("a value");
  const octets = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || octets > 4) throw refused("a definite length");
  let length = octets === 0 ? first : 0;
  for (let index = 0; index < octets; index += 1) length = length * 256 + (bytes[at + 2 + index] ?? 0);
  const isShortest = octets === 0 || (length >= 0x80 && length >= 256 ** (octets - 1));
  const start = at + 2 + octets;
  if (!isShortest || start + length > bytes.length) throw refused("the shortest length, within the bytes");
  return { tag, start, end: start + length };
}

/** DER of one value. */
export function encode(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(tag), lengthOf(body.length), body]);
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const hex = length.toString(16);
  const octets = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  return Buffer.concat([Uint8Array.of(0x80 | octets.length), octets]);
}

/** `1.2.840.…` of an OBJECT IDENTIFIER's contents. */
export function oidOf(body: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of body) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const first = arcs.shift() ?? 0;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...arcs].join(".");
}

/** Contents of an OBJECT IDENTIFIER. */
export function oidBytes(oid: string): Uint8Array {
  const [root = 0, second = 0, ...rest] = oid.split(".").map(Number);
  return Uint8Array.from([root * 40 + second, ...rest].flatMap(base128));
}

const base128 = (arc: number): readonly number[] => {
  const octets = [arc & 0x7f];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) octets.unshift((left & 0x7f) | 0x80);
  return octets;
};

const refused = (expected: string): EvidenceError =>
  new EvidenceError("ENCODING", `time stamp: expected ${expected} in DER`);
