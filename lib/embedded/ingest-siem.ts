import { parseTime } from "../core/finding/findingTime.ts";
import type { Members } from "./ingest-members.ts";
import { printedRow } from "./ingest-row.ts";

/**
 * Calls as systems keep them that take CloudTrail's records apart into columns of their own. Sources: Azure Monitor's reference of
 * the table AWSCloudTrail; the ingest pipeline of Elastic's integration, which drops `event.original` unless told otherwise.
 */

/** Microsoft Sentinel's columns whose names are not CloudTrail's own in another case. */
const SENTINEL: Readonly<Record<string, string>> = {
  TimeGenerated: "eventTime",
  AwsEventId: "eventID",
  EventTypeName: "eventType",
  AwsRequestId: "requestID",
  AwsRequestId_: "requestID",
  Category: "eventCategory",
  UserIdentityType: "userIdentity.type",
  UserIdentityPrincipalid: "userIdentity.principalId",
  UserIdentityArn: "userIdentity.arn",
  UserIdentityAccountId: "userIdentity.accountId",
  UserIdentityInvokedBy: "userIdentity.invokedBy",
  UserIdentityAccessKeyId: "userIdentity.accessKeyId",
  UserIdentityUserName: "userIdentity.userName",
  UserIdentityUserId: "userIdentity.onBehalfOf.userId",
  UserIdentityStoreArn: "userIdentity.onBehalfOf.identityStoreArn",
  SessionMfaAuthenticated: "userIdentity.sessionContext.attributes.mfaAuthenticated",
  SessionCreationDate: "userIdentity.sessionContext.attributes.creationDate",
  SessionIssuerType: "userIdentity.sessionContext.sessionIssuer.type",
  SessionIssuerPrincipalId: "userIdentity.sessionContext.sessionIssuer.principalId",
  SessionIssuerArn: "userIdentity.sessionContext.sessionIssuer.arn",
  SessionIssuerAccountId: "userIdentity.sessionContext.sessionIssuer.accountId",
  SessionIssuerUserName: "userIdentity.sessionContext.sessionIssuer.userName",
};

/** Elastic's fields, without `aws.cloudtrail.` where they begin with it. */
const ELASTIC: Readonly<Record<string, string>> = {
  "@timestamp": "eventTime",
  "event.id": "eventID",
  "event.action": "eventName",
  "event.provider": "eventSource",
  "source.address": "sourceIPAddress",
  "source.ip": "sourceIPAddress",
  "user_agent.original": "userAgent",
  "cloud.region": "awsRegion",
  "cloud.account.id": "userIdentity.accountId",
  "user.name": "userIdentity.userName",
  "user.id": "userIdentity.principalId",
  event_version: "eventVersion",
  event_type: "eventType",
  event_category: "eventCategory",
  error_code: "errorCode",
  error_message: "errorMessage",
  request_id: "requestID",
  recipient_account_id: "recipientAccountId",
  shared_event_id: "sharedEventID",
  vpc_endpoint_id: "vpcEndpointId",
  resources: "resources",
  request_parameters: "requestParameters",
  response_elements: "responseElements",
  additional_eventdata: "additionalEventData",
  service_event_details: "serviceEventDetails",
  read_only: "readOnly",
  "user_identity.type": "userIdentity.type",
  "user_identity.arn": "userIdentity.arn",
  "user_identity.access_key_id": "userIdentity.accessKeyId",
  "user_identity.invoked_by": "userIdentity.invokedBy",
  "user_identity.session_context.mfa_authenticated": "userIdentity.sessionContext.attributes.mfaAuthenticated",
  "user_identity.session_context.creation_date": "userIdentity.sessionContext.attributes.creationDate",
  "user_identity.session_context.session_issuer.type": "userIdentity.sessionContext.sessionIssuer.type",
  "user_identity.session_context.session_issuer.arn": "userIdentity.sessionContext.sessionIssuer.arn",
  "user_identity.session_context.session_issuer.principal_id": "userIdentity.sessionContext.sessionIssuer.principalId",
  "user_identity.session_context.session_issuer.account_id": "userIdentity.sessionContext.sessionIssuer.accountId",
};

