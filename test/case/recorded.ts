import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { DEFAULT_LIMITS } from "../../lib/evidence/inventory.ts";
import { unpackZip } from "../evidence/wholeZip.ts";

const FILE = new URL("../fixtures/case-0.1.0/data.zip.gz", import.meta.url);

/** The files below `data/` of a bundle that 0.1.0 sealed: a finished case, never written again. */
export const sealedBy010 = (): ReadonlyMap<string, Uint8Array> =>
  unpackZip(gunzipSync(readFileSync(FILE)), DEFAULT_LIMITS);
