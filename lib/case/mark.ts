import * as z from "zod";
import { Instant, type Known, Sha256 } from "./schema.ts";

/** A file that was not understood, and that a person called irrelevant: their word and no reading of ours. */
export const Mark = z.looseObject({
  file: z.string(),
  reason: z.string().describe("why it was not understood"),
  because: z.string().describe("why the person calls it irrelevant"),
  humanId: z.string(),
  at: Instant,
  envelope: Sha256.describe("of the signed statement, which lies in `marks/`"),
});
export type Mark = Known<typeof Mark>;
