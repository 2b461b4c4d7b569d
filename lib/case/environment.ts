/** Where and by what a bundle was sealed, as it was measured then; what could not be measured is left out, and `notMeasured` says why. */
import * as z from "zod";
import { Instant, type Known } from "./schema.ts";

export const Environment = z.looseObject({
  schema: z.literal("cordon/environment/v1"),
  measuredAt: Instant.describe("by the clock that `clock` judges"),
  host: z.string().exactOptional().describe("host name, or the function and its version in AWS"),
  user: z
    .string()
    .exactOptional()
    .describe(
      "who ran the verb that sealed: the account of the operating system, or the ARN that AWS gives for the caller",
    ),
  platform: z.string().describe("operating system, its release, and the processor's architecture"),
  runtime: z.record(z.string(), z.string()).describe("Node.js and what it is made of, by version"),
  timeZoneData: z.string().exactOptional().describe("release of the IANA time zone data in use"),
  timeZone: z.string().describe("of the process; every time in a bundle is UTC all the same"),
  engine: z
    .looseObject({ name: z.string(), version: z.string(), settings: z.record(z.string(), z.string()) })
    .exactOptional()
    .describe("what answered the queries; in AWS each query names its engine itself"),
  clock: z
    .looseObject({
      source: z.string().describe("against what the clock was held"),
      offsetMs: z.number().describe("reference less this clock, in milliseconds"),
      errorMs: z.number().describe("how far the offset may be off"),
    })
    .exactOptional(),
  notMeasured: z.array(z.looseObject({ what: z.string(), why: z.string() })),
});
export type Environment = Known<typeof Environment>;
