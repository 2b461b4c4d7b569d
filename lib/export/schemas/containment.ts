/** Plans, decisions, what was done, and what the ledger has of it. Members may be added by later versions, so objects are open; what is named here is there. */
import * as z from "zod";
import { Count, Instant, Sha256 } from "../../case/schema.ts";

export const LedgerEntryLine = z.strictObject({
  v: z.union([z.literal(1), z.literal(2)]),
  seq: Count,
  type: z.string(),
  case: Sha256.nullable().describe("opaque name of the case in the ledger"),
  digest: Sha256,
  statement: Sha256.optional().describe("of a sealing: SHA-256 of the signed statement; exactly where v is 2"),
  at: Instant,
  prevCase: Sha256.nullable(),
});