/** Whether a table with these columns holds such calls. */
export const isSiem = (columns: readonly string[]): boolean =>
  isSentinel((name) => columns.includes(name)) || isElastic(columns);

const isSentinel = (has: (column: string) => boolean): boolean => has("AwsEventId") && has("EventName");

/** Where the record itself is there too, it is the one to read. */
const isElastic = (fields: readonly string[]): boolean =>
  fields.includes("event.action") &&
  fields.includes("event.provider") &&
  !fields.includes("event.original") &&
  fields.some((name) => name.startsWith("aws.cloudtrail."));

/** The call with CloudTrail's names, those inside members with dots; null: it is in no columns known here. */
export const fromSiem = (value: Members): Members | null => {
  if (isSentinel((name) => name in value)) return fromSentinel(value);
  if (!("aws" in value || "event.action" in value)) return null;
  const fields = fieldsOf(value, "");
  return isElastic(Object.keys(fields)) ? fromElastic(fields) : null;
};

const fromSentinel = (value: Members): Members => {
  const record: Record<string, unknown> = { errorCode: null };
  for (const [column, cell] of Object.entries(value)) {
    const name = column.replace(/ \[UTC\]$/, "");
    // A second column of a name holds what the first one has not.
    if (!isEmpty(cell)) record[nameIn(SENTINEL, name) ?? name] ??= cell;
  }
  return { ...record, eventTime: portalTime(record.eventTime) };
};

const nameIn = (names: Readonly<Record<string, string>>, name: string): string | null =>
  Object.hasOwn(names, name) ? names[name]! : null;

const isEmpty = (cell: unknown): boolean => cell === null || cell === undefined || cell === "";

const PORTAL = /^(\d{1,2})\/(\d{1,2})\/(\d{4}), (\d{1,2}):(\d\d):(\d\d(?:\.\d+)?)( [AP]M)?$/;

/** The portal writes `4/21/2025, 9:45:54.000 AM` or `21/04/2025, 09:45:54.000` by its reader's language: what may be both stays. */
const portalTime = (time: unknown): unknown => {
  const match = typeof time === "string" ? PORTAL.exec(time) : null;
  if (match === null) return time;
  const [, first, second, year, hour, minute, seconds, half] = match as unknown as string[];
  const isMonthFirst = half !== undefined || Number(second) > 12;
  if (!isMonthFirst && Number(first) <= 12) return time;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === " PM" ? 12 : 0);
  const [month, day] = isMonthFirst ? [first, second] : [second, first];
  const [MM, DD, HH] = [month, day, String(hours)].map((one) => one!.padStart(2, "0"));
  return parseTime(`${year}-${MM}-${DD}T${HH}:${minute}:${seconds}Z`);
};

const FLATTENED = "aws.cloudtrail.flattened.";

/** By their way of names; lists and the flattened members stay whole. */
const fieldsOf = (value: Members, before: string): Members =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, one]): [string, unknown][] => {
      const path = `${before}${name}`;
      const isInner = typeof one === "object" && one !== null && !Array.isArray(one) && !path.startsWith(FLATTENED);
      return isInner ? Object.entries(fieldsOf(one as Members, `${path}.`)) : [[path, one]];
    }),
  );

/** Elastic prints members in one text, and flattens what of them it is told to: the flattened ones are exact. */
const fromElastic = (fields: Members): Members => {
  const record: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields)) {
    const name = nameIn(ELASTIC, field.replace(/^aws\.cloudtrail\.(flattened\.)?/, ""));
    if (name === null || isEmpty(value)) continue;
    const [text, flat] = field.startsWith(FLATTENED) ? [record[name], value] : [value, record[name]];
    record[name] = typeof text === "string" && typeof flat === "object" ? { ...printedRow(text), ...flat } : value;
  }
  return record;
};
