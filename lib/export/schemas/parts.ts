/** What several of the published files are made of. */
import * as z from "zod";
import { Count, Text } from "../../case/schema.ts";

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
