import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { failureOf, toStepError } from "./failures.ts";

/** Where CloudTrail delivers, as the deployment was told. */
export interface LogPlace {
  readonly bucket: string;
  /** Account that owns the bucket. */
  readonly owner: string;
  /** Before `AWSLogs/`; empty or ending in `/`. */
  readonly prefix: string;
  /** `o-…` for an organisation trail, else null: one more folder in every path. */
  readonly organizationId: string | null;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
}

export interface LogFile {
  /** `s3://bucket/key`, as Athena's `$path` gives it. */
  readonly path: string;
  /** `yyyy/MM/dd`, the folder. */
  readonly day: string;
  /** `YYYY-MM-DDTHH:MM`, UTC, from the file name. */
  readonly delivered: string;
  readonly bytes: number;
}

export interface LogFiles {
  readonly logs: readonly LogFile[];
  readonly digests: readonly string[];
}

/** Log files of some delivery days; null where they are too many to list, or may not be listed. */
export type ListLogFiles = (firstDay: string, lastDay: string) => Promise<LogFiles | null>;

/** Folders to list: beyond it a listing takes minutes and tells little (an organisation of hundreds of accounts). */
const MAXIMUM_FOLDERS = 4_000;
const AT_ONCE = 16;
const DELIVERED = /_CloudTrail_[a-z0-9-]+_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_[A-Za-z0-9]+\.json\.gz$/;

export const createLogLister =
  (s3: S3Client, place: LogPlace): ListLogFiles =>
  async (firstDay, lastDay) => {
    const days = daysBetween(firstDay, lastDay);
    if (place.accounts.length * place.regions.length * days.length * 2 > MAXIMUM_FOLDERS) return null;
    try {
      const logs = await listAll(s3, place, "CloudTrail", days);
      const digests = await listAll(s3, place, "CloudTrail-Digest", days);
      return {
        logs: logs.flatMap((listed) => toLogFile(place.bucket, listed)),
        digests: digests.map(({ key }) => key).sort(),
      };
    } catch (error) {
      if (failureOf(error).status === 403) return null;
      throw toStepError("SCAN_FAILED", `list the log files in ${place.bucket}`, error);
    }
  };

interface Listed {
  readonly key: string;
  readonly bytes: number;
}

const listAll = async (
  s3: S3Client,
  place: LogPlace,
  kind: string,
  days: readonly string[],
): Promise<readonly Listed[]> => {
  const folders = place.accounts.flatMap((account) =>
    place.regions.flatMap((region) => days.map((day) => folderOf(place, account, kind, region, day))),
  );
  const keys: Listed[] = [];
  const work = async (): Promise<void> => {
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
      keys.push(...(await keysIn(s3, place, folder)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return keys;
};

const folderOf = (
  { prefix, organizationId }: LogPlace,
  account: string,
  kind: string,
  region: string,
  day: string,
): string =>
  `${prefix}AWSLogs/${organizationId === null ? "" : `${organizationId}/`}${account}/${kind}/${region}/${day}/`;

const keysIn = async (s3: S3Client, { bucket, owner }: LogPlace, Prefix: string): Promise<readonly Listed[]> => {
  const keys: Listed[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        ExpectedBucketOwner: owner,
        Prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    keys.push(...(page.Contents ?? []).map(({ Key, Size }) => ({ key: Key!, bytes: Size ?? 0 })));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return keys;
};

const toLogFile = (bucket: string, { key, bytes }: Listed): readonly LogFile[] => {
  const [, year, month, day, hour, minute] = DELIVERED.exec(key) ?? [];
  if (year === undefined) return [];
  return [
    {
      path: `s3://${bucket}/${key}`,
      day: key.split("/").slice(-4, -1).join("/"),
      delivered: `${year}-${month}-${day}T${hour}:${minute}`,
      bytes,
    },
  ];
};

const daysBetween = (first: string, last: string): readonly string[] => {
  const days: string[] = [];
  for (let at = dayStart(first); at <= dayStart(last); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10).replaceAll("-", "/"));
  return days;
};

const dayStart = (day: string): number => Date.parse(`${day.replaceAll("/", "-")}T00:00:00Z`);
