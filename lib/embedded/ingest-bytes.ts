/** Places in the bytes of JSON text. */

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN = 0x7b;
export const CLOSE = 0x7d;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;
export const NEWLINE = 0x0a;
export const INCOMPLETE = 0;

/** Brackets inside brackets. */
export const MOST_DEPTH = 128;
/** Where reading starts again behind a broken record, besides an object at the start of a line. */
const RECORD_STARTS = ['{"eventVersion"', '{"EventId"'];
/** Blanks, byte order marks, NUL padding and the record separator of JSON text sequences (RFC 7464). */
export const skipBlank = (data: Buffer, from: number): number => {
  let at = from;
  for (; at < data.length; at++) {
    const byte = data[at]!;
    if (byte === 0xef && data[at + 1] === 0xbb && data[at + 2] === 0xbf) at += 2;
    else if (byte > 0x20) break;
  }
  return at;
};

/**
 * Index behind the value that starts at `start` (`depth` 0), or that is open there (`depth` 1). INCOMPLETE where the data
 * ends before; minus the index where it stops being JSON: a line break inside a text, an object where none may stand,
 * brackets nested too deep.
 */
export const endOf = (data: Buffer, start: number, already: number): number => {
  let depth = already;
  let before = COLON;
  for (let at = start; at < data.length; at++) {
    const byte = data[at]!;
    if (byte <= 0x20) continue;
    if (byte === QUOTE) {
      at = endOfText(data, at + 1);
      if (at <= 0) return at;
    } else if (byte === OPEN || byte === OPEN_LIST) {
      if (before !== COLON && before !== COMMA && before !== OPEN_LIST) return -at;
      if (++depth > MOST_DEPTH) return -at;
    } else if (byte === CLOSE || byte === CLOSE_LIST) {
      if (--depth === 0) return at + 1;
    }
    before = byte;
  }
  return INCOMPLETE;
};

export const endOfText = (data: Buffer, from: number): number => {
  for (let at = from; at < data.length; at++) {
    const byte = data[at];
    if (byte === BACKSLASH) at++;
    else if (byte === QUOTE) return at;
    else if (byte === NEWLINE) return -at;
  }
  return INCOMPLETE;
};

export const nextStart = (data: Buffer, from: number): number => {
  for (let at = data.indexOf(OPEN, from); at !== -1; at = data.indexOf(OPEN, at + 1)) {
    if (data[at - 1] === NEWLINE) return at;
    const head = data.toString("latin1", at, at + 15);
    if (RECORD_STARTS.some((mark) => head.startsWith(mark))) return at;
  }
  return -1;
};
