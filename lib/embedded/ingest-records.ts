import { createInterface } from "node:readline";
import type { Tap } from "./ingest-tap.ts";

/** A wrapper's head must be inside this many bytes to be seen (`{"NextToken":"…","Events":[`). */
const LOOKAHEAD = 16 * 1024;
/** A record is at most 1 MiB (CloudTrail quotas); what is longer has lost its end. */
const MAX_RECORD_BYTES = 2 * 1024 * 1024;
const WRAPPER =
  /^\{\s*(?:"[^"\\]*"\s*:\s*(?:"[^"\\]*"|[-\d.eE+]+|true|false|null)\s*,\s*)*"(?:Records|Events|events|records)"\s*:\s*\[/;
/** Where reading starts again behind a broken record. */
const RECORD_STARTS = ['{"eventVersion"', "\n{", '{"EventId"'];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const NEWLINE = 0x0a;
const INCOMPLETE = -1;
const BROKEN = -2;

/** One parsed JSON value of a file, or the news that something in it could not be read. */
export type Piece = { readonly value: unknown } | { readonly lost: string };

/**
 * The objects in a file, one by one: members of `Records` or `Events`, elements of a list, lines, or the file as a
 * whole. Reads on behind a broken object, and up to where a truncated file breaks off. Holds one object in memory.
 */
export async function* piecesOf(tap: Tap, packed: boolean): AsyncGenerator<Piece> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of tap.stream(packed)) rest = yield* take(Buffer.concat([rest, chunk as Buffer]), false);
  } catch (error) {
    for (const piece of take(rest, true)) if ("value" in piece) yield piece;
    yield { lost: `the file breaks off (${(error as Error).message})` };
    return;
  }
  yield* take(rest, true);
}

/** The lines of a text file, up to where it breaks off. */
export async function* linesOf(tap: Tap, packed: boolean): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: tap.stream(packed), crlfDelay: Number.POSITIVE_INFINITY });
  } catch {
    return;
  }
}

/** The same for a file that is in memory. */
export function* piecesIn(data: Buffer): Generator<Piece> {
  yield* take(data, true);
}

/** Takes every whole object off the front of `data`; answers what is left for the next round. */
function* take(data: Buffer, end: boolean): Generator<Piece, Buffer> {
  let at = 0;
  for (;;) {
    const start = data.indexOf(OPEN, at);
    if (start === -1) return Buffer.alloc(0);
    if (!end && data.length - start < LOOKAHEAD) return data.subarray(start);
    const wrapper = WRAPPER.exec(data.subarray(start, start + LOOKAHEAD).toString("latin1"));
    if (wrapper !== null) {
      at = start + wrapper[0].length;
      continue;
    }
    const stop = endOf(data, start);
    if (stop === INCOMPLETE && !end && data.length - start < MAX_RECORD_BYTES) return data.subarray(start);
    yield stop > 0
      ? parsed(data.subarray(start, stop))
      : { lost: stop === BROKEN ? "a record is broken" : "a record has no end" };
    at = stop > 0 ? stop : nextStart(data, start + 1);
  }
}

const parsed = (data: Buffer): Piece => {
  try {
    return { value: JSON.parse(data.toString()) as unknown };
  } catch {
    return { lost: "a record is broken" };
  }
};

/** Index behind the object that starts at `start`; BROKEN at a line break inside a text or before a new object. */
const endOf = (data: Buffer, start: number): number => {
  let depth = 0;
  for (let at = start; at < data.length; at++) {
    const byte = data[at];
    if (byte === QUOTE) {
      at = endOfText(data, at + 1);
      if (at < 0) return at;
    } else if (byte === OPEN || byte === OPEN_LIST) depth++;
    else if (byte === CLOSE || byte === CLOSE_LIST) {
      depth--;
      if (depth === 0) return at + 1;
    } else if (byte === NEWLINE && data[at + 1] === OPEN && data[at + 2] === QUOTE) return BROKEN;
  }
  return INCOMPLETE;
};

const endOfText = (data: Buffer, from: number): number => {
  for (let at = from; at < data.length; at++) {
    const byte = data[at];
    if (byte === BACKSLASH) at++;
    else if (byte === QUOTE) return at;
    else if (byte === NEWLINE) return BROKEN;
  }
  return INCOMPLETE;
};

const nextStart = (data: Buffer, from: number): number => {
  const found = RECORD_STARTS.map((mark) => data.indexOf(mark, from)).filter((at) => at !== -1);
  return found.length === 0 ? data.length : Math.min(...found);
};
