import type { ScanRequest } from "../case/scan.ts";
import { stableIdOf } from "../core/principal/principal.ts";
import { indicatorValues } from "../sql/case-table.ts";

/** As JSON.parse gives it; nothing about its members is certain. */
export type LogRecord = Readonly<Record<string, unknown>>;

const WATCHED = /^(cloudtrail|guardduty|macie2|s3)\.amazonaws\.com$/;
const READS = /^(Get|List|Describe|Lookup|Search|Batch|Test)/;
const OBJECT_CALLS = /^(Put|Delete|Create|Update)(Object|Multipart)|^(Head|Select|Upload|Copy|Complete|Abort|Restore)/;

/**
 * Whether `case-table.sql` could keep a record, so that DuckDB need not read the others. It decides nothing: it lets
 * through all that the SQL keeps and more, which a property test holds; what the case table is, the SQL alone says.
 */
export const createWanted = (request: ScanRequest): ((record: LogRecord) => boolean) => {
  if (request.indicators.everything === true) return () => true;
  const values: ReadonlySet<unknown> = new Set(indicatorValues(request.indicators));
  const has = (value: unknown): boolean => typeof value === "string" && values.has(value);
  const hasId = (value: unknown): boolean =>
    typeof value === "string" && (values.has(value) || values.has(stableIdOf(value)));
  return (record) =>
    isOdd(record) ||
    isChange(record) ||
    has(record.sourceIPAddress) ||
    touchesIdentity(membersOf(record.userIdentity), has, hasId) ||
    touchesRequest(membersOf(record.requestParameters), has) ||
    touchesResponse(membersOf(record.responseElements), has, hasId) ||
    touchesResources(record.resources, has);
};

type Test = (value: unknown) => boolean;

const NONE: LogRecord = {};
const membersOf = (value: unknown): LogRecord =>
  typeof value === "object" && value !== null ? (value as LogRecord) : NONE;

/** Exports that write nested members as JSON text; normalising puts them right, so they are let through. */
const isOdd = (record: LogRecord): boolean =>
  typeof record.userIdentity === "string" ||
  typeof record.requestParameters === "string" ||
  typeof record.responseElements === "string" ||
  typeof record.resources === "string";

const isChange = (record: LogRecord): boolean => {
  const source = record.eventSource;
  if (typeof source !== "string" || !WATCHED.test(source)) return false;
  const name = String(record.eventName);
  return !READS.test(name) && !(source === "s3.amazonaws.com" && OBJECT_CALLS.test(name));
};

const touchesIdentity = (identity: LogRecord, has: Test, hasId: Test): boolean => {
  if (has(identity.accessKeyId) || hasId(identity.principalId) || has(identity.arn)) return true;
  const issuer = membersOf(membersOf(identity.sessionContext).sessionIssuer);
  return has(issuer.principalId) || has(issuer.arn);
};

const touchesRequest = (request: LogRecord, has: Test): boolean =>
  has(request.bucketName) ||
  has(request.accessKeyId) ||
  has(request.userName) ||
  has(request.roleName) ||
  (typeof request["x-amz-copy-source"] === "string" && request["x-amz-copy-source"].split(/\/|%2[Ff]|\?|%/).some(has));

const touchesResponse = (response: LogRecord, has: Test, hasId: Test): boolean =>
  response !== NONE &&
  (has(membersOf(response.credentials).accessKeyId) ||
    hasId(membersOf(response.assumedRoleUser).assumedRoleId) ||
    has(membersOf(response.accessKey).accessKeyId));

const touchesResources = (resources: unknown, has: Test): boolean =>
  resources !== undefined &&
  (Array.isArray(resources) ? resources : [resources]).some(
    (one) => has(membersOf(one).ARN) || has(membersOf(one).arn),
  );
