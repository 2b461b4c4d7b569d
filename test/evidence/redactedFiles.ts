import { type Bodies, wholeOf } from "../../lib/base/content.ts";
import { withSpools } from "../../lib/base/spool.ts";
import type { RedactionRecord } from "../../lib/evidence/checkRedaction.ts";
import { type RedactionWish, redactBundle } from "../../lib/export/redact/redactBundle.ts";
import { wholeFiles } from "./wholeZip.ts";

/** A redacted copy, held whole: what tests redact is small. */
export const redactedFiles = (
  bundle: Bodies,
  wish: Omit<RedactionWish, "coarse"> & Partial<RedactionWish>,
): Promise<{
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly tokens: string;
  readonly record: RedactionRecord;
}> =>
  withSpools(async (spools) => {
    const { files, tokens, record } = await redactBundle(bundle, { coarse: false, ...wish }, spools);
    return { files: wholeFiles(files), tokens: Buffer.from(wholeOf(tokens)).toString("utf8"), record };
  });
