import { readFileSync } from "node:fs";
import * as z from "zod";
import type { HuntLists } from "../aws/huntPlan.ts";
import { SecurityLake } from "../aws/securityLake.ts";
import { CordonError, type Fault } from "../base/errors.ts";
import { schemaFaults } from "../case/check.ts";
import { parseSettings, type Settings } from "../core/settings.ts";
import { LOG_SOURCES, type LogId } from "../logs/index.ts";
import type { LogSource } from "../logs/source.ts";
import { centerFaults, drillFaults, placeFaults } from "./contextFaults.ts";
import { HuntContext, readHuntLists } from "./huntContext.ts";
import { PARTITIONS } from "./partitions.ts";

const AccountId = z.string().regex(/^\d{12}$/, "expected an account id of twelve digits");
const Region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "expected a region such as eu-central-1");
const BucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "expected the name of a bucket");
const RoleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, "expected the ARN of a role");
const SecretName = z.string().regex(/^[\w/+=.@-]{1,512}$/, "expected the name of a secret in Secrets Manager");
const OrganizationId = z.string().regex(/^o-[a-z0-9]{10,32}$/, "expected an organisation id such as o-abcdefghij");

/** Each listed account is an ARN in the role policies of nine functions, which hold 10,240 characters (IAM quotas). */
const MOST_LISTED = 50;

