import { type Body, chunksOf } from "./content.ts";

const NEWLINE = 10;

/** The lines that are not empty, one after the other, so that a large text is never held as one. */
export function* textLines(body: Body): Generator<string> {
  let begun: Buffer[] = [];
  for (const chunk of chunksOf(body)) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    for (let end = buffer.indexOf(NEWLINE); end !== -1; end = buffer.indexOf(NEWLINE, at)) {
      const line = lineOf(begun, buffer, at, end);
      if (line !== "") yield line;
      begun = [];
      at = end + 1;
    }
    if (at < buffer.length) begun.push(Buffer.from(buffer.subarray(at)));
  }
  if (begun.length > 0) yield Buffer.concat(begun).toString("utf8");
}

const lineOf = (begun: readonly Buffer[], buffer: Buffer, from: number, to: number): string =>
  begun.length === 0
    ? buffer.toString("utf8", from, to)
    : Buffer.concat([...begun, buffer.subarray(from, to)]).toString("utf8");
