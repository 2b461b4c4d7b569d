import { READ_CALLS } from "../core/logs/readCalls.ts";
import type { Members } from "./ingest-members.ts";

/** A record as it is written for the case table. */
export type Normalised = Members & { readonly userIdentity: Identity };
export type Identity = Members & { readonly accessKeyId: string | null };

/** 50 TiB is the largest object; no answer is longer. Source: Amazon S3 user guide, quotas of objects. */
const MOST_BYTES = 54_975_581_388_800;

/**
 * What a record of the case says in a form that no figure may rest on: parts of a sentence, none as a rule. Members that are
 * not there at all are told before (`lacksOf`); here are those that are there and say nothing.
 */
export const doubtsAbout = (record: Normalised): readonly string[] => [
  ...(isAnonymized(record) ? ["an identity or address that was made unreadable"] : []),
  ...([record.userIdentity, record.sourceIPAddress].some(holdsUnreadable)
    ? ["an identity with letters that are no Unicode"]
    : []),
  ...(record.eventType === "AwsServiceEvent" || hasCaller(record.userIdentity) ? [] : ["no caller"]),
  ...(READ_CALLS.includes(String(record.eventName)) && record.errorCode === null ? doubtsAboutRead(record) : []),
];

/** Who shares a log masks what names somebody. Texts that a caller may choose (names of sessions) are not looked at. */
const isAnonymized = ({ userIdentity: { accessKeyId, principalId }, sourceIPAddress }: Normalised): boolean =>
  [accessKeyId, String(principalId).split(":")[0], sourceIPAddress].some(
    (value) => typeof value === "string" && /\*\*|\u2022\u2022|redacted|^A[KS]IAX{12,}$/i.test(value),
  );

const hasCaller = ({ type, principalId, arn, accessKeyId, accountId, invokedBy }: Identity): boolean =>
  [type, principalId, arn, accessKeyId, accountId, invokedBy].some(
    (value) => typeof value === "string" && value !== "",
  );

const doubtsAboutRead = ({ requestParameters, resources, additionalEventData }: Normalised): readonly string[] => {
  const request = membersOf(requestParameters);
  const arns = (Array.isArray(resources) ? resources : []).map((one) => String(membersOf(one).ARN));
  const hasKey = isText(request.key) || arns.some((arn) => /^arn:[^:]+:s3.*\/./s.test(arn));
  const hasBucket = isText(request.bucketName) || arns.some((arn) => /^arn:[^:]+:s3/.test(arn));
  const bytes = Number(membersOf(additionalEventData).bytesTransferredOut ?? Number.NaN);
  return [
    ...(hasBucket ? [] : ["no bucket"]),
    ...(hasKey ? [] : ["no key of an object"]),
    ...(isUnreadable(request.bucketName) ? ["a bucket with letters that are no Unicode"] : []),
    ...([request.key, ...arns].some(isUnreadable)
      ? ["a key with letters that are no Unicode, which others may have too"]
      : []),
    ...(bytes >= 0 && bytes <= MOST_BYTES ? [] : ["no number of bytes"]),
  ];
};

/** Bytes that are no UTF-8 were read as U+FFFD, half a pair will be. */
const isUnreadable = (key: unknown): boolean =>
  typeof key === "string" && (key.includes("\uFFFD") || !key.isWellFormed());

const holdsUnreadable = (value: unknown): boolean =>
  isUnreadable(value) || (typeof value === "object" && value !== null && Object.values(value).some(holdsUnreadable));

const isText = (value: unknown): boolean => (typeof value === "string" && value !== "") || typeof value === "number";
const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
