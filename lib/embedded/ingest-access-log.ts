import { canonicalAddress } from "../base/address.ts";

/** One line of an S3 server access log, as table `access_log` has it. Times are ISO 8601 UTC; what the line leaves out is null. */
export interface AccessLogEntry {
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
}

export const ACCESS_LOG_COLUMNS = `{request_at: 'VARCHAR', bucket: 'VARCHAR', remote_ip: 'VARCHAR', requester: 'VARCHAR',
  request_id: 'VARCHAR', operation: 'VARCHAR', object_key: 'VARCHAR', http_status: 'VARCHAR', error_code: 'VARCHAR',
  bytes_sent: 'BIGINT', object_size: 'BIGINT', user_agent: 'VARCHAR', version_id: 'VARCHAR', auth_type: 'VARCHAR',
  has_expiry: 'BOOLEAN', source_file: 'VARCHAR'}`;

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
