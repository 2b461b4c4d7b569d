/** Log files against CloudTrail's digest files. */
import * as z from "zod";
import { Count, type Known, Text, Texts } from "./schema.ts";

/**
 * `verified`: the SHA-256 of its content is the digest's. `differs`: it was changed, or cannot be unpacked. `missing`: a
 * digest names it and it is not there. `not covered`: no digest names it. `not checked`: a limit was reached, or it may
 * not be read.
 */
export const LOG_FILE_STATES = ["verified", "differs", "missing", "not covered", "not checked"] as const;
export type LogFileState = (typeof LOG_FILE_STATES)[number];

/** A digest file of CloudTrail: whether its RSA signature holds, and whether it fits the digest before it. */
export const DigestCheck = z.looseObject({
  file: z.string(),
  from: Text.describe("the hours it speaks of, ISO 8601 UTC; null where it cannot be read"),
  to: Text,
  signature: z.enum(["verified", "invalid", "not checked"]),
  chain: z
    .enum(["linked", "broken", "missing", "first", "not checked"])
    .describe("first: no digest before it is named; missing: the one before it is not there"),
  reason: Text,
});
export type DigestCheck = Known<typeof DigestCheck>;

export const IntegrityCounts = z.looseObject({
  verified: Count,
  differs: Count.describe("changed since delivery, or damaged"),
  missing: Count.describe("named by a digest, and not there"),
  "not covered": Count.describe("named by no digest"),
  "not checked": Count,
});

const checked = {
  digests: z.array(DigestCheck),
  files: z
    .array(z.looseObject({ file: z.string(), state: z.enum(LOG_FILE_STATES).exclude(["verified"]) }))
    .describe("what is not verified, the worst first, at most 200; what verifies is only counted"),
  counts: IntegrityCounts,
  notes: Texts.describe("what was not done, a sentence each"),
} as const;

/** What an engine says of the log files it was asked about. */
export const CheckedLogs = z.looseObject(checked);
export type CheckedLogs = Known<typeof CheckedLogs>;
export const LogIntegrity = z.looseObject({ schema: z.literal("cordon/log-integrity/v1"), ...checked });
export type LogIntegrity = Known<typeof LogIntegrity>;

/** The part of it that stands with the coverage; the whole is `log-integrity.json`. */
export const IntegrityCoverage = z.looseObject({
  says: z.string(),
  counts: IntegrityCounts,
  holes: Texts.describe("among those of the coverage"),
  notes: Texts,
});
export type IntegrityCoverage = Known<typeof IntegrityCoverage>;
