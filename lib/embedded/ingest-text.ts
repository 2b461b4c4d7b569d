import { NEWLINE } from "./ingest-bytes.ts";

/** A line that is longer is no entry of a log. */
export const MOST_LINE = 1024 * 1024;
const NOTHING_LEFT = Buffer.alloc(0);

/** The lines of a text; what is longer than a line may be is `null`. Throws where the chunks do. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string | null> {
  let rest: Buffer = Buffer.alloc(0);
  let isTooLong = false;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const part = chunk.subarray(from, end);
      if (isTooLong || rest.length + part.length > MOST_LINE) yield null;
      else yield textOf(rest.length === 0 ? part : Buffer.concat([rest, part]));
      rest = NOTHING_LEFT;
      isTooLong = false;
      from = end + 1;
    }
    const part = chunk.subarray(from);
    isTooLong ||= rest.length + part.length > MOST_LINE;
    rest = isTooLong ? NOTHING_LEFT : rest.length === 0 ? part : Buffer.concat([rest, part]);
  }
  if (isTooLong) yield null;
  else if (rest.length > 0) yield textOf(rest);
}

const textOf = (line: Buffer): string =>
  line
    .toString()
    .replace(/^\uFEFF/, "")
    .replace(/\r$/, "");
