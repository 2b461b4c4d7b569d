import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { failureOf, toStepError } from "./failures.ts";
import type { SecurityLake } from "./securityLake.ts";

/** Where CloudTrail delivers, as the deployment was told. */
export interface LogPlace {
  readonly bucket: string;
  /** Account that owns the bucket. */
  readonly owner: string;
  /** Before `AWSLogs/`; empty or ending in `/`. */
  readonly prefix: string;
  /** `o-…` for an organisation trail, else null: one more folder in every path. */
  readonly organizationId: string | null;
  /** Null: those of an organisation, which are many; whoever asks names the accounts concerned. */
  readonly accounts: readonly string[] | null;
  readonly regions: readonly string[];
  /** Tables of Security Lake that are asked in the place of the files. */
  readonly securityLake?: SecurityLake | null | undefined;
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

/** Delivery days (`yyyy/MM/dd`, both inclusive), and the accounts; absent: all of the place. */
export interface LogWindow {
  readonly firstDay: string;
  readonly lastDay: string;
  readonly accounts?: readonly string[] | undefined;
}

export interface LogFiles {
  readonly logs: readonly LogFile[];
  readonly digests: readonly string[];
}

/** What a listing amounts to, without the names in it. */
export interface LogMeasure {
  readonly files: number;
  readonly bytes: number;
  /** `YYYY-MM-DDTHH` in which files were delivered, sorted. */
  readonly deliveryHours: readonly string[];
  /** The first and the last delivered, at most `EDGE_FILES` each. */
  readonly edges: readonly LogFile[];
  readonly digests: readonly string[];
  /** Accounts that delivered at least one of the files, sorted. */
  readonly accounts: readonly string[];
  /** Keys among the log files that are no delivery of CloudTrail: of what is in them nothing is known. */
  readonly strangers: readonly string[];
}

/** A folder marker of the console; Athena passes over what begins with `_` or `.` (Athena user guide, table location). */
export const isPassedOver = (key: string): boolean => key.endsWith("/") || /(?:^|\/)[_.][^/]*$/.test(key);

/** Null: they may not be listed, or are too many for it. */
export interface LogLister {
  list(window: LogWindow): Promise<LogFiles | null>;
  measure(window: LogWindow): Promise<LogMeasure | null>;
}

/** Folders to list, one an account, region and kind: beyond it a listing takes minutes. */
const MAXIMUM_FOLDERS = 4_000;
/** Pages of a thousand names, 16 at once and about 80 ms each: half a minute. */
const MAXIMUM_PAGES = 6_000;
/** Names that are kept: about 60 MB. */
const MAXIMUM_KEPT = 200_000;
const EDGE_FILES = 20;
const AT_ONCE = 16;
const DELIVERED = /_CloudTrail_[a-z0-9-]+_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_[A-Za-z0-9]+\.json\.gz$/;

export const createLogLister = (s3: S3Client, place: LogPlace): LogLister => ({
  list: async (window) => {
    const logs: LogFile[] = [];
    const seen = await visit(s3, place, window, (file) => logs.push(file) <= MAXIMUM_KEPT);
    return seen === null ? null : { logs, digests: seen.digests };
  },
  measure: async (window) => {
    const measure = emptyMeasure();
    const seen = await visit(s3, place, window, (file) => count(measure, file));
    return seen === null
      ? null
      : { ...measure, ...seen, deliveryHours: [...measure.hours].sort(), edges: edgesOf(measure) };
  },
});

interface Counting {
  files: number;
  bytes: number;
  readonly hours: Set<string>;
  first: LogFile[];
  last: LogFile[];
}

const emptyMeasure = (): Counting => ({ files: 0, bytes: 0, hours: new Set(), first: [], last: [] });

const count = (measure: Counting, file: LogFile): boolean => {
  measure.files += 1;
  measure.bytes += file.bytes;
  measure.hours.add(file.delivered.slice(0, 13));
  measure.first.push(file);
  measure.last.push(file);
  // Sorted when they have grown, so that a file costs little and a million of them no memory.
  if (measure.first.length > 50 * EDGE_FILES) {
    measure.first = sorted(measure.first).slice(0, EDGE_FILES);
    measure.last = sorted(measure.last).slice(-EDGE_FILES);
  }
  return true;
};

const edgesOf = ({ first, last }: Counting): readonly LogFile[] => {
  const edges = [...sorted(first).slice(0, EDGE_FILES), ...sorted(last).slice(-EDGE_FILES)];
  return [...new Map(edges.map((file) => [file.path, file])).values()];
};

const sorted = (files: readonly LogFile[]): LogFile[] =>
  files.toSorted((a, b) =>
    a.delivered === b.delivered ? (a.path < b.path ? -1 : 1) : a.delivered < b.delivered ? -1 : 1,
  );

type Seen = Pick<LogMeasure, "digests" | "accounts" | "strangers">;

/**
 * Hands every log file of the window to `take`, which answers whether it takes more, and gives what else was seen. Null:
 * they may not be listed, or are too many.
 */
const visit = async (
  s3: S3Client,
  place: LogPlace,
  window: LogWindow,
  take: (file: LogFile) => boolean,
): Promise<Seen | null> => {
  const accounts = window.accounts ?? place.accounts;
  if (accounts === null || accounts.length * place.regions.length * 2 > MAXIMUM_FOLDERS) return null;
  const digests: string[] = [];
  const strangers: string[] = [];
  const delivering = new Set<string>();
  const budget = { pages: MAXIMUM_PAGES };
  const folders = accounts.flatMap((account) => place.regions.map((region) => ({ account, region })));
  const work = async (): Promise<boolean> => {
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      const { account, region } = folder;
      const onLog = ({ key, bytes }: Listed): boolean => {
        const file = toLogFile(place.bucket, key, bytes);
        if (file === null) return strangers.push(key) <= MAXIMUM_KEPT;
        delivering.add(account);
        return take(file);
      };
      const onDigest = ({ key }: Listed): boolean => digests.push(key) <= MAXIMUM_KEPT;
      if (!(await walk(s3, place, folderOf(place, account, "CloudTrail", region), window, budget, onLog))) return false;
      if (!(await walk(s3, place, folderOf(place, account, "CloudTrail-Digest", region), window, budget, onDigest)))
        return false;
    }
    return true;
  };
  try {
    const ended = await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (!ended.every((whole) => whole)) return null;
    return { digests: digests.sort(), strangers: strangers.sort(), accounts: [...delivering].sort() };
  } catch (error) {
    if (failureOf(error).status === 403) return null;
    throw toStepError("SCAN_FAILED", `list the log files in ${place.bucket}`, error);
  }
};

