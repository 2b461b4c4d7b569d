import { ACCOUNT, DROP_BUCKET, FOREIGN_ACCOUNT } from "./cast.ts";
import { CHUNK } from "./download.ts";
import type { StoredObject } from "./inventory.ts";
import { ALPHANUMERIC, type Random } from "./random.ts";
import type { Caller } from "./records.ts";
import { type S3Call, s3Record } from "./s3Records.ts";
import { type Deed, deed, type TheftPath } from "./story.ts";

const DESTINATION = { bucket: DROP_BUCKET, accountId: FOREIGN_ACCOUNT };
/** Size of the XML answer to a copy, in the real record of 2024-10-08: nothing else goes "out". */
const ANSWER_BYTES = 224;

/**
 * Copies an object into the actor's bucket inside S3: one `CopyObject`, or for a large one a multipart copy as the AWS
 * CLI does it. The requester's account gets the event; the third resource is the source (real CopyObject record).
 */
export const copyObject = (
  random: Random,
  object: StoredObject,
  at: number,
  caller: Caller,
  path: TheftPath,
  source: string,
): readonly Deed[] => {
  const call = (name: string, after: number, rest: Partial<S3Call>): S3Call => ({
    at: at + after,
    caller,
    name,
    bucket: DROP_BUCKET,
    key: `loot/${object.key}`,
    bucketOwner: FOREIGN_ACCOUNT,
    ...rest,
  });
  const copied = { copiedFrom: `arn:aws:s3:::${object.bucket}/${object.key}`, bytesOut: ANSWER_BYTES };
  const moved = (movedBytes: number, copy: S3Call): Deed =>
    deed(copy.at, ACCOUNT, s3Record(random, copy), {
      object,
      path,
      bytesOut: ANSWER_BYTES,
      movedBytes,
      destination: DESTINATION,
    });
  if (object.size <= CHUNK) {
    return [moved(object.size, call("CopyObject", 0, { ...copied, request: { "x-amz-copy-source": source } }))];
  }
  const uploadId = random.text(ALPHANUMERIC, 64);
  const parts = Array.from({ length: Math.ceil(object.size / CHUNK) }, (_, index) => {
    const last = Math.min(object.size, (index + 1) * CHUNK) - 1;
    const range = `bytes=${index * CHUNK}-${last}`;
    const request = {
      uploadId,
      partNumber: String(index + 1),
      "x-amz-copy-source": source,
      "x-amz-copy-source-range": range,
    };
    return moved(last - index * CHUNK + 1, call("UploadPartCopy", 100 + index * 100, { ...copied, request }));
  });
  const plain = (name: string, after: number, request: Record<string, string>): Deed =>
    deed(at + after, ACCOUNT, s3Record(random, call(name, after, { request })));
  return [
    plain("CreateMultipartUpload", 0, { uploads: "" }),
    ...parts,
    plain("CompleteMultipartUpload", 200 + parts.length * 100, { uploadId }),
  ];
};

/** The ways in which tools write `x-amz-copy-source`: percent-encoded, with a leading slash, with a version. */
export const copySource = ({ bucket, key, versionId }: StoredObject, style: number): string => {
  const encoded = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  return [encoded, `/${encoded}`, `${encoded}?versionId=${versionId}`][style % 3]!;
};
