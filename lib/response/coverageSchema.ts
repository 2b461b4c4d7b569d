import { z } from "zod";

const Count = z.int().min(0);

/** S3 data events of one bucket: whether they were on, and for how many hours of the scan's window that is certain. */
export const BucketCoverage = z.strictObject({
  name: z.string(),
  dataEvents: z.enum(["covered", "partly", "absent", "unknown"]),
  hours: z
    .strictObject({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      hours: Count,
      certain: Count,
      share: z.number().min(0).max(1).nullable().describe("certain / hours"),
      holes: z.array(
        z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime(), hours: Count, reason: z.string() }),
      ),
    })
    .optional()
    .describe("hours in which reads of the bucket are certain to be on record, and why not in the others"),
});

export const IntegrityCounts = z.strictObject({
  verified: Count,
  differs: Count.describe("changed since delivery, or damaged"),
  missing: Count.describe("named by a digest, and not there"),
  "not covered": Count.describe("named by no digest"),
  "not checked": Count,
});

/** Log files against CloudTrail's digest files; the whole is in `log-integrity.json`. */
export const IntegrityCoverage = z.strictObject({
  says: z.string(),
  counts: IntegrityCounts,
  holes: z.array(z.string()),
  notes: z.array(z.string()),
});