interface Listed {
  readonly key: string;
  readonly bytes: number;
}

const folderOf = ({ prefix, organizationId }: LogPlace, account: string, kind: string, region: string): string =>
  `${prefix}AWSLogs/${organizationId === null ? "" : `${organizationId}/`}${account}/${kind}/${region}/`;

/** The days of one folder, whose names sort by day. Answers whether it came to their end. */
const walk = async (
  s3: S3Client,
  { bucket, owner }: LogPlace,
  Prefix: string,
  { firstDay, lastDay }: LogWindow,
  budget: { pages: number },
  take: (listed: Listed) => boolean,
): Promise<boolean> => {
  let token: string | undefined;
  do {
    budget.pages -= 1;
    if (budget.pages < 0) return false;
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        ExpectedBucketOwner: owner,
        Prefix,
        ...(token === undefined ? { StartAfter: `${Prefix}${firstDay}/` } : { ContinuationToken: token }),
      }),
    );
    for (const { Key = "", Size = 0 } of page.Contents ?? []) {
      // Behind every name of the last day: `yyyy/MM/dd/` is followed by names, and `0` sorts behind `/`.
      if (Key >= `${Prefix}${lastDay}0`) return true;
      if (!take({ key: Key, bytes: Size })) return false;
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return true;
};

const toLogFile = (bucket: string, key: string, bytes: number): LogFile | null => {
  const [, year, month, day, hour, minute] = DELIVERED.exec(key) ?? [];
  if (year === undefined) return null;
  return {
    path: `s3://${bucket}/${key}`,
    day: key.split("/").slice(-4, -1).join("/"),
    delivered: `${year}-${month}-${day}T${hour}:${minute}`,
    bytes,
  };
};
