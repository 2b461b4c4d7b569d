import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { failureOf } from "../failures.ts";
import type { LogPlace } from "../logFiles.ts";
import type { LogTried, TryLogs } from "./memberRoles.ts";

/**
 * Lists an account's folder of each region, and reads the first byte of one file delivered since a day: listing, reading and
 * decrypting are three rights, and any of them may be missing.
 */
export const createLogProbe =
  (s3: S3Client, place: LogPlace): TryLogs =>
  (accountId, { regions, since }) =>
    Promise.all(regions.map((region) => tryOne(s3, place, accountId, region, since)));

const tryOne = async (
  s3: S3Client,
  { bucket, owner, prefix, organizationId }: LogPlace,
  accountId: string,
  region: string,
  since: string,
): Promise<LogTried> => {
  const folder = `${prefix}AWSLogs/${organizationId === null ? "" : `${organizationId}/`}${accountId}/CloudTrail/${region}/`;
  const from = { Bucket: bucket, ExpectedBucketOwner: owner };
  try {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ ...from, Prefix: folder, StartAfter: `${folder}${since}/`, MaxKeys: 1 }),
    );
    const Key = Contents[0]?.Key;
    if (Key === undefined) return { region, state: "none", why: `no log file since ${since} in ${folder}` };
    const { Body } = await s3.send(new GetObjectCommand({ ...from, Key, Range: "bytes=0-0" }));
    await Body?.transformToByteArray();
    return { region, state: "read", why: Key };
  } catch (error) {
    const { code, message } = failureOf(error);
    return { region, state: "refused", why: `${code}: ${message}`.slice(0, 300) };
  }
};
