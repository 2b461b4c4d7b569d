/**
 * Bucket settings. A setting is kept under the name of the operation that reads it, as that operation's output; `null`
 * where the bucket has none. Error codes: S3 API reference, "List of error codes".
 */
import { ApiError, CordonError } from "../../base/errors.ts";
import { type PolicyDocument, parsePolicy, statementsOf, toList } from "../../core/plan/policyDocument.ts";
import {
  type AccountView,
  type Doc,
  type Input,
  known,
  type Operation,
  type Operations,
  type Output,
  textOf,
  toJson,
} from "./world.ts";

/** Bytes of a bucket policy (S3 user guide: 20 KB). */
const POLICY_LIMIT = 20_480;

/** What a bucket without the setting answers: an error code, or an empty output. */
const ABSENT: Readonly<Record<string, string | null>> = {
  GetBucketPolicy: "NoSuchBucketPolicy",
  GetPublicAccessBlock: "NoSuchPublicAccessBlockConfiguration",
  GetBucketReplication: "ReplicationConfigurationNotFoundError",
  GetBucketLifecycleConfiguration: "NoSuchLifecycleConfiguration",
  GetBucketTagging: "NoSuchTagSet",
  GetBucketOwnershipControls: "OwnershipControlsNotFoundError",
  GetBucketEncryption: "ServerSideEncryptionConfigurationNotFoundError",
  GetBucketVersioning: null,
  GetBucketLogging: null,
  GetBucketLocation: null,
  GetBucketNotificationConfiguration: null,
  GetBucketAcl: null,
};

const read: Operation = (world, input, operation) => {
  const value = settingOf(world, input, operation, operation);
  if (value !== null) return value;
  const code = ABSENT[operation] ?? null;
  if (code === null) return {};
  throw new ApiError(operation, code, `${textOf(input, "Bucket", operation)} has no such setting`);
};

/** Keeps one member of the input as the output of the operation that reads the setting. */
const put =
  (getter: string, member: string, spread: boolean): Operation =>
  (world, input, operation) => {
    const value = input[member];
    if (value === undefined) throw new ApiError(operation, "MalformedXML", `${member}: expected a value, got nothing`);
    return save(world, input, operation, getter, toJson(spread ? value : { [member]: value }) as Doc);
  };

const remove =
  (getter: string): Operation =>
  (world, input, operation) => {
    settingOf(world, input, operation, getter);
    world.write(nameOf(input, operation, getter), null);
    return {};
  };

export const s3Reads: Operations = {
  ...Object.fromEntries(Object.keys(ABSENT).map((operation) => [operation, read])),
  ListObjectVersions: (world, input, operation) => settingOf(world, input, operation, operation) ?? {},
  HeadObject: (world, input, operation) => headObject(world, input, operation),
  GetObjectTagging: (world, input, operation) => tagging(world, input, operation),
};

export const s3Writes: Operations = {
  PutBucketPolicy: (world, input, operation) => putPolicy(world, input, operation),
  DeleteBucketPolicy: remove("GetBucketPolicy"),
  PutPublicAccessBlock: put("GetPublicAccessBlock", "PublicAccessBlockConfiguration", false),
  DeletePublicAccessBlock: remove("GetPublicAccessBlock"),
  PutBucketVersioning: (world, input, operation) => {
    const asked = (input.VersioningConfiguration ?? {}) as { Status?: unknown };
    if (asked.Status === "Enabled" || asked.Status === "Suspended") {
      return put("GetBucketVersioning", "VersioningConfiguration", true)(world, input, operation);
    }
    throw new ApiError(operation, "IllegalVersioningConfigurationException", "Status: expected Enabled or Suspended");
  },
  PutBucketLogging: put("GetBucketLogging", "BucketLoggingStatus", true),
  PutBucketReplication: (world, input, operation) => {
    const versioning = settingOf(world, input, operation, "GetBucketVersioning");
    if (versioning?.Status !== "Enabled") {
      throw new ApiError(
        operation,
        "InvalidRequest",
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
      );
    }
    return put("GetBucketReplication", "ReplicationConfiguration", false)(world, input, operation);
  },
  DeleteBucketReplication: remove("GetBucketReplication"),
  PutBucketLifecycleConfiguration: (world, input, operation) => {
    const size = input.TransitionDefaultMinimumObjectSize ?? "all_storage_classes_128K";
    const configuration = { ...(input.LifecycleConfiguration as object), TransitionDefaultMinimumObjectSize: size };
    return put("GetBucketLifecycleConfiguration", "LifecycleConfiguration", true)(
      world,
      { ...input, LifecycleConfiguration: configuration },
      operation,
    );
  },
  DeleteBucketLifecycle: remove("GetBucketLifecycleConfiguration"),
  PutBucketAcl: put("GetBucketAcl", "AccessControlPolicy", true),
};

