const NEWLINE = 10;

/** The lines of a text that are not empty, one after the other, so that a large one is never held as one text. */
export function* textLines(bytes: Uint8Array): Generator<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length; ) {
    const next = buffer.indexOf(NEWLINE, at);
    const end = next === -1 ? buffer.length : next;
    if (end > at) yield buffer.toString("utf8", at, end);
    at = end + 1;
  }
}
