/** What a notice says of a case, the same on every channel. */
import * as z from "zod";
import { Count, Instant, type Known, Text, Texts } from "./schema.ts";

export const NoticeFacts = z.looseObject({
  state: z.string().describe("how the case stands, in the sentence that page and terminal show"),
  verdict: z.string(),
  taken: z.string(),
  doors: Count.nullable().describe("that the actor left open; null: the logs have not told yet"),
  deadline: Instant.nullable().describe("of the question that waits"),
  fingerprint: Text.describe("of the plan that waits"),
  who: Text.describe("identity and buckets; null: the settings do not ask for names"),
  changed: Texts.describe("what is otherwise than in the notice before, a sentence each"),
});
export type NoticeFacts = Known<typeof NoticeFacts>;
