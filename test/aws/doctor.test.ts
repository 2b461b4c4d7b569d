import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { GuardDutyClient } from "@aws-sdk/client-guardduty";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { Macie2Client } from "@aws-sdk/client-macie2";
import { S3Client } from "@aws-sdk/client-s3";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { examine } from "../../lib/aws/doctor/doctor.ts";
import { examineMembers } from "../../lib/aws/doctor/memberRoles.ts";
import { ApiError } from "../../lib/base/errors.ts";
import { recordsReads } from "../../lib/core/logs/trailSelectors.ts";
import { parseSettings } from "../../lib/core/settings.ts";
import { json, optionsAt, type Reply, refusal, serve, type Wire, xml } from "./wire.ts";

const EXAMPLE = JSON.parse(readFileSync(new URL("../../docs/settings.example.json", import.meta.url), "utf8"));
const basic = (...Values: string[]) => ({
  basic: [{ ReadWriteType: "All" as const, DataResources: [{ Type: "AWS::S3::Object", Values }] }],
  advanced: [],
});
const advanced = (...FieldSelectors: { Field: string; [operator: string]: unknown }[]) => ({
  basic: [],
  advanced: [
    {
      FieldSelectors: [
        { Field: "eventCategory", Equals: ["Data"] },
        { Field: "resources.type", Equals: ["AWS::S3::Object"] },
        ...FieldSelectors,
      ],
    },
  ],
});

// Cases and their meaning: CloudTrail user guide, "Logging data events", basic and advanced event selectors.
const selectors: readonly (readonly [string, Parameters<typeof recordsReads>[0], boolean])[] = [
  ["all buckets", basic("arn:aws:s3"), true],
  ["all objects of the bucket", basic("arn:aws:s3:::payroll/"), true],
  ["another bucket whose name begins the same", basic("arn:aws:s3:::pay/"), false],
  [
    "writes only",
    {
      basic: [{ ReadWriteType: "WriteOnly", DataResources: [{ Type: "AWS::S3::Object", Values: ["arn:aws:s3"] }] }],
      advanced: [],
    },
    false,
  ],
  [
    "Lambda functions only",
    {
      basic: [{ ReadWriteType: "All", DataResources: [{ Type: "AWS::Lambda::Function", Values: ["arn:aws:lambda"] }] }],
      advanced: [],
    },
    false,
  ],
  ["management events only", { basic: [{ ReadWriteType: "All", IncludeManagementEvents: true }], advanced: [] }, false],
  ["every object, advanced", advanced(), true],
  ["reads only, advanced", advanced({ Field: "readOnly", Equals: ["true"] }), true],
  ["writes only, advanced", advanced({ Field: "readOnly", Equals: ["false"] }), false],
  [
    "the bucket by prefix of its ARN",
    advanced({ Field: "resources.ARN", StartsWith: ["arn:aws:s3:::payroll/"] }),
    true,
  ],
  ["all but the bucket", advanced({ Field: "resources.ARN", NotStartsWith: ["arn:aws:s3:::payroll/"] }), false],
  ["all but another bucket", advanced({ Field: "resources.ARN", NotStartsWith: ["arn:aws:s3:::logs/"] }), true],
  ["deletions by name", advanced({ Field: "eventName", Equals: ["DeleteObject"] }), false],
  ["calls of one role only", advanced({ Field: "userIdentity.arn", Equals: ["arn:aws:iam::1:role/x"] }), false],
  [
    "advanced selectors put the basic ones out of force",
    { ...basic("arn:aws:s3"), advanced: [{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }] }] },
    false,
  ],
];
for (const [what, given, expected] of selectors) {
  test(`selectors: ${what} ${expected ? "records" : "does not record"} reads of the bucket`, () =>
    assert.equal(recordsReads(given, "payroll", "aws"), expected));
}

interface World {
  readonly detector?: Readonly<Record<string, unknown>> | null;
  readonly logging?: boolean;
  readonly macie?: Reply;
  readonly lock?: string;
  readonly keyState?: string;
  readonly subscriptions?: number;
  /** What the function that tries the member roles answers. */
  readonly members?: readonly { readonly accountId: string; readonly state: string; readonly why: string }[];
  /** Quota code → value; null: the account never had one of its own. */
  readonly quotas?: Readonly<Record<string, number | null>>;
  readonly macieUsedUp?: boolean;
  readonly metadata?: Reply;
  readonly isMetadataAsked?: boolean;
  readonly events?: string;
  readonly stack?: boolean;
  /** Names of executions of the response that run. */
  readonly running?: readonly string[];
}

const ENABLED = {
  status: "ENABLED",
  findingPublishingFrequency: "FIFTEEN_MINUTES",
  features: [{ name: "S3_DATA_EVENTS", status: "ENABLED" }],
  serviceRole: "r",
};
const LOCK =
  "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>2557</Days></DefaultRetention></Rule></ObjectLockConfiguration>";

