import { z } from "zod";

/** ISO 8601 UTC; whole seconds from logs, milliseconds from this deployment's clock. */
export const Instant = z.iso.datetime();
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const Count = z.int().min(0);
export const Texts = z.array(z.string());
export const Text = z.string().nullable();
export const Amount = z
  .strictObject({ objects: Count, calls: Count, bytes: Count.nullable() })
  .nullable()
  .describe("null when it cannot be known; `bytes` null when the objects are known and their size is not");

/** A principal as one source names it. */
export const Principal = z.looseObject({
  type: z.string(),
  accountId: Text,
  principalId: Text,
  arn: Text,
  userName: Text,
  accessKeyId: Text,
  roleSession: Text,
  issuerArn: Text,
});
