import * as z from "zod";
import type { Fault } from "../../base/errors.ts";
import { parseTime } from "./findingTime.ts";

/** Most actors, resources and endpoints that a sequence can hold (GuardDuty API 2017-11-28, model constraints). */
const MAX_MEMBERS = 400;

/** An object whose member names may be camelCase (EventBridge) or PascalCase (SDK, CLI); unknown members are dropped. */
const members = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.preprocess(toCamelCase, z.object(shape, { error: "an object" }));

/** One level only, so that depth costs nothing. `Object.fromEntries` keeps a member called `__proto__` a plain member. */
const toCamelCase = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [lowerFirst(name), member]));
};

const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);

/** Counts before it looks inside: a list of 100,000 costs one comparison. */
const list = <Item extends z.ZodType>(item: Item, most = MAX_MEMBERS) =>
  z
    .array(z.unknown(), { error: "a list" })
    .max(most, { error: `a list of at most ${most}` })
    .pipe(z.array(item))
    .nullish();

const Text = z.string({ error: "text" }).nullish();
const Flag = z.boolean({ error: "true or false" }).nullish();
const Count = z.int({ error: "a whole number, 0 or more" }).min(0, { error: "a whole number, 0 or more" });
const SEVERITY = "a number from 0 to 10";
const Severity = z.number({ error: SEVERITY }).min(0, { error: SEVERITY }).max(10, { error: SEVERITY });

const TIME = "a time: ISO 8601, or seconds since 1970";
const Time = z.unknown().transform((value, context): string => {
  const time = parseTime(value);
  if (time !== null) return time;
  context.addIssue({ code: "custom", message: TIME, input: value });
  return z.NEVER;
});

/** Digits only, at least 12: wide enough for the field's fixtures, and safe in a file name. */
const ACCOUNT = "an account id of 12 digits";
const Account = z.string({ error: ACCOUNT }).regex(/^\d{12,16}$/, { error: ACCOUNT });
const REGION = "a region, for example us-east-1";
const Region = z.string({ error: REGION }).regex(/^[a-z]{2}[a-z0-9-]{2,30}$/, { error: REGION });
const Required = z.string({ error: "text that is not empty" }).min(1, { error: "text that is not empty" });

const UserIdentity = members({
  type: Text,
  arn: Text,
  accountId: Text,
  principalId: Text,
  sessionContext: members({ sessionIssuer: members({ arn: Text }).nullish() }).nullish(),
});

const AccessKeyDetails = members({
  accessKeyId: Text,
  principalId: Text,
  userName: Text,
  userType: Text,
  /** Not in the API model yet, but its filter names list it. */
  userIdentity: UserIdentity.nullish(),
});

const BucketDetails = members({
  arn: Text,
  name: Required,
  publicAccess: members({ effectivePermission: Text }).nullish(),
});

const RemoteIp = members({
  ipAddressV4: Text,
  ipAddressV6: Text,
  country: members({ countryCode: Text, countryName: Text }).nullish(),
  organization: members({ asn: Text, asnOrg: Text, org: Text }).nullish(),
});

const Remote = members({ remoteIpDetails: RemoteIp.nullish() }).nullish();

const Action = members({
  awsApiCallAction: members({
    api: Text,
    remoteIpDetails: RemoteIp.nullish(),
    remoteAccountDetails: members({ accountId: Text, affiliated: Flag }).nullish(),
  }).nullish(),
  networkConnectionAction: Remote,
  kubernetesApiCallAction: Remote,
  rdsLoginAttemptAction: Remote,
});

const Actor = members({
  id: Text,
  user: members({
    name: Text,
    uid: Text,
    type: Text,
    credentialUid: Text,
    account: members({ uid: Text }).nullish(),
  }).nullish(),
  session: members({ issuer: Text }).nullish(),
});

const SequenceResource = members({
  uid: Text,
  name: Text,
  accountId: Text,
  resourceType: Text,
  data: members({
    s3Bucket: members({ effectivePermission: Text, publicReadAccess: Text }).nullish(),
    accessKey: members({ principalId: Text, userName: Text, userType: Text }).nullish(),
  }).nullish(),
});

const Endpoint = members({
  ip: Text,
  location: members({ country: Text }).nullish(),
  autonomousSystem: members({ name: Text, number: z.int({ error: "a whole number" }).nullish() }).nullish(),
});

const Indicator = members({ key: Text, values: list(z.string({ error: "text" })) });

const Signal = members({
  uid: Text,
  type: Text,
  name: Text,
  severity: Severity.nullish(),
  count: Count.nullish(),
  firstSeenAt: Time.nullish(),
  lastSeenAt: Time.nullish(),
  signalIndicators: list(Indicator),
});

const Sequence = members({
  actors: list(Actor),
  resources: list(SequenceResource),
  endpoints: list(Endpoint),
  signals: list(Signal),
  sequenceIndicators: list(Indicator),
  additionalSequenceTypes: list(z.string({ error: "text" })),
});

const Service = members({
  detectorId: Text,
  action: Action.nullish(),
  additionalInfo: z.unknown().optional(),
  eventFirstSeen: Time.nullish(),
  eventLastSeen: Time.nullish(),
  archived: Flag,
  count: Count.nullish(),
  detection: members({ sequence: Sequence.nullish() }).nullish(),
});

/** What Cordon needs of a finding. Member names as EventBridge spells them (`locationName` of the API model). */
export const FindingSchema = members({
  id: Required,
  arn: Text,
  type: Required,
  severity: Severity,
  accountId: Account,
  region: Region,
  partition: Text,
  createdAt: Time,
  updatedAt: Time,
  title: Text,
  description: Text,
  resource: members({ accessKeyDetails: AccessKeyDetails.nullish(), s3BucketDetails: list(BucketDetails) }).nullish(),
  service: Service.nullish(),
});
export type RawFinding = z.infer<typeof FindingSchema>;

/** The faults of one finding, with paths that begin at `at`. Every schema above words its error as what it expects. */
export const faultsOf = (error: z.ZodError, at: string): readonly Fault[] =>
  error.issues.map((issue) => ({
    path: issue.path.reduce<string>(
      (path, part) =>
        typeof part === "number" ? `${path}[${part}]` : path === "" ? String(part) : `${path}.${String(part)}`,
      at,
    ),
    expected: issue.message,
    got: describe(issue.input),
  }));

const describe = (value: unknown): string => {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return String(value);
};
