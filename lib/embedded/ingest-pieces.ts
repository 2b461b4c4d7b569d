import {
  CLOSE,
  CLOSE_LIST,
  COMMA,
  endOf,
  endOfText,
  INCOMPLETE,
  MOST_DEPTH,
  NEWLINE,
  nextStart,
  OPEN,
  OPEN_LIST,
  QUOTE,
  skipBlank,
} from "./ingest-bytes.ts";
import { MOST_LINE } from "./ingest-text.ts";

/** A file that is longer without a break is no record: CloudTrail's are at most 1 MiB, and a search hit may hold one twice. */
const MOST_OBJECT = 4 * 1024 * 1024;
/** A wrapper's head must be inside this many bytes to be seen (`{"NextToken":"…","Events":[`). */
const LOOKAHEAD = 16 * 1024;
/** What may stand before a record on its line: a time, a syslog header, a host. */
const MOST_PREFIX = 1024;
/** Bytes that may be looked at in vain, as a multiple of what there is: reading stays linear whatever the bytes are. */
const MOST_WASTE = 4;
const FREE_WASTE = 16 * 1024 * 1024;
/** A file in which so much is lost, and twenty times more than is read, is not read to its end. */
const MOST_LOST = 20_000;
const LOST_FOR_ONE = 20;

const NAMES = "Records|records|Events|events|logEvents|hits|results|rows|QueryResultRows";
const SCALAR = String.raw`"[^"\\]*"|[-\d.eE+]+|true|false|null|\{[^{}]*\}|\[[^[\]{}]*\]`;
const MEMBERS = String.raw`(?:"[^"\\]*"\s*:\s*(?:${SCALAR})\s*,\s*)*`;
const WRAPPER = new RegExp(String.raw`\{\s*${MEMBERS}"(?:${NAMES})"\s*:\s*(?=[[{])`, "y");
const NEXT_LIST = new RegExp(String.raw`,\s*${MEMBERS}"(?:${NAMES})"\s*:\s*(?=\[)`, "y");
/** `==> file <==`, as `tail` and `head` write between files. */
const FILE_MARK = /^==> .* <==$/;

/** One parsed JSON value of a file, or the news that something in it could not be read. */
export type Piece =
  | { readonly value: unknown }
  /** Members behind a wrapper's list (`"NextToken":…`): records only if they hold a list themselves. */
  | { readonly tail: unknown }
  | { readonly lost: string };

/**
 * The values in a file, one by one: members of `Records`, `Events` and the like, elements of a list, lines with or without
 * something before the object, values one after another. Every byte belongs to a value, to what parts them, or to a `lost`
 * piece. Reads on behind a broken value, holds one in memory, and looks at each byte a few times at most.
 */
export async function* piecesOf(chunks: AsyncIterable<Buffer>, before: Before = NOTHING_BEFORE): AsyncGenerator<Piece> {
  const scanner = createScanner(before);
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of chunks) {
      rest = yield* scanner.take(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), false);
      if (scanner.hasGivenUp()) return;
    }
  } catch (error) {
    yield* scanner.take(rest, true);
    yield { lost: `it breaks off (${(error as Error).message})` };
    return;
  }
  yield* scanner.take(rest, true);
}

/** The same for a file that is in memory, or for the rest of one. */
export function* piecesIn(data: Buffer, before: Before = NOTHING_BEFORE): Generator<Piece> {
  yield* createScanner(before).take(data, true);
}

/** What was taken off the front of a file in another way. */
export interface Before {
  readonly bytes: number;
  readonly values: number;
  /** It ends inside the list of a wrapper. */
  readonly isInList: boolean;
}

const NOTHING_BEFORE: Before = { bytes: 0, values: 0, isInList: false };

interface Scanner {
  /** Takes every whole value off the front of `data`; answers what is left for the next round. */
  take(data: Buffer, end: boolean): Generator<Piece, Buffer>;
  /** The file is too damaged: what comes is not to be taken. */
  hasGivenUp(): boolean;
}

/** What one look at the data gave: where to go on, with a piece or without; null: more data is needed. */
type Step = { readonly at: number; readonly piece?: Piece; readonly seek?: true } | null;

