import { ACCOUNT, REGION } from "./cast.ts";
import type { Random } from "./random.ts";
import { type Caller, type Doc, recordOf, type TrailRecord, transfer } from "./records.ts";

/** Calls on objects and listings: CloudTrail data events. All others are management events. */
const DATA_EVENTS = new Set([
  "AbortMultipartUpload",
  "CompleteMultipartUpload",
  "CopyObject",
  "CreateMultipartUpload",
  "DeleteObject",
  "GetObject",
  "GetObjectTagging",
  "HeadBucket",
  "HeadObject",
  "ListObjects",
  "PutObject",
  "RestoreObject",
  "SelectObjectContent",
  "UploadPartCopy",
]);
const WRITES = /^(Put|Delete|Create|Copy|Upload|Restore|Complete|Abort)/;

export interface S3Call {
  readonly at: number;
  readonly caller: Caller;
  readonly name: string;
  readonly bucket: string;
  readonly key?: string;
  readonly bytesOut?: number;
  readonly bytesIn?: number;
  /** Further members of `requestParameters`: query parameters and recorded headers. */
  readonly request?: Doc;
  readonly response?: Doc;
  readonly error?: { readonly code: string; readonly message: string };
  readonly additional?: Doc;
  /** ARN of the copied object, a third resource. */
  readonly copiedFrom?: string;
  readonly bucketOwner?: string;
  readonly recipient?: string;
  readonly sharedEventId?: string;
  readonly requestId?: string;
}

/** One S3 call as CloudTrail records it. */
export const s3Record = (random: Random, call: S3Call): TrailRecord => {
  const host = `${call.bucket}.s3.${REGION}.amazonaws.com`;
  const key = call.key === undefined ? {} : { key: call.key };
  const bytesOut = call.bytesOut ?? (call.error === undefined ? random.between(200, 900) : random.between(243, 390));
  return recordOf(random, {
    ...call,
    service: "s3",
    readOnly: !WRITES.test(call.name),
    data: DATA_EVENTS.has(call.name),
    host,
    request: { bucketName: call.bucket, Host: host, ...call.request, ...key },
    additional: transfer(random, bytesOut, call.bytesIn ?? 0, call.additional ?? {}),
    resources: resourcesOf(call),
  });
};

export const DENIED = { code: "AccessDenied", message: "Access Denied" } as const;

/** Seen in real records: an object call names object and bucket, a listing the prefix of the bucket. */
const resourcesOf = ({ name, bucket, key, copiedFrom, bucketOwner }: S3Call): readonly Doc[] => {
  const arn = `arn:aws:s3:::${bucket}`;
  const owner = { accountId: bucketOwner ?? ACCOUNT, type: "AWS::S3::Bucket", ARN: arn };
  const copied = copiedFrom === undefined ? [] : [{ type: "AWS::S3::Object", ARN: copiedFrom }];
  if (key !== undefined) return [{ type: "AWS::S3::Object", ARN: `${arn}/${key}` }, owner, ...copied];
  return name === "ListObjects" ? [{ type: "AWS::S3::Object", ARNPrefix: `${arn}/` }, owner] : [owner];
};
