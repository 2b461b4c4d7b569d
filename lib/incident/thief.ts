import {
  ACCOUNT,
  CLI_AGENT,
  JANE,
  JANE_KEY,
  LOG_BUCKET,
  OPEN_BUCKETS,
  PAYROLL,
  REGION,
  TOR_EXIT,
  TRAIL,
} from "./cast.ts";
import type { Random } from "./random.ts";
import { type Call, type Caller, recordOf, userIdentity } from "./records.ts";
import { DENIED, type S3Call, s3Record } from "./s3Records.ts";
import { type Deed, deed, spread } from "./story.ts";

/** Jane's key in the hands of the actor. */
export const THIEF: Caller = { identity: userIdentity(JANE, JANE_KEY), address: TOR_EXIT, agent: CLI_AGENT };

export const s3Deed = (random: Random, call: S3Call): Deed =>
  deed(call.at, call.recipient ?? ACCOUNT, s3Record(random, call));

export const apiDeed = (random: Random, call: Omit<Call, "readOnly"> & { readonly readOnly?: boolean }): Deed =>
  deed(
    call.at,
    call.recipient ?? ACCOUNT,
    recordOf(random, { readOnly: /^(Get|List|Describe)/.test(call.name), ...call }),
  );

/** A refused IAM-style call, worded as IAM words it. */
const refused = (service: string, name: string, resource: string) => ({
  code: service === "ec2" ? "Client.UnauthorizedOperation" : "AccessDenied",
  message:
    `User: ${JANE.arn} is not authorized to perform: ${service}:${name} on resource: ${resource} ` +
    `because no identity-based policy allows the ${service}:${name} action`,
});

const IAM = `arn:aws:iam::${ACCOUNT}`;
/** What is asked beside S3: the call, and the resource in the refusal; null where the call is allowed. */
const QUESTIONS: readonly (readonly [string, string, string | null])[] = [
  ["sts", "GetCallerIdentity", null],
  ["iam", "ListRoles", `${IAM}:role/`],
  ["iam", "ListUsers", `${IAM}:user/`],
  ["iam", "GetAccountAuthorizationDetails", "*"],
  ["iam", "ListAttachedUserPolicies", `${IAM}:user/developer-jane`],
  ["iam", "ListAccessKeys", null],
  ["iam", "ListGroupsForUser", `${IAM}:user/developer-jane`],
  ["iam", "GetAccountSummary", "*"],
  ["secretsmanager", "ListSecrets", "*"],
  ["ec2", "DescribeInstances", "*"],
  ["rds", "DescribeDBSnapshots", `arn:aws:rds:${REGION}:${ACCOUNT}:snapshot:*`],
  ["lambda", "ListFunctions20150331", "*"],
  ["organizations", "ListAccounts", "*"],
  ["cloudtrail", "DescribeTrails", null],
];
/** Refused on the two closed buckets, and on the open ones too: jane may read objects, not settings. */
const SETTINGS = ["GetBucketPolicy", "GetBucketAcl", "GetBucketReplication", "GetBucketLogging", "GetBucketEncryption"];

/**
 * Looking around: who am I, which buckets, what may I do. Most of it is refused, in a wall of AccessDenied; at the end
 * the listings of `listed` succeed.
 */
export const reconnaissance = (
  random: Random,
  caller: Caller,
  from: number,
  to: number,
  listed = OPEN_BUCKETS,
): readonly Deed[] => {
  const steps: ((at: number) => Deed)[] = [
    ...QUESTIONS.map(
      ([service, name, resource]) =>
        (at: number) =>
          question(random, caller, at, service, name, resource),
    ),
    (at) => listBuckets(random, caller, at),
    ...[...OPEN_BUCKETS, PAYROLL, LOG_BUCKET].flatMap((bucket) =>
      SETTINGS.map((name) => (at: number) => s3Deed(random, { at, caller, name, bucket, error: DENIED })),
    ),
    ...[PAYROLL, LOG_BUCKET].flatMap((bucket) =>
      ["HeadBucket", "ListObjects", "ListObjects", "GetObject"].map(
        (name) => (at: number) =>
          s3Deed(random, {
            at,
            caller,
            name,
            bucket,
            error: DENIED,
            ...(name === "GetObject" ? { key: "index.csv" } : {}),
          }),
      ),
    ),
    ...listed.map((bucket) => (at: number) => listing(random, caller, at, bucket)),
  ];
  const times = spread(random, from, to, steps.length);
  return steps.map((step, index) => step(times[index]!));
};

/** One page of up to 1,000 keys. */
export const listing = (random: Random, caller: Caller, at: number, bucket: string): Deed =>
  s3Deed(random, {
    at,
    caller,
    name: "ListObjects",
    bucket,
    bytesOut: random.between(180_000, 420_000),
    request: { "list-type": "2", "encoding-type": "url", prefix: "" },
  });

const listBuckets = (random: Random, caller: Caller, at: number): Deed =>
  apiDeed(random, {
    at,
    caller,
    service: "s3",
    name: "ListBuckets",
    request: { Host: `s3.${REGION}.amazonaws.com` },
    additional: {
      SignatureVersion: "SigV4",
      bytesTransferredIn: 0,
      AuthenticationMethod: "AuthHeader",
      bytesTransferredOut: 1418,
    },
  });

const question = (
  random: Random,
  caller: Caller,
  at: number,
  service: string,
  name: string,
  resource: string | null,
): Deed => {
  const error = resource === null ? undefined : refused(service, name, resource);
  return apiDeed(random, { at, caller, service, name, error, readOnly: true });
};

/** A second key for jane, whose first key makes it. IAM writes this time in its own way. */
export const mintKey = (random: Random, caller: Caller, at: number, accessKeyId: string): Deed =>
  apiDeed(random, {
    at,
    caller,
    service: "iam",
    name: "CreateAccessKey",
    host: "iam.amazonaws.com",
    request: { userName: JANE.userName },
    response: { accessKey: { userName: JANE.userName, accessKeyId, status: "Active", createDate: usDate(at) } },
  });

/** `Feb 23, 2026, 3:05:41 AM`, as IAM and STS print times in responses. */
export const usDate = (at: number): string =>
  new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" })
    .format(at)
    .replaceAll("\u202f", " ");

/** Replaces a bucket's policy by `statements` beside what was there. */
export const putPolicy = (
  random: Random,
  caller: Caller,
  at: number,
  bucket: string,
  statements: readonly unknown[],
  error?: S3Call["error"],
): Deed =>
  s3Deed(random, {
    at,
    caller,
    name: "PutBucketPolicy",
    bucket,
    bytesIn: 512,
    bytesOut: error === undefined ? 0 : 243,
    request: { bucketPolicy: { Version: "2012-10-17", Statement: statements }, policy: "" },
    ...(error === undefined ? {} : { error }),
  });

export const stopLogging = (random: Random, caller: Caller, at: number): Deed =>
  apiDeed(random, {
    at,
    caller,
    service: "cloudtrail",
    name: "StopLogging",
    readOnly: false,
    request: { name: `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/${TRAIL}` },
  });

export const deleteTrailRefused = (random: Random, caller: Caller, at: number): Deed =>
  apiDeed(random, {
    at,
    caller,
    service: "cloudtrail",
    name: "DeleteTrail",
    readOnly: false,
    error: refused("cloudtrail", "DeleteTrail", `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/${TRAIL}`),
    request: { name: TRAIL },
  });