const NOTHING_LEFT = Buffer.alloc(0);
/** Longest mark of `RECORD_STARTS`, with what stands before it. */
const MARK_BYTES = 32;

const createScanner = (before: Before): Scanner => {
  /** Brackets of wrappers and lists that were entered and are not closed. */
  const open: number[] = before.isInList ? [OPEN, OPEN_LIST] : [];
  let seeking = false;
  let waste = 0;
  let most = FREE_WASTE + MOST_WASTE * before.bytes;
  let lost = 0;
  let { values } = before;
  const hasGivenUp = (): boolean => waste > most || (lost > MOST_LOST && lost > LOST_FOR_ONE * values);

  function* take(data: Buffer, end: boolean): Generator<Piece, Buffer> {
    most += MOST_WASTE * data.length;
    const heads = headsIn(data);
    for (let at = 0; ; ) {
      if (seeking) {
        const start = nextStart(data, at);
        if (start === -1) return end ? NOTHING_LEFT : data.subarray(Math.max(at, data.length - MARK_BYTES));
        at = start;
      }
      at = skipBlank(data, at);
      if (at >= data.length || (!end && data.length - at < LOOKAHEAD)) {
        if (end && open.length > 0) yield { lost: "it breaks off inside a list" };
        return data.subarray(at);
      }
      const step = stepAt(data, at, end, heads);
      if (step === null) return data.subarray(at);
      if (step.piece !== undefined) {
        yield step.piece;
        if ("lost" in step.piece) lost++;
        else values++;
      }
      seeking = step.seek === true;
      if (hasGivenUp()) {
        yield { lost: "the rest is too damaged to be read" };
        return NOTHING_LEFT;
      }
      at = step.at;
    }
  }

  const stepAt = (data: Buffer, at: number, end: boolean, heads: Heads): Step => {
    switch (data[at]) {
      case CLOSE:
      case CLOSE_LIST:
        return closing(data, at);
      case COMMA:
        return open.at(-1) === OPEN ? behindList(data, at, end, heads) : { at: at + 1 };
      case OPEN:
        return object(data, at, end, heads(WRAPPER, at));
      case OPEN_LIST:
        return open.at(-1) === OPEN_LIST ? value(data, at, end) : entering(at, 1);
      case QUOTE:
        return text(data, at, end);
      default:
        return open.length > 0 ? lose(at, "an element of a list is no object") : line(data, at, end);
    }
  };

  const lose = (at: number, lost: string, looked = 0): Step => {
    waste += looked;
    return { at: at + 1, piece: { lost }, seek: true };
  };

  const closing = (data: Buffer, at: number): Step => {
    const was = open.pop();
    return was === (data[at] === CLOSE ? OPEN : OPEN_LIST) ? { at: at + 1 } : lose(at, "a bracket closes nothing");
  };

  const entering = (at: number, bytes: number, piece?: Piece): Step => {
    if (open.length >= MOST_DEPTH) return lose(at, "it is nested too deep");
    open.push(bytes === 1 ? OPEN_LIST : OPEN);
    return { at: at + bytes, ...(piece === undefined ? {} : { piece }) };
  };

  /**
   * In a list an object is a record even where it holds a list itself, and so may be what stands before a list: it is entered
   * only if it cannot be had as a whole.
   */
  const object = (data: Buffer, at: number, end: boolean, head: number): Step => {
    if (head === 0) return value(data, at, end);
    const isHiding = hidesRecord(data, at, head);
    if (open.at(-1) !== OPEN_LIST && !isHiding) return entering(at, head);
    const stop = endOf(data, at, 0);
    if (stop === INCOMPLETE && !end && data.length - at < MOST_OBJECT) return null;
    const piece = stop > 0 && stop - at < MOST_OBJECT ? parsed(data.subarray(at, stop), false) : null;
    if (piece !== null && !("lost" in piece)) return { at: stop, piece };
    waste += lookedAt(data, at, stop > 0 ? -stop : stop);
    return entering(at, head, isHiding ? membersBefore(data.subarray(at, at + head)) : undefined);
  };

  /** The other members of a wrapper whose list has just been closed. */
  const behindList = (data: Buffer, at: number, end: boolean, heads: Heads): Step => {
    const list = heads(NEXT_LIST, at);
    const isHiding = hidesRecord(data, at, list);
    if (list > 0 && !isHiding) return { at: at + list };
    const stop = endOf(data, at, 1);
    if (stop === INCOMPLETE && !end && data.length - at < MOST_OBJECT) return null;
    if (list > 0 && stop <= 0) {
      waste += lookedAt(data, at, stop);
      return { at: at + list, piece: membersBefore(Buffer.concat([TAIL_START, data.subarray(at, at + list)])) };
    }
    open.pop();
    if (stop <= 0) return lose(at, "it breaks off behind a list", lookedAt(data, at, stop));
    return { at: stop, piece: parsed(Buffer.concat([TAIL_START, data.subarray(at, stop)]), true) };
  };

  const value = (data: Buffer, at: number, end: boolean): Step => {
    const stop = endOf(data, at, 0);
    if (stop === INCOMPLETE && !end && data.length - at < MOST_OBJECT) return null;
    if (stop > 0) return { at: stop, piece: parsed(data.subarray(at, stop), false) };
    const reason = stop === INCOMPLETE ? "a record has no end" : "a record is broken";
    return lose(at, reason, lookedAt(data, at, stop));
  };

  /** A record as JSON text, as `jq` prints a member that holds one. */
  const text = (data: Buffer, at: number, end: boolean): Step => {
    const stop = endOfText(data, at + 1);
    if (stop === INCOMPLETE && !end && data.length - at < MOST_OBJECT) return null;
    if (stop <= 0) return lose(at, "a text has no end", lookedAt(data, at, stop));
    return { at: stop + 1, piece: parsed(data.subarray(at, stop + 1), false) };
  };

  /** What stands before an object on its line, or no record at all. */
  const line = (data: Buffer, at: number, end: boolean): Step => {
    const found = data.indexOf(NEWLINE, at);
    if (found === -1 && !end && data.length - at < MOST_LINE) return null;
    const stop = found === -1 ? data.length : found;
    const brace = data.subarray(at, Math.min(stop, at + MOST_PREFIX)).indexOf(OPEN);
    if (brace > 0) return { at: at + brace };
    const text = data
      .subarray(at, Math.min(stop, at + 256))
      .toString()
      .trim();
    return { at: stop, ...(FILE_MARK.test(text) ? {} : { piece: { lost: "a line is no record" } }) };
  };

  return { take, hasGivenUp };
};