/** Every value of the CDK context that Cordon reads, below the member `cordon` (docs/deploy.md explains each). */
const ContextSchema = z.strictObject({
  /** Begins the names of roles and machines; two deployments in one account need two. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,15}$/, "expected at most 16 of a-z, 0-9 and -")
    .default("cordon"),
  /** In front of the names of stacks; null: `name` and a hyphen, nothing for `cordon`. 0.1.0 put nothing before any. */
  stackPrefix: z
    .string()
    .regex(/^(?:[A-Za-z][A-Za-z0-9-]{0,30})?$/, "expected letters, digits and -")
    .nullable()
    .default(null),
  partition: z
    .string()
    .refine(
      (id) => PARTITIONS.some((one) => one.id === id),
      `expected one of ${PARTITIONS.map(({ id }) => id).join(", ")}`,
    )
    .default("aws"),
  /** The security account that Cordon runs in, and its region. */
  account: AccountId,
  region: Region,
  /** Other regions whose findings are relayed to `region`: GuardDuty publishes where it found something. */
  findingRegions: z.array(Region).default([]),
  /** Accounts that Cordon investigates and contains; the member stack must be deployed in each. More than these: `organization`. */
  memberAccounts: z
    .array(AccountId)
    .max(MOST_LISTED, `expected at most ${MOST_LISTED} accounts; for more name the organization instead`)
    .default([]),
  /** All accounts of an organisation, instead of `memberAccounts`: no template, no policy and no environment holds a list of them. */
  organization: z
    .strictObject({
      id: OrganizationId,
      /** `organizations`: AWS Organizations is asked when it matters; else a JSON file with account ids, bundled with the code. */
      accounts: z.string().min(1).default("organizations"),
    })
    .nullable()
    .default(null),
  /** Handed to `sts:AssumeRole`, so that nobody else's automation can be talked into using our roles. */
  externalId: z.string().regex(/^[\w+=,.@:/-]{12,128}$/, "expected 12 to 128 characters"),
  /** JSON file with the settings of the deployment; bundled with the code and checked now. */
  settings: z.string().min(1),
  logs: z.strictObject({
    /** Bucket of the trail, or null: the trail stack makes a trail and a bucket. */
    bucket: BucketName.nullable(),
    /** Account that owns the bucket; by default `account`. */
    owner: AccountId.optional(),
    /** In front of `AWSLogs/`, ending in `/`. */
    prefix: z
      .string()
      .regex(/^([^/]+\/)*$/, "expected nothing, or a prefix that ends in /")
      .default(""),
    /** For the trail of an organisation. */
    organizationId: OrganizationId.nullable().default(null),
    /** Regions in which the trail records. A region that is left out is not searched. */
    regions: z.array(Region).min(1),
    /** KMS key of the trail, where its files are encrypted with one. */
    keyArn: z.string().startsWith("arn:").nullable().default(null),
    /** Tables of Security Lake that are asked in the place of the bucket's files. */
    securityLake: SecurityLake.nullable().default(null),
    /** First day that partition projection offers, `yyyy/MM/dd`. */
    since: z
      .string()
      .regex(/^20\d\d\/\d\d\/\d\d$/)
      .default("2023/01/01"),
  }),
  /** Logs beside CloudTrail, where there are such; null: not given (docs/other-logs.md). */
  ...(Object.fromEntries(LOG_SOURCES.map(({ lake }) => [lake.key, lake.Place.nullable().default(null)])) as object),
  /** What a query may read at most; Athena stops it there and bills what was read. At least 10 MB. */
  scanCapBytes: z
    .int()
    .min(10_000_000)
    .default(1024 ** 4),
  /** Object Lock of the evidence. COMPLIANCE cannot be taken back by anybody, not even by deleting the account's users. */
  retention: z
    .strictObject({ mode: z.enum(["GOVERNANCE", "COMPLIANCE"]), days: z.int().min(1).max(36_500) })
    .default({ mode: "GOVERNANCE", days: 30 }),
  logRetentionDays: z
    .union([z.literal(90), z.literal(180), z.literal(365), z.literal(731), z.literal(1827), z.literal(2557)])
    .default(365),
  /** May disable keys, delete evidence under governance and change its bucket; absent: nobody may, by policy. */
  breakGlassRole: RoleArn.nullable().default(null),
  /** By which CloudFormation deploys, and alone sets the lock and lifecycle of the evidence bucket; null: that of `cdk bootstrap`. */
  deployRole: RoleArn.nullable().default(null),
  /** Receives notices by mail, besides whoever subscribes to the topic. */
  noticeEmails: z.array(z.email()).default([]),
  /** `https://…` of the case page, for links in notices; null: notices name the command line. */
  pageOrigin: z
    .url({ protocol: /^https$/ })
    .nullable()
    .default(null),
  /** The case page behind a login. Decisions there need security keys: `webauthn` in the settings (docs/deploy.md). */
  page: z
    .strictObject({
      origin: z.url({ protocol: /^https$/ }).regex(/^https:\/\/[^/]+$/, "expected https://name without a path"),
      /** Certificate for that name, in this region; null: the origin is the address that API Gateway gave. */
      certificateArn: z
        .string()
        .regex(/^arn:aws[a-z-]*:acm:.+:certificate\/.+$/, "expected the ARN of a certificate")
        .nullable()
        .default(null),
      /** An OpenID Connect provider of yours; null: a user pool is made. */
      identity: z
        .strictObject({
          issuer: z.url({ protocol: /^https$/ }),
          clientId: z.string().min(1),
          /** Name of the secret in Secrets Manager; null: a public client. */
          clientSecretName: SecretName.nullable().default(null),
        })
        .nullable()
        .default(null),
    })
    .nullable()
    .default(null),
  /** Notices to chat and a pager, beside the topic. Secrets are named, and lie in Secrets Manager. */
  chat: z
    .strictObject({
      /** A bot of Slack that may write to the channel; the secret is its header, `Bearer xoxb-…`. */
      slack: z
        .strictObject({ secretName: SecretName, channel: z.string().regex(/^(#[\w-]{1,80}|[CG][A-Z0-9]{8,})$/) })
        .nullable()
        .default(null),
      /** A Workflows webhook of Microsoft Teams: its address without `sig`, which is the secret. */
      teams: z
        .strictObject({
          secretName: SecretName,
          url: z
            .url({ protocol: /^https$/ })
            .refine((url) => !/[?&]sig=/.test(url), "expected it without sig, which is the secret"),
        })
        .nullable()
        .default(null),
      /** Events API v2; the secret is the routing key. Only questions and alarms page somebody. */
      pagerDuty: z.strictObject({ secretName: SecretName }).nullable().default(null),
    })
    .refine(
      ({ slack, teams, pagerDuty }) => slack !== null || teams !== null || pagerDuty !== null,
      "expected slack, teams or pagerDuty",
    )
    .nullable()
    .default(null),
  /** A hunt on a schedule over the last hours of the lake (docs/hunt.md); null: none. `{}` is enough where accounts are listed. */
  hunt: HuntContext.nullable().default(null),
  /** Once a month a sample of GuardDuty's own walks the whole way, as an exercise; people are told how far it came. */
  drill: z.boolean().default(false),
  /** Optional guardrails stack: GuardDuty S3 protection, Macie, alarm on GetObject volume, endpoint policy, SCP text. */
  guardrails: z
    .strictObject({
      guardDuty: z.boolean().default(false),
      macie: z.boolean().default(false),
      /** Log group of the trail, for the alarm on GetObject volume. */
      trailLogGroup: z.string().nullable().default(null),
      /** GetObject calls in five minutes above which the alarm rings. */
      getObjectThreshold: z.int().min(1).default(1000),
      /** VPC whose S3 gateway endpoint admits only buckets of these accounts. */
      endpoint: z
        .strictObject({
          vpcId: z.string().regex(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/, "expected the id of a VPC"),
          routeTableIds: z
            .array(z.string().regex(/^rtb-([0-9a-f]{8}|[0-9a-f]{17})$/, "expected the id of a route table"))
            .min(1),
        })
        .nullable()
        .default(null),
    })
    .nullable()
    .default(null),
});
/** For the page that explains them: a test holds it complete. @public */
export const CONTEXT_VALUES: readonly string[] = Object.keys(ContextSchema.shape);
export type CordonContext = z.output<typeof ContextSchema> & {
  readonly loaded: Settings;
  /** Ids of the accounts file of an organisation; null: there is none. */
  readonly accountsFile: readonly string[] | null;
  /** What the hunt's files hold. */
  readonly huntLists: HuntLists;
  /** Logs beside CloudTrail that were given, and where they lie. */
  readonly sideLogs: readonly { readonly source: LogSource & { readonly id: LogId }; readonly place: unknown }[];
};

/**
 * Checks the whole context and the settings file it names, before anything is made. Throws SETTINGS_INVALID with every
 * fault by path. `read` gives the text of the settings file.
 */
export const parseContext = (
  value: unknown,
  read: (path: string) => string = (path) => readFileSync(path, "utf8"),
): CordonContext => {
  const parsed = ContextSchema.safeParse(value);
  if (!parsed.success)
    throw refused(
      schemaFaults(parsed.error, "(all of it)").map((fault) => ({ ...fault, path: `cordon.${fault.path}` })),
    );
  const context = parsed.data;
  const loaded = completed(readSettings(context.settings, read), context);
  const faults = [
    ...placeFaults(context),
    ...pageFaults(context, loaded),
    ...drillFaults(context, loaded),
    ...centerFaults(context, loaded),
  ];
  if (faults.length > 0) throw refused(faults);
  const accountsFile = readAccounts(context.organization?.accounts ?? FROM_ORGANIZATIONS, read);
  const pageOrigin = context.pageOrigin ?? context.page?.origin ?? null;
  const huntLists = readHuntLists(context.hunt, read);
  return { ...context, pageOrigin, loaded, accountsFile, huntLists, sideLogs: sideLogsIn(context) };
};

const sideLogsIn = (context: object): CordonContext["sideLogs"] =>
  LOG_SOURCES.map((source) => ({ source, place: new Map(Object.entries(context)).get(source.lake.key) })).filter(
    ({ place }) => place !== null,
  );

const refused = (faults: readonly Fault[]): CordonError =>
  new CordonError(
    "SETTINGS_INVALID",
    `context: ${faults.map(({ path, expected }) => `${path}: ${expected}`).join("; ")}`,
    { faults },
  );

/** A page on which nobody could ever decide, found before it is deployed. */
const pageFaults = (
  { page, pageOrigin }: z.output<typeof ContextSchema>,
  { webauthn, approvers }: Settings,
): readonly Fault[] => {
  if (page === null) return [];
  const { origin, identity } = page;
  const host = new URL(origin).host;
  const strangers = approvers.filter(
    ({ oidc }) => oidc !== undefined && identity !== null && oidc.issuer !== identity.issuer,
  );
  return [
    ...(webauthn?.origin === origin
      ? []
      : [
          {
            path: "settings.webauthn.origin",
            expected: `cordon.page.origin, ${origin}`,
            got: webauthn?.origin ?? "nothing",
          },
        ]),
    ...(webauthn === undefined || host === webauthn.rpId || host.endsWith(`.${webauthn.rpId}`)
      ? []
      : [{ path: "settings.webauthn.rpId", expected: `${host} or what it ends in`, got: webauthn.rpId }]),
    ...(pageOrigin === null || pageOrigin === origin
      ? []
      : [{ path: "cordon.pageOrigin", expected: `cordon.page.origin, ${origin}`, got: pageOrigin }]),
    ...strangers.map(({ humanId, oidc }) => ({
      path: `settings.approvers.${humanId}.oidc.issuer`,
      expected: `cordon.page.identity.issuer, ${identity!.issuer}`,
      got: oidc!.issuer,
    })),
  ];
};

export const FROM_ORGANIZATIONS = "organizations";

/** `["111111111111", …]`, or lines of ids as `aws organizations list-accounts --query "Accounts[].Id"` gives them. */
const readAccounts = (place: string, read: (path: string) => string): readonly string[] | null => {
  if (place === FROM_ORGANIZATIONS) return null;
  const parsed = z.array(AccountId).min(1).safeParse(parseJson(place, read));
  if (parsed.success) return [...new Set(parsed.data)].sort();
  const expected = parsed.error.issues[0]?.message ?? "account ids";
  throw refused([{ path: "cordon.organization.accounts", expected: `${place}: ${expected}`, got: "something else" }]);
};

const parseJson = (path: string, read: (path: string) => string): unknown => {
  try {
    return JSON.parse(read(path));
  } catch {
    return null;
  }
};

const readSettings = (path: string, read: (path: string) => string): Settings => {
  try {
    return parseSettings(JSON.parse(read(path)), path);
  } catch (cause) {
    if (cause instanceof CordonError) throw cause;
    throw new CordonError("SETTINGS_INVALID", `context: cordon.settings: ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
};

/**
 * Our own roles are never denied: by name, and by full ARN only in the account that is acted in, because a list of all accounts
 * would fill every policy and a wildcard would spare an actor's role too.
 */
const completed = (settings: Settings, context: z.output<typeof ContextSchema>): Settings => ({
  ...settings,
  ownRoles: [...new Set([...(settings.ownRoles ?? []), ...Object.values(memberRoleNames(context))])],
  ...(context.organization === null
    ? {}
    : { scan: { accounts: "concerned" as const, unknownEstimate: "refuse" as const, ...settings.scan } }),
});

/** A stack's name: two deployments of one account and region are told apart by theirs, as their roles and buckets are. */
export const stackName = ({ name, stackPrefix }: Pick<CordonContext, "name" | "stackPrefix">, id: string): string =>
  `${stackPrefix ?? (name === "cordon" ? "" : `${name}-`)}${id}`;

/** Names of the roles in member accounts: one that reads, one that changes. */
export const memberRoleNames = ({ name }: Pick<CordonContext, "name">) => ({
  read: `${name}-read`,
  contain: `${name}-contain`,
});

/** Buckets have names that can be told beforehand: permissions and the command line name them without asking CloudFormation. */
export const bucketName = (
  { name, account, region }: Pick<CordonContext, "name" | "account" | "region">,
  what: "cases" | "evidence" | "access-logs" | "results" | "trail",
): string => `${name}-${what}-${account}-${region}`;

/** Role of a function, the same in every deployment of this name: member roles trust it by name. */
export const functionRoleName = ({ name, region }: Pick<CordonContext, "name" | "region">, step: string): string =>
  `${name}-${region}-${step}`;
