import { CloudTrailClient, type CloudTrailClientConfig, ListPublicKeysCommand } from "@aws-sdk/client-cloudtrail";
import type { DigestKey } from "../core/logs/logDigest.ts";

/** CloudTrail's public keys of a region that were in use in a window; digests name theirs by fingerprint. */
export const publicKeysOf = async (
  config: CloudTrailClientConfig,
  from: string,
  to: string,
): Promise<readonly DigestKey[]> => {
  const client = new CloudTrailClient(config);
  const keys: DigestKey[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListPublicKeysCommand({
        StartTime: new Date(from),
        EndTime: new Date(to),
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    for (const { Fingerprint, Value } of page.PublicKeyList ?? [])
      if (Fingerprint !== undefined && Value !== undefined)
        keys.push({ fingerprint: Fingerprint, value: Buffer.from(Value).toString("base64") });
    token = page.NextToken;
  } while (token !== undefined);
  return keys;
};
