import * as z from "zod";
import { Instant, type Known } from "./schema.ts";

/** A decision or a review as it is stored: the envelope as it came, the key it was signed with, and when it arrived here. */
export const StoredDecision = z.looseObject({
  envelope: z.base64().describe("DSSE envelope of an in-toto statement over the plan's digest"),
  publicKey: z.base64().describe("DER SubjectPublicKeyInfo"),
  receivedAt: Instant,
});
export type StoredDecision = Known<typeof StoredDecision>;
