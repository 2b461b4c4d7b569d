/** Objects, and who may reach them. */
import type { Call, Entry, Meaning } from "./call.ts";
import { accountsIn, at, granteesOf, textAt } from "./requests.ts";

const bucketOf = ({ bucket, request }: Call): string | null =>
  bucket ?? textAt(request, "bucketName", "vectorBucketName", "tableBucketARN", "name");

/** What a resource policy opens: to everybody, to accounts, or to nobody new. */
const opened = (policy: unknown, call: Call, closed: string): Partial<Meaning> => {
  const { everybody, conditional, accounts, actions } = granteesOf(policy, call.account);
  const what = actions.length === 0 ? "" : ` (${actions.slice(0, 3).join(", ")})`;
  if (everybody) return { effect: `opened {} to everybody${what}`, accounts };
  if (accounts.length > 0) return { effect: `opened {} to account ${accounts.join(", ")}${what}`, accounts };
  if (conditional) return { effect: `opened {} to everybody who meets a condition${what}` };
  return { phase: "ordinary", technique: null, effect: closed };
};

export const BUCKETS: readonly Entry[] = [
  {
    of: "s3 s3express s3-outposts",
    calls: /^(GetObject|GetObjectTorrent|SelectObjectContent|GetObjectAnnotation)$/,
    phase: "theft",
    technique: "T1530",
    effect: "read objects of {}",
    target: bucketOf,
  },
  {
    of: "s3tables s3vectors",
    calls: /^(GetTableData|GetVectors|QueryVectors|ListVectors)$/,
    phase: "theft",
    technique: "T1530",
    effect: "read data of {}",
    target: bucketOf,
  },
  {
    of: "s3 s3express",
    calls: /^(CopyObject|UploadPartCopy)$/,
    phase: "theft",
    technique: "T1537",
    effect: "copied objects into {}",
    target: bucketOf,
  },
  {
    of: "s3 s3express",
    calls: /^PutBucketPolicy$/,
    phase: "theft",
    technique: "T1537",
    effect: "changed the policy of {}",
    target: bucketOf,
    means: (call) => opened(at(call.request, "bucketPolicy"), call, "set a policy on {} that opens it to nobody else"),
  },
  {
    of: "s3tables s3vectors",
    calls: /^Put(Table|TableBucket|VectorBucket)Policy$/,
    phase: "theft",
    technique: "T1537",
    effect: "changed the policy of {}",
    target: bucketOf,
    means: (call) =>
      opened(
        at(call.request, "resourcePolicy") ?? at(call.request, "policy"),
        call,
        "set a policy on {} that opens it to nobody else",
      ),
  },
  {
    of: "s3",
    calls:
      /^Put(AccessPoint|MultiRegionAccessPoint|AccessPointPolicyForObjectLambda)Policy$|^PutAccessPointPolicyForObjectLambda$/,
    phase: "theft",
    technique: "T1537",
    effect: "changed who may use an access point",
    target: ({ request, bucket }) =>
      `the access point ${textAt(request, "name", "PutMultiRegionAccessPointPolicyRequest.Details.Name") ?? ""}${bucket === null ? "" : ` of ${bucket}`}`,
    means: (call) =>
      opened(
        at(call.request, "Policy") ?? at(call.request, "PutMultiRegionAccessPointPolicyRequest.Details.Policy"),
        call,
        "set a policy on {} that opens it to nobody else",
      ),
  },
  {
    of: "s3",
    calls: /^(CreateAccessGrant|CreateAccessGrantsInstance|CreateAccessGrantsLocation)$/,
    phase: "theft",
    technique: "T1098.003",
    effect: "granted {} access to data by S3 Access Grants",
    target: ({ request }) => textAt(request, "Grantee.GranteeIdentifier"),
    means: ({ request, account }) => ({
      accounts: accountsIn(at(request, "Grantee")).filter((one) => one !== account),
    }),
  },
  {
    of: "s3",
    calls: /^GetDataAccess$/,
    phase: "credential access",
    technique: "T1528",
    effect: "drew credentials for {}",
    target: ({ request }) => textAt(request, "Target", "target"),
  },
  {
    of: "s3",
    calls: /^PutBucketReplication$/,
    phase: "theft",
    technique: "T1537",
    effect: "replicated {} to another bucket",
    target: bucketOf,
    means: ({ request, account }) => {
      const accounts = accountsIn(at(request, "ReplicationConfiguration")).filter((one) => one !== account);
      return accounts.length === 0 ? null : { effect: `replicated {} to account ${accounts.join(", ")}`, accounts };
    },
  },
  {
    of: "s3",
    calls: /^CreateJob$/,
    phase: "theft",
    technique: "T1537",
    effect: "started a batch job over many objects",
  },
  {
    of: "datasync",
    calls: /^(CreateTask|StartTaskExecution|CreateLocation\w+)$/,
    phase: "theft",
    technique: "T1537",
    effect: "moved data by DataSync",
  },
];