/** As the S3 API reference has the answer of GetBucketMetadataConfiguration. */
const metadataOf = (inventory: string, status: string): Reply =>
  xml(
    200,
    `<GetBucketMetadataConfigurationResult><MetadataConfigurationResult><DestinationResult><TableBucketType>aws</TableBucketType></DestinationResult><JournalTableConfigurationResult><TableStatus>ACTIVE</TableStatus><TableName>journal</TableName></JournalTableConfigurationResult><InventoryTableConfigurationResult><ConfigurationState>${inventory}</ConfigurationState><TableStatus>${status}</TableStatus></InventoryTableConfigurationResult></MetadataConfigurationResult></GetBucketMetadataConfigurationResult>`,
  );

const answerFor =
  (world: World) =>
  (wire: Wire): Reply => {
    const {
      detector = ENABLED,
      logging = true,
      macie = json(200, { status: "ENABLED" }),
      lock = LOCK,
      keyState = "Enabled",
      subscriptions = 1,
      members = [{ accountId: "111111111111", state: "ready", why: "both" }],
      quotas = {},
      macieUsedUp = false,
      metadata = metadataOf("ENABLED", "ACTIVE"),
      events = "1234",
      stack = true,
      running = [],
    } = world;
    const operation =
      wire.headers["x-amz-target"]?.split(".").at(-1) ??
      new URLSearchParams(wire.body.toString()).get("Action") ??
      `${wire.path.replace(/\/$/, "")}${[...wire.query.keys()]
        .filter((name) => name !== "x-id")
        .map((name) => `?${name}`)
        .join("")}`;
    const outputs = {
      FoundEvidenceBucket: "evidence",
      FoundEvidenceKey: "k1",
      FoundLedgerKey: "k2",
      FoundNoticesTopic: "arn:aws:sns:eu-central-1:111111111111:n",
    };
    const answers: Readonly<Record<string, () => Reply>> = {
      DescribeStacks: () =>
        stack
          ? xml(
              200,
              `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>CordonStack</StackName><Outputs>${Object.entries(
                outputs,
              )
                .map(
                  ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
                )
                .join("")}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
            )
          : xml(
              400,
              "<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id CordonStack does not exist</Message></Error></ErrorResponse>",
            ),
      "/detector": () => json(200, { detectorIds: detector === null ? [] : ["d1"] }),
      "/detector/d1": () => json(200, detector),
      DescribeTrails: () =>
        json(200, {
          trailList: [
            {
              Name: "t",
              TrailARN: "arn:aws:cloudtrail:eu-central-1:111111111111:trail/t",
              LogFileValidationEnabled: true,
            },
          ],
        }),
      GetTrailStatus: () => json(200, { IsLogging: logging }),
      GetEventSelectors: () =>
        json(200, {
          AdvancedEventSelectors: advanced({ Field: "resources.ARN", StartsWith: ["arn:aws:s3:::payroll/"] }).advanced,
        }),
      "/macie": () => macie,
      "/payroll?metadataConfiguration": () => metadata,
      "/evidence?object-lock": () => xml(200, lock),
      "/evidence?publicAccessBlock": () =>
        xml(
          200,
          "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>",
        ),
      "/evidence?versioning": () =>
        xml(200, "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"),
      ListExecutions: () =>
        json(200, {
          executions: running
            .map((one) => one.split(" "))
            .filter(([machine]) => JSON.parse(wire.body.toString()).stateMachineArn.endsWith(`cordon-${machine}`))
            .map(([, name]) => ({ name })),
        }),
      DescribeKey: () => json(200, { KeyMetadata: { KeyId: "k", KeyState: keyState, KeySpec: "ECC_NIST_P256" } }),
      ListSubscriptionsByTopic: () =>
        xml(
          200,
          `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>${"<member><SubscriptionArn>arn:aws:sns:x</SubscriptionArn></member>".repeat(subscriptions)}<member><SubscriptionArn>PendingConfirmation</SubscriptionArn></member></Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`,
        ),
      "/2015-03-31/functions/cordon-eu-central-1-examineMembers/invocations": () => {
        const { accounts, containRole, container, externalId } = JSON.parse(wire.body.toString());
        assert.deepEqual(
          [accounts, containRole, container, externalId],
          [
            ["111111111111"],
            "cordon-contain",
            "arn:aws:iam::111111111111:role/cordon-eu-central-1-applyContainment",
            "an-external-id",
          ],
        );
        return json(200, members);
      },
      GetServiceQuota: () => quota(wire, quotas, "own"),
      GetAWSDefaultServiceQuota: () => quota(wire, quotas, "default"),
      "/usage/statistics": () =>
        json(200, {
          records: [
            {
              accountId: "111111111111",
              usage: [
                {
                  type: "SENSITIVE_DATA_DISCOVERY",
                  serviceLimit: { isServiceLimited: macieUsedUp, unit: "TERABYTES", value: 5 },
                },
              ],
            },
          ],
        }),
      GetWorkGroup: () =>
        json(200, {
          WorkGroup: {
            Name: "cordon",
            Configuration: { EnforceWorkGroupConfiguration: true, BytesScannedCutoffPerQuery: 1_000_000_000 },
          },
        }),
      StartQueryExecution: () => json(200, { QueryExecutionId: "q" }),
      GetQueryExecution: () =>
        json(200, { QueryExecution: { Status: { State: "SUCCEEDED" }, Statistics: { DataScannedInBytes: 99 } } }),
      GetQueryResults: () =>
        json(200, {
          ResultSet: {
            Rows: [
              ["events", "latest"],
              [events, "2026-02-22T23:59:00Z"],
            ].map((row) => ({ Data: row.map((VarCharValue) => ({ VarCharValue })) })),
            ResultSetMetadata: {
              ColumnInfo: [
                { Name: "events", Type: "bigint" },
                { Name: "latest", Type: "varchar" },
              ],
            },
          },
        }),
    };
    return answers[operation]?.() ?? refusal(500, `Unexpected ${operation}`);
  };

/** Defaults of us-east-1 where a test says nothing. */
const quota = (wire: Wire, quotas: NonNullable<World["quotas"]>, which: "own" | "default"): Reply => {
  const { QuotaCode } = JSON.parse(wire.body.toString());
  const own = quotas[QuotaCode];
  if (own === null && which === "own") return refusal(400, "NoSuchResourceException");
  return json(200, { Quota: { QuotaCode, Value: own ?? 1000 } });
};

const examined = async (
  t: TestContext,
  world: World = {},
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, string>>> => {
  const server = await serve(answerFor(world));
  t.after(server.close);
  const options = optionsAt(server.endpoint, 1);
  const clients = {
    athena: new AthenaClient(options),
    cloudFormation: new CloudFormationClient(options),
    cloudTrail: new CloudTrailClient(options),
    guardDuty: new GuardDutyClient(options),
    kms: new KMSClient(options),
    lambda: new LambdaClient(options),
    macie: new Macie2Client(options),
    quotas: new ServiceQuotasClient(options),
    s3: new S3Client(options),
    sfn: new SFNClient(options),
    sns: new SNSClient(options),
    cloudWatch: new CloudWatchClient(options),
  };
  const checks = await examine({
    clients,
    clock: { now: () => "2026-02-23T10:00:00.000Z" },
    stack: "CordonStack",
    region: "eu-central-1",
    partition: "aws",
    account: "111111111111",
    memberAccounts: ["111111111111"],
    externalId: "an-external-id",
    name: "cordon",
    logRegions: ["eu-central-1"],
    securityLake: null,
    isMetadataAsked: world.isMetadataAsked ?? true,
    buckets: ["payroll"],
    settings: parseSettings({ ...EXAMPLE, mode: "enforce", ...settings }, "test"),
    ring: false,
  });
  for (const { status, mend, id, says } of checks)
    assert.ok(status !== "fail" || mend !== null, `${id} fails and names nothing that mends it: ${says}`);
  assert.deepEqual(
    checks.filter(({ says }) => says.includes("Unexpected")),
    [],
  );
  return Object.fromEntries(checks.map(({ id, status }) => [id, status]));
};

test("a sound deployment passes every check but the spare approver", async (t) => {
  const checks = await examined(t);
  assert.deepEqual(
    Object.entries(checks).filter(([, status]) => status !== "pass"),
    [["approvers", "warn"]],
  );
  assert.ok(Object.keys(checks).length >= 15);
});

const faults: readonly (readonly [string, World, string, string])[] = [
  ["GuardDuty that is off", { detector: null }, "guardduty", "fail"],
  ["S3 protection that is off", { detector: { ...ENABLED, features: [] } }, "s3-protection", "fail"],
  [
    "findings updated every six hours",
    { detector: { ...ENABLED, findingPublishingFrequency: "SIX_HOURS" } },
    "finding-frequency",
    "warn",
  ],
  ["a trail that does not log", { logging: false }, "trail", "fail"],
  [
    "Macie that is not enabled",
    { macie: refusal(403, "AccessDeniedException", "Macie is not enabled") },
    "macie",
    "warn",
  ],
  [
    "a right to Macie that is missing",
    { macie: refusal(403, "AccessDeniedException", "User is not authorized") },
    "macie",
    "fail",
  ],
  [
    "a lock without retention",
    { lock: "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>" },
    "object-lock",
    "fail",
  ],
  ["a key that waits for its deletion", { keyState: "PendingDeletion" }, "EvidenceKey", "fail"],
  ["a topic that nobody confirmed", { subscriptions: 0 }, "notices", "fail"],
  [
    "a member account without the reading role",
    { members: [{ accountId: "222222222222", state: "no-read-role", why: "AccessDenied" }] },
    "member 222222222222",
    "fail",
  ],
  [
    "a containing role that trusts somebody else",
    { members: [{ accountId: "222222222222", state: "not-trusted", why: "other" }] },
    "member 222222222222",
    "fail",
  ],
  [
    "ten functions at a time, as in a new account",
    { quotas: { "L-B99A9384": 10 } },
    "quota lambda-concurrency",
    "warn",
  ],
  ["a new account's state transitions", { quotas: { "L-AD9B4E93": 20 } }, "quota states-transitions", "warn"],
  ["open executions that are used up", { quotas: { "L-B8A5B662": 10 } }, "quota states-executions", "warn"],
  ["five queries at a time", { quotas: { "L-FC5F6546": 5 } }, "quota athena-queries", "warn"],
  ["a default quota where the account has none", { quotas: { "L-E80DC288": null } }, "quota athena-minutes", "pass"],
  ["a month of Macie that is used up", { macieUsedUp: true }, "quota macie", "warn"],
  [
    "a bucket without S3 Metadata tables",
    { metadata: refusal(404, "NoSuchMetadataConfiguration") },
    "object-metadata lacking",
    "warn",
  ],
  ["a bucket whose live inventory is off", { metadata: metadataOf("DISABLED", "") }, "object-metadata lacking", "warn"],
  [
    "a bucket whose live inventory is still being made",
    { metadata: metadataOf("ENABLED", "BACKFILLING") },
    "object-metadata lacking",
    "warn",
  ],
  [
    "a bucket of which it cannot be told",
    { metadata: refusal(403, "AccessDenied") },
    "object-metadata unknown",
    "warn",
  ],
  ["S3 Metadata tables that the deployment was not told of", { isMetadataAsked: false }, "object-metadata", "warn"],
  ["a table that finds nothing", { events: "0" }, "table", "warn"],
  ["a response that an update would meet", { running: ["respond gd-1"] }, "in-flight", "warn"],
  ["a release that a person proposed", { running: ["release gd-1"] }, "in-flight", "warn"],
  ["a stack that is not there", { stack: false }, "stack", "fail"],
];
for (const [what, world, id, status] of faults) {
  test(`${what} is said by ${id} as ${status}`, async (t) => assert.equal((await examined(t, world))[id], status));
}

const TRUST = (container: string, externalId: string): string =>
  encodeURIComponent(
    JSON.stringify({
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111111111111:root" },
          Action: "sts:AssumeRole",
          Condition: { ArnEquals: { "aws:PrincipalArn": container }, StringEquals: { "sts:ExternalId": externalId } },
        },
      ],
    }),
  );

test("the function that tries member roles tells what is missing where, and one account does not hide another", async () => {
  const container = "arn:aws:iam::111111111111:role/cordon-eu-central-1-applyContainment";
  const answers: Readonly<Record<string, () => string>> = {
    "200000000001": () => TRUST(container, "an-external-id"),
    "200000000002": () => TRUST("arn:aws:iam::111111111111:role/other", "an-external-id"),
    "200000000003": () => TRUST(container, "another-external-id"),
    "200000000004": () => {
      throw new ApiError("GetRole", "NoSuchEntity", "no role");
    },
    "200000000005": () => {
      throw new ApiError("GetRole", "AccessDenied", "not authorized to perform sts:AssumeRole");
    },
  };
  const account = {
    call: async ({ accountId }: { readonly accountId: string }) => ({
      requestId: "r",
      output: { Role: { AssumeRolePolicyDocument: answers[accountId]!() } },
    }),
  };
  const request = {
    region: "eu-central-1",
    accounts: Object.keys(answers),
    containRole: "cordon-contain",
    container,
    externalId: "an-external-id",
  };
  const found = await examineMembers(request, { account }, async () => []);
  assert.deepEqual(
    found.map(({ state }) => state),
    ["ready", "not-trusted", "not-trusted", "no-contain-role", "no-read-role"],
  );
});

test("an approver without a principal, and one of today, are named", async (t) => {
  const [alice, bob] = EXAMPLE.approvers;
  const checks = await examined(
    t,
    {},
    {
      approvers: [
        { ...alice, principals: [] },
        { ...bob, since: "2026-02-23T09:00:00.000Z" },
      ],
    },
  );
  assert.deepEqual([checks["approver alice"], checks["approver bob"]], ["fail", "warn"]);
});
