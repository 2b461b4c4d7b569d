/**
 * The IAM action that a call needs. Most carry the name of the call; these do not.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
 */
import type { ApiRequest } from "../../lib/case/apiRequest.ts";

const NAMED_OTHERWISE: Readonly<Record<string, string>> = {
  "s3:ListObjectVersions": "s3:ListBucketVersions",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
  "s3:PutBucketReplication": "s3:PutReplicationConfiguration",
  "s3:DeleteBucketReplication": "s3:PutReplicationConfiguration",
  "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
  "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
  "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
};

/** `s3control` is the SDK's name of a service whose permissions are under `s3`. */
const PREFIXES: Readonly<Record<string, string>> = { s3control: "s3", "sso-admin": "sso" };

export const permissionOf = ({ service, operation }: ApiRequest): string => {
  if (service === "s3control" && /PublicAccessBlock$/.test(operation))
    return operation.startsWith("Get") ? "s3:GetAccountPublicAccessBlock" : "s3:PutAccountPublicAccessBlock";
  const name = `${PREFIXES[service] ?? service}:${operation}`;
  return NAMED_OTHERWISE[name] ?? name;
};
