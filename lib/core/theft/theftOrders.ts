import type { ActorChange } from "../../case/principal.ts";

/**
 * Buckets that the actor told a service to write to or to read from: targets of replication rules and batch jobs,
 * DataSync locations. The service's calls name only these, so a further scan must look for them; they are not ours to
 * contain. Sources: S3 API (PutBucketReplication, CreateJob), DataSync API (CreateLocationS3).
 */
export const orderedBuckets = (changes: readonly ActorChange[]): readonly string[] =>
  [...new Set(changes.flatMap(bucketsIn))].sort();

const bucketsIn = ({ eventName, request }: ActorChange): readonly string[] => {
  switch (eventName) {
    case "PutBucketReplication":
      return namesAt(request, "ReplicationConfiguration", "Rule", "Destination", "Bucket");
    case "CreateJob":
      return namesAt(request, "CreateJobRequest", "Operation", "S3PutObjectCopy", "TargetResource");
    case "CreateLocationS3":
      return namesAt(request, "s3BucketArn");
    default:
      return [];
  }
};

/** Bucket names at a path; XML gives one child as an object and several as a list. */
const namesAt = (value: unknown, ...path: readonly string[]): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((one) => namesAt(one, ...path));
  const [name, ...rest] = path;
  if (name === undefined) return typeof value === "string" ? [value.replace(/^arn:[^:]*:s3:::/, "")] : [];
  return typeof value === "object" && value !== null ? namesAt((value as Record<string, unknown>)[name], ...rest) : [];
};
