import { z } from "zod";

const BucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "expected the name of a bucket");
const Prefix = z
  .string()
  .regex(/^([^/,]+\/)*$/, "expected nothing, or a prefix that ends in /")
  .default("");
const Source = z.string().regex(/^[^/,]+(\/[^/,]+)*$/, "expected a folder below the prefix, without / at its ends");
const KeyArn = z.string().startsWith("arn:").nullable().default(null);

/** Fields of the default format, version 2 (VPC user guide, "Flow log records"). */
const DEFAULT_FIELDS =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status".split(
    " ",
  );
const NEEDED_FIELDS = ["srcaddr", "dstaddr", "bytes", "start", "end"];

/** S3 server access logs. */
export const AccessLogs = z
  .strictObject({
    bucket: BucketName,
    prefix: Prefix,
    /** `by-day`: S3's date-based partitioning. `flat`: file names that begin with the day, all in one folder. */
    layout: z.enum(["by-day", "flat"]),
    /** Folders below the prefix: of `by-day` `account/region/bucket`; of `flat` one a target prefix, or none at all. */
    sources: z.array(Source).max(1000).default([]),
  })
  .refine(({ layout, sources }) => layout === "flat" || sources.length > 0, {
    path: ["sources"],
    error: "expected account/region/bucket of each logged bucket, for layout by-day",
  })
  // They travel in an environment variable, of which a function has 4 KB for all.
  .refine(({ layout, sources }) => layout === "by-day" || sources.length <= 10, {
    path: ["sources"],
    error: "expected at most 10 folders, for layout flat",
  });

/** VPC flow logs as text in S3, below `AWSLogs/<account>/vpcflowlogs/<region>/<day>/`. */
export const FlowLogs = z.strictObject({
  bucket: BucketName,
  prefix: Prefix,
  /** The format in its order. */
  fields: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*$/, "expected the name of a field such as pkt-srcaddr"))
    .refine((fields) => new Set(fields).size === fields.length, "expected each field once")
    .refine(
      (fields) => NEEDED_FIELDS.every((name) => fields.includes(name)),
      `expected ${NEEDED_FIELDS.join(", ")} among them`,
    )
    .default(DEFAULT_FIELDS),
  keyArn: KeyArn,
});

/** Okta's system log, JSON lines in folders by day, as Firehose writes them. */
export const IdentityLogs = z.strictObject({ bucket: BucketName, prefix: Prefix, keyArn: KeyArn });
