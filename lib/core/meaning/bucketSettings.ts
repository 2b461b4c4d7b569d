/** Settings of buckets: what protects, records, keeps and forwards objects. */
import { counted } from "../../base/figures.ts";
import type { Call, Entry, Meaning } from "./call.ts";
import { accountsIn, at, listAt, textAt } from "./requests.ts";

const bucketOf = ({ bucket, request }: Call): string | null =>
  bucket ?? textAt(request, "bucketName", "vectorBucketName", "tableBucketARN", "name");

const ACL_FOR_ALL = /AllUsers|AuthenticatedUsers|public-read|authenticated-read/;

const acl = ({ request }: Call): Partial<Meaning> | null =>
  ACL_FOR_ALL.test(JSON.stringify(request)) ? { effect: "opened {} to everybody by ACL" } : null;

const block = ({ request, eventName }: Call): Partial<Meaning> | null => {
  const set = JSON.stringify(at(request, "PublicAccessBlockConfiguration") ?? {});
  const on = !eventName.startsWith("Delete") && (set.match(/true/g)?.length ?? 0) === 4;
  return on ? { phase: "ordinary", technique: null, effect: "blocked public access to {}" } : null;
};

const versioning = (call: Call): Partial<Meaning> | null => {
  const on = textAt(call.request, "VersioningConfiguration.Status") === "Enabled";
  const switched = { of: `versioning of ${bucketOf(call)}`, to: on ? ("on" as const) : ("off" as const) };
  return on ? { phase: "ordinary", technique: null, effect: "switched versioning of {} on", switched } : { switched };
};

const accessLogging = (call: Call): Partial<Meaning> | null => {
  const on = at(call.request, "BucketLoggingStatus.LoggingEnabled") !== undefined;
  const switched = { of: `access logging of ${bucketOf(call)}`, to: on ? ("on" as const) : ("off" as const) };
  return on
    ? { phase: "ordinary", technique: null, effect: "switched access logging of {} on", switched }
    : { switched };
};

const expiry = ({ request }: Call): Partial<Meaning> | null => {
  const rules = listAt(request, "LifecycleConfiguration.Rule");
  const days = rules
    .flatMap((rule) => [textAt(rule, "Expiration.Days"), textAt(rule, "NoncurrentVersionExpiration.NoncurrentDays")])
    .filter((one) => one !== null)
    .map(Number);
  return days.length === 0
    ? { phase: "ordinary", technique: null }
    : { effect: `let objects of {} expire after ${counted(Math.min(...days), "day")}` };
};

/** Accounts that a destination of the request belongs to, where it names one. */
const sentTo =
  (path: string, what: string) =>
  (call: Call): Partial<Meaning> | null => {
    const text = JSON.stringify(at(call.request, path) ?? {});
    const accounts = [
      ...new Set([...accountsIn(at(call.request, path)), ...[...text.matchAll(/:(\d{12}):/g)].map(([, one]) => one!)]),
    ]
      .filter((one) => one !== call.account)
      .sort();
    return accounts.length === 0
      ? { phase: "ordinary", technique: null }
      : { effect: `sent ${what} of {} to account ${accounts.join(", ")}`, accounts };
  };