const nameOf = (input: Input, operation: string, getter: string): string =>
  `bucket/${textOf(input, "Bucket", operation)}/${getter}`;

const settingOf = (world: AccountView, input: Input, operation: string, getter: string): Doc | null =>
  known(world, nameOf(input, operation, getter), operation) as Doc | null;

const save = (world: AccountView, input: Input, operation: string, getter: string, value: Doc): Output => {
  settingOf(world, input, operation, getter);
  world.write(nameOf(input, operation, getter), value);
  return {};
};

const putPolicy = (world: AccountView, input: Input, operation: string): Output => {
  const bucket = textOf(input, "Bucket", operation);
  const text = textOf(input, "Policy", operation);
  const policy = bucketPolicy(text, bucket, operation);
  if (isPublic(policy) && blocksPublicPolicy(world, bucket)) {
    throw new ApiError(operation, "AccessDenied", "public policies are blocked by the BlockPublicPolicy setting");
  }
  return save(world, input, operation, "GetBucketPolicy", { Policy: text });
};

const bucketPolicy = (text: string, bucket: string, operation: string): PolicyDocument => {
  if (Buffer.byteLength(text) > POLICY_LIMIT) {
    throw new ApiError(
      operation,
      "PolicyTooLarge",
      `expected at most ${POLICY_LIMIT} bytes, got ${Buffer.byteLength(text)}`,
    );
  }
  try {
    const policy = parsePolicy(text, "resource");
    const foreign = statementsOf(policy)
      .flatMap((each) => toList(each.Resource))
      .find((resource) => !isOfBucket(resource, bucket));
    if (foreign === undefined) return policy;
    throw new ApiError(operation, "MalformedPolicy", `Policy has invalid resource: ${foreign}`);
  } catch (cause) {
    if (!(cause instanceof CordonError)) throw cause;
    throw new ApiError(operation, "MalformedPolicy", cause.message, cause);
  }
};

const isOfBucket = (resource: string, bucket: string): boolean => {
  const [, , service, , , ...rest] = resource.split(":");
  return service === "s3" && rest.join(":").split("/", 1)[0] === bucket;
};

/** Narrower than S3's own test, which also weighs conditions: an Allow to everybody without any condition. */
const isPublic = (policy: PolicyDocument): boolean =>
  statementsOf(policy).some((statement) => {
    const { Effect: effect, Principal: principal, Condition: condition } = statement;
    const everybody = principal === "*" || (typeof principal === "object" && toList(principal.AWS).includes("*"));
    return effect === "Allow" && everybody && condition === undefined;
  });

const blocksPublicPolicy = (world: AccountView, bucket: string): boolean => {
  const block = world.find(`bucket/${bucket}/GetPublicAccessBlock`) as Doc | null | undefined;
  const settings = block?.PublicAccessBlockConfiguration as Doc | undefined;
  return settings?.BlockPublicPolicy === true;
};

const headObject = (world: AccountView, input: Input, operation: string): Output => {
  const found = objectOf(world, input, operation);
  return { ContentLength: found.Size, ETag: found.ETag, LastModified: found.LastModified };
};

/** A plain listing has no tags, which is not the same as an object without one. */
const tagging = (world: AccountView, input: Input, operation: string): Output => {
  const { Tags } = objectOf(world, input, operation);
  if (Tags === undefined) throw new ApiError(operation, "NotKnown", "the list of objects says nothing of tags");
  return { TagSet: Tags };
};

const objectOf = (world: AccountView, input: Input, operation: string): Doc => {
  const objects = known(world, `objects/${textOf(input, "Bucket", operation)}`, operation) as unknown as readonly Doc[];
  const key = textOf(input, "Key", operation);
  const found = byKey(objects).get(key);
  if (found === undefined) throw new ApiError(operation, "NotFound", key);
  return found;
};

/** Thousands of objects are asked about one by one. Of two with one key the first counts. */
const byKey = (objects: readonly Doc[]): ReadonlyMap<unknown, Doc> => {
  const known = INDEXES.get(objects);
  if (known !== undefined) return known;
  const index = new Map(objects.toReversed().map((object) => [object.Key, object]));
  INDEXES.set(objects, index);
  return index;
};
const INDEXES = new WeakMap<readonly Doc[], ReadonlyMap<unknown, Doc>>();