/** What stands before a list is passed by: never what may be a record. */
const hidesRecord = (data: Buffer, at: number, bytes: number): boolean =>
  /event_?name/i.test(data.toString("latin1", at, at + bytes));

/** Makes an object of the members that follow one that was read. */
const TAIL_START = Buffer.from('{"":0');
/** The same of those before a list, up to it. */
const membersBefore = (data: Buffer): Piece => parsed(Buffer.concat([data, Buffer.from("null}")]), true);

const lookedAt = (data: Buffer, at: number, stop: number): number => (stop === INCOMPLETE ? data.length : -stop) - at;

/** How many bytes a pattern takes at a place, 0 for none. Text is made of many places at once. */
type Heads = (pattern: RegExp, at: number) => number;

const headsIn = (data: Buffer): Heads => {
  let [from, text] = [0, ""];
  return (pattern, at) => {
    const isShort = at + LOOKAHEAD > from + text.length && from + text.length < data.length;
    if (at < from || isShort || text === "") {
      from = at;
      text = data.toString("latin1", at, Math.min(data.length, at + 16 * LOOKAHEAD));
    }
    pattern.lastIndex = at - from;
    return pattern.exec(text)?.[0].length ?? 0;
  };
};

/** Never throws. */
export const parsed = (data: Buffer, isTail: boolean): Piece => {
  try {
    const value: unknown = JSON.parse(data.toString());
    return isTail ? { tail: value } : { value };
  } catch {
    return { lost: "a record is broken" };
  }
};