export const BUCKET_SETTINGS: readonly Entry[] = [
  {
    of: "s3",
    calls: /^Create(AccessPoint|MultiRegionAccessPoint|AccessPointForObjectLambda)$/,
    phase: "collection",
    technique: "T1530",
    effect: "made the access point {}",
    target: ({ request }) => textAt(request, "name"),
  },
  {
    of: "s3",
    calls: /^Put(Bucket|Object)Acl$/,
    phase: "theft",
    technique: "T1530",
    effect: "changed the ACL of {}",
    target: bucketOf,
    means: acl,
  },
  {
    of: "s3",
    calls: /^(Put|Delete)(Bucket|Account)PublicAccessBlock$/,
    phase: "collection",
    technique: "T1562.001",
    effect: "lifted the block on public access of {}",
    target: ({ bucket }) => bucket ?? "the account",
    means: block,
  },
  {
    of: "s3 s3express",
    calls: /^DeleteBucketPolicy$/,
    phase: "collection",
    technique: "T1562.001",
    effect: "deleted the policy of {}",
    target: bucketOf,
  },
  {
    of: "s3",
    calls: /^PutBucketInventoryConfiguration$/,
    phase: "theft",
    technique: "T1537",
    effect: "listed {} by inventory",
    target: bucketOf,
    means: sentTo("InventoryConfiguration.Destination", "the inventory"),
  },
  {
    of: "s3",
    calls: /^PutBucketAnalyticsConfiguration$/,
    phase: "theft",
    technique: "T1537",
    effect: "analysed {}",
    target: bucketOf,
    means: sentTo("AnalyticsConfiguration", "the analysis"),
  },
  {
    of: "s3",
    calls: /^PutBucketNotification$/,
    phase: "theft",
    technique: "T1537",
    effect: "changed the notifications of {}",
    target: bucketOf,
    means: sentTo("NotificationConfiguration", "notices of every new object"),
  },
  {
    of: "s3",
    calls: /^RestoreObject$/,
    phase: "collection",
    technique: "T1530",
    effect: "thawed archived objects of {}",
    target: bucketOf,
  },
  {
    of: "s3",
    calls: /^PutBucketLogging$/,
    phase: "covering tracks",
    technique: "T1562.008",
    effect: "switched access logging of {} off",
    target: bucketOf,
    means: accessLogging,
  },
  {
    of: "s3",
    calls: /^PutBucketVersioning$/,
    phase: "covering tracks",
    technique: "T1490",
    effect: "switched versioning of {} off",
    target: bucketOf,
    means: versioning,
  },
  {
    of: "s3",
    calls: /^PutBucketLifecycle(Configuration)?$/,
    phase: "covering tracks",
    technique: "T1485.001",
    effect: "changed the lifecycle of {}",
    target: bucketOf,
    means: expiry,
  },
  {
    of: "s3",
    calls: /^DeleteBucketLifecycle$/,
    phase: "ordinary",
    technique: null,
    effect: "deleted the lifecycle of {}",
    target: bucketOf,
  },
  {
    of: "s3",
    calls: /^(PutObject(Retention|LegalHold)|PutBucketObjectLockConfiguration|PutObjectLockConfiguration)$/,
    phase: "impact",
    technique: "T1490",
    effect: "changed the lock on objects of {}",
    target: bucketOf,
  },
  {
    of: "s3 s3express",
    calls: /^Delete(Object|Objects|ObjectVersion)$/,
    phase: "impact",
    technique: "T1485",
    effect: "deleted objects of {}",
    target: bucketOf,
  },
  {
    of: "s3 s3express s3tables s3vectors",
    calls: /^Delete(Bucket|TableBucket|VectorBucket)$/,
    phase: "impact",
    technique: "T1485",
    effect: "deleted the bucket {}",
    target: bucketOf,
  },
  {
    of: "s3",
    calls: /^PutBucketEncryption$/,
    phase: "impact",
    technique: "T1486",
    effect: "changed the encryption of {}",
    target: bucketOf,
  },
  {
    of: "s3",
    calls: /^PutBucket(Ownership\w*|Cors|RequestPayment|Website|Acceleration)$/,
    phase: "collection",
    technique: "T1562.001",
    effect: "loosened a setting of {}",
    target: bucketOf,
  },
  {
    of: "s3",
    calls: /^(PutObject|PostObject|CreateMultipartUpload|UploadPart|CompleteMultipartUpload)$/,
    phase: "impact",
    technique: "T1565.001",
    effect: "wrote objects into {}",
    target: bucketOf,
  },
  {
    of: "s3",
    calls: /^(CreateBucket|PutBucketTagging|DeleteBucketTagging|PutBucketMetricsConfiguration)$/,
    phase: "ordinary",
    technique: null,
    effect: "made buckets: {}",
    target: bucketOf,
  },
];
