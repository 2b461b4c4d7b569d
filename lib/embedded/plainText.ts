import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { encodingOf } from "./ingest-content.ts";

/** A document that a person hands in is at most this large, unpacked; a snapshot of 5,000 identities has about 40 MB. */
const MOST_BYTES = 512 * 1024 * 1024;

/** The text of a document, packed with gzip or not, in any Unicode encoding, without its byte order mark. */
export const plainText = (bytes: Uint8Array): string => {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
  return new TextDecoder(encodingOf(plain)).decode(plain);
};

/** The same for a file. Throws as `node:fs` and `node:zlib` do. */
export const textOfFile = (path: string): string => plainText(readFileSync(path));
