/** S3 server access logs. */
import * as z from "zod";
import { canonicalAddress } from "../base/address.ts";
import { BucketName, dayFrom, LINE, oneOf, Prefix, rootOf } from "./lake.ts";
import { type Lake, type LogSource, places, textBeside } from "./source.ts";

/** One line of an S3 server access log, as table `access_log` has it. Times are ISO 8601 UTC; what the line leaves out is null. */
export type AccessLogEntry = {
  readonly request_at: string;
  readonly bucket: string;
  readonly remote_ip: string | null;
  readonly requester: string | null;
  readonly request_id: string;
  /** For example `REST.GET.OBJECT`. */
  readonly operation: string;
  readonly object_key: string | null;
  readonly http_status: string | null;
  readonly error_code: string | null;
  readonly bytes_sent: number | null;
  readonly object_size: number | null;
  readonly user_agent: string | null;
  readonly version_id: string | null;
  readonly auth_type: string | null;
  /** The request was presigned: its URI carries an expiry. */
  readonly has_expiry: boolean;
};

/**
 * Bucket owner, bucket, [time], remote IP, requester, request id, operation, key, "request URI", status, error code,
 * bytes sent, object size, … What the caller chose freely (referrer, user agent) comes behind all that is counted.
 * Source: Amazon S3 user guide, "Amazon S3 server access log format".
 */
const START = /^[0-9a-f]{40,64} (\S+) \[([^\]]+)\] (\S+) (\S+) (\S+) ([A-Z0-9]+(?:\.[A-Z0-9_]+)+) (\S+) (?="|- )/;
/** What follows the request URI: status, error code, bytes sent, object size, two times. */
const MIDDLE = /(?:^-|") (\d{3}|-) ([A-Za-z]\w*|-) (\d{1,15}|-) (\d{1,15}|-) (?:\d+|-) (?:\d+|-)(?= |$)/g;
/** `"Referrer" "user agent" version-id host-id signature cipher authentication`; quotes inside are not escaped, so from the right. */
const END = /(?:"| -)(?= (\S+) \S+(?: \S+)? (?:SigV\S+|-) \S+ (AuthHeader|QueryString|HtmlForm|-)(?: |$))/g;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Null for a line that is none of a server access log. */
export const parseAccessLogLine = (line: string): AccessLogEntry | null => {
  const found = START.exec(line);
  if (found === null) return null;
  const [start, bucket, time, ip, requester, requestId, operation, key] = found as unknown as string[];
  const requestAt = toIso(time!);
  // The URI is the caller's: quotes in it are not escaped, and what looks like a status may stand in it.
  const rest = line.slice(start!.length);
  const [middle, second] = rest.matchAll(MIDDLE);
  if (requestAt === null || middle === undefined || second !== undefined) return null;
  const [whole, status, error, sent, size] = middle;
  const uri = rest.slice(0, middle.index + 1);
  const { agent, version, auth } = endOf(rest.slice(middle.index + whole.length));
  return {
    request_at: requestAt,
    bucket: bucket!,
    remote_ip: ip === "-" ? null : canonicalAddress(ip!),
    requester: known(requester),
    request_id: requestId!,
    operation: operation!,
    object_key: key === "-" ? null : decoded(key!),
    http_status: known(status),
    error_code: known(error),
    bytes_sent: numberOf(sent),
    object_size: numberOf(size),
    user_agent: agent,
    version_id: known(version),
    auth_type: known(auth),
    has_expiry: /[?&]X-Amz-Expires=/i.test(uri),
  };
};

const endOf = (text: string) => {
  const found = [...text.matchAll(END)].at(-1);
  const before = text.slice(0, found?.index ?? 0);
  const from = before.search(/(?:"| -) "/);
  return { agent: from === -1 ? null : known(before.slice(from + 3)), version: found?.[1], auth: found?.[2] };
};

const known = (field: string | undefined): string | null => (field === undefined || field === "-" ? null : field);
const numberOf = (field: string | undefined): number | null =>
  field === undefined || field === "-" ? null : Number(field);

/** `[06/Feb/2019:00:00:38 +0000]`, always UTC. */
const toIso = (time: string): string | null => {
  const [, day, month, year, clock] = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) \+0000$/.exec(time) ?? [];
  const at = MONTHS.indexOf(month ?? "");
  return at === -1 ? null : `${year}-${String(at + 1).padStart(2, "0")}-${day}T${clock}Z`;
};

/** Keys are URL-encoded, blanks as `+`. */
const decoded = (key: string): string => {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return key;
  }
};

/** A line begins with owner, bucket, time. */
const LINE_START = /^[0-9a-f]{40,64} \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:/;

const Source = z.string().regex(/^[^/,]+(\/[^/,]+)*$/, "expected a folder below the prefix, without / at its ends");

const Place = z
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
type Place = z.output<typeof Place>;

const flatFoldersOf = (place: Place): readonly string[] => {
  if (place.layout !== "flat") return [];
  return place.sources.length === 0 ? [rootOf(place)] : place.sources.map((one) => `${rootOf(place)}${one}/`);
};

const LAKE: Lake<Place> = {
  key: "accessLogs",
  Place,
  byAccount: false,
  placed: (place, around) => ({
    ...{ bucket: place.bucket, folder: place.prefix, keyArn: null, flatFolders: flatFoldersOf(place) },
    table: {
      ...{ ...LINE, id: "AccessLogLines", name: "access_log_lines", location: rootOf(place) },
      ...(place.layout === "flat"
        ? { partitions: {}, template: "" }
        : { partitions: { source: oneOf(place.sources), day: dayFrom(around) }, template: "${source}/${day}" }),
    },
  }),
  lines: textBeside(import.meta.url, "access-log"),
  touched: `arrays_overlap(ARRAY[bucket, remote_ip, requester], ${places(16)})`,
  touchedBy: ({ indicators: { buckets, addresses, arns, principalIds } }) => [
    { values: [...buckets, ...addresses, ...arns, ...principalIds], texts: 16 },
  ],
};

export const accessLog = {
  id: "s3-access-log",
  name: "S3 server access log",
  uses: "corroborate CloudTrail's reads and fill in what it lacks; S3 delivers them as best it can, so that a missing line proves nothing",
  without: "sizes at the time of the theft and partial reads rest on CloudTrail alone",
  table: "access_log",
  file: "access",
  columns: {
    request_at: "varchar",
    bucket: "varchar",
    remote_ip: "varchar",
    requester: "varchar",
    request_id: "varchar",
    operation: "varchar",
    object_key: "varchar",
    http_status: "varchar",
    error_code: "varchar",
    bytes_sent: "bigint",
    object_size: "bigint",
    user_agent: "varchar",
    version_id: "varchar",
    auth_type: "varchar",
    has_expiry: "boolean",
  },
  at: "request_at",
  reads: { form: "lines", isLine: (text) => LINE_START.test(text), reader: () => parseAccessLogLine },
  /** A request to a bucket, from an address or by a principal in question. */
  keeper: ({ indicators: { buckets, addresses, arns, principalIds } }) => {
    const values: ReadonlySet<string | null> = new Set([...buckets, ...addresses, ...arns, ...principalIds]);
    return {
      keeps: ({ bucket, remote_ip, requester }) => values.has(bucket) || values.has(remote_ip) || values.has(requester),
    };
  },
  lake: LAKE,
} as const satisfies LogSource<AccessLogEntry>;
