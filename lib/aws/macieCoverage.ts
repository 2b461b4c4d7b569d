import type { Account } from "../ports/ports.ts";
import type { BucketFacts } from "./macie.ts";

/** Names of one page; a prefix that covers more is not looked into any further. */
const PAGE = 1000;

/** Bytes that lie below some prefixes of a bucket now, as the reading role of its account lists them; null: not known. */
export const createCoverage =
  (account: Account) =>
  async ({ name, accountId }: BucketFacts, region: string, prefixes: readonly string[]): Promise<number | null> => {
    let bytes = 0;
    for (const Prefix of prefixes) {
      const input = { Bucket: name, Prefix, MaxKeys: PAGE };
      const listed = await account
        .call({ service: "s3", operation: "ListObjectsV2", region, accountId, input })
        .catch(() => null);
      if (listed === null || listed.output.IsTruncated === true) return null;
      for (const { Size } of (listed.output.Contents ?? []) as readonly { readonly Size?: number }[])
        bytes += Size ?? 0;
    }
    return bytes;
  };
