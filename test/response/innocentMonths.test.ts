import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rec } from "../embedded/theftShapes.ts";
import { LONG } from "../sample.ts";
import { BUCKET } from "./inputWorld.ts";
import { call, days, huntOver, reading, role, user } from "./monthsWorld.ts";

/** What the console asks of each bucket that is opened in it. */
const CONSOLE =
  "ListBuckets GetBucketLocation GetBucketVersioning GetBucketPolicyStatus GetBucketAcl GetBucketPublicAccessBlock GetBucketOwnershipControls".split(
    " ",
  );
const SCANNED =
  "ListUsers ListRoles ListAccessKeys GetBucketPolicy GetBucketAcl GetCallerIdentity ListPolicies GetAccountSummary ListMFADevices GetAccountPasswordPolicy".split(
    " ",
  );

const OAI: Rec = { type: "AWSAccount", principalId: "", accountId: "CloudFront" };
const FOREIGN: Rec = {
  ...{
    type: "AssumedRole",
    principalId: "AROAVAULT00000000000:backup",
    accountId: "777788889999",
    accessKeyId: "ASIAVAULT00000000000",
  },
  arn: "arn:aws:sts::777788889999:assumed-role/vault/backup",
};

/** Each has a first-seen address, a first full run and a new role in it; none is a theft. */
const MONTHS: Readonly<Record<string, readonly Rec[]>> = {
  "a backup whose first full run comes from a new data centre": [
    ...days(0, 25).flatMap((day) => reading({ who: user("backup"), from: "192.0.2.10", day, hour: 1, objects: 20 })),
    ...reading({ who: user("backup"), from: "203.0.113.5", day: 26, hour: 1, objects: 3000, bytes: 2_000_000 }),
    call(role("backup-new", "b"), "203.0.113.5", 26, 2, "s3.amazonaws.com", "ListBuckets"),
  ],
  "a migration to another account of ours reads every bucket once": [
    ...days(0, 20).flatMap((day) => reading({ who: user("etl"), from: "192.0.2.20", day, hour: 9, objects: 10 })),
    ...reading({
      who: role("migration", "run-1"),
      from: "192.0.2.99",
      day: 21,
      hour: 10,
      objects: 3000,
      places: ["a-one", "a-two", "a-three"],
    }),
  ],
  "analytics: the first query over everything, of an analyst who was on holiday at another network": [
    ...days(0, 15).flatMap((day) =>
      reading({ who: role("analyst", "ana"), from: "192.0.2.30", day, hour: 10, objects: 40 }),
    ),
    ...reading({
      who: role("analyst", "ana"),
      from: "198.51.100.30",
      day: 22,
      hour: 11,
      objects: 2500,
      places: [BUCKET, "lake-raw"],
    }),
    ...days(0, 3).map((n) =>
      call(role("analyst", "ana"), "198.51.100.30", 22, 12 + n, "s3.amazonaws.com", "ListObjectsV2"),
    ),
  ],
  "CI from ever other addresses, a new runner role, and a job that is refused the same call again and again": [
    ...days(0, 28).flatMap((day) =>
      reading({ who: role("ci", `job-${day}`), from: `198.51.${day}.7`, day, hour: 14, objects: 60 }),
    ),
    ...days(0, 28).map((day) =>
      call(role("ci-new", `job-${day}`), `198.51.${day}.7`, day, 15, "s3.amazonaws.com", "PutObject", {
        errorCode: "AccessDenied",
      }),
    ),
  ],
  "Macie reads everything for the first time": reading({
    ...{ who: role("aws-service-role-macie", "macie"), from: "macie.amazonaws.com", day: 12, hour: 3, objects: 4000 },
    places: ["a-one", "a-two", BUCKET],
  }),
  "CloudFront delivers a launch": [
    ...days(0, 10).flatMap((day) =>
      reading({
        who: { type: "AWSService", invokedBy: "cloudfront.amazonaws.com" },
        from: "cloudfront.amazonaws.com",
        day,
        hour: 12,
        objects: 50,
      }),
    ),
    ...reading({
      who: { type: "AWSService", invokedBy: "cloudfront.amazonaws.com" },
      from: "cloudfront.amazonaws.com",
      day: 11,
      hour: 12,
      objects: 5000,
    }),
  ],
  "developers: a new colleague looks around and is refused things": [
    ...days(0, 25).flatMap((day) => reading({ who: user("dev"), from: "192.0.2.40", day, hour: 10, objects: 15 })),
    ...[
      "ListBuckets",
      "GetBucketPolicy",
      "ListUsers",
      "ListRoles",
      "GetBucketAcl",
      "DescribeInstances",
      "ListKeys",
    ].map((eventName, n) =>
      call(user("newbie"), "192.0.2.41", 20, 9 + n, "s3.amazonaws.com", eventName, { errorCode: "AccessDenied" }),
    ),
    ...reading({ who: user("newbie"), from: "192.0.2.41", day: 21, hour: 10, objects: 30 }),
  ],
  "a developer at home, by VPN, fetches a dump": [
    ...days(0, 25).flatMap((day) => reading({ who: user("dev"), from: "192.0.2.40", day, hour: 10, objects: 15 })),
    ...reading({ who: user("dev"), from: "203.0.113.77", day: 26, hour: 20, objects: 400, bytes: 10_000_000 }),
  ],
  "a nightly job that moves to another hour and another subnet": [
    ...days(0, 20).flatMap((day) => reading({ who: user("job"), from: "192.0.2.50", day, hour: 2, objects: 500 })),
    ...days(20, 28).flatMap((day) => reading({ who: user("job"), from: "192.0.3.50", day, hour: 13, objects: 500 })),
  ],
  "an administrator makes a role and a key for a new service, which starts to read": [
    ...days(0, 20).flatMap((day) => reading({ who: user("admin"), from: "192.0.2.60", day, hour: 9, objects: 5 })),
    call(user("admin"), "192.0.2.60", 21, 9, "iam.amazonaws.com", "CreateRole", {
      requestParameters: { roleName: "svc" },
    }),
    call(user("admin"), "192.0.2.60", 21, 10, "iam.amazonaws.com", "CreateAccessKey", {
      requestParameters: { userName: "svc" },
      responseElements: { accessKey: { accessKeyId: "AKIASVC0000000000000", userName: "svc" } },
    }),
    ...reading({ who: user("svc"), from: "203.0.113.88", day: 22, hour: 10, objects: 2000 }),
  ],
  "CI by OIDC: every job another session and address, and one that deploys a site": [
    ...days(0, 26).flatMap((day) =>
      reading({ who: role("github-ci", `run-${day}`), from: `20.${day}.7.9`, day, hour: 11, objects: 150 }),
    ),
    ...["CreateRole", "AttachRolePolicy", "PutRolePolicy"].map((eventName, n) =>
      call(role("github-ci", "run-26"), "20.200.7.9", 26, 11 + n, "iam.amazonaws.com", eventName, {
        requestParameters: { roleName: "site", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
      }),
    ),
    ...reading({ who: role("github-ci", "run-26"), from: "20.200.7.9", day: 26, hour: 12, objects: 1500 }),
  ],
  "a workforce by SSO: somebody new in the role opens buckets in the console, from home, and fetches a folder": [
    ...days(0, 20).flatMap((day) =>
      reading({
        who: role("AWSReservedSSO_Analyst", "ana@example.com"),
        from: "192.0.2.11",
        day,
        hour: 9,
        objects: 30,
      }),
    ),
    ...CONSOLE.map((eventName, n) =>
      call(role("AWSReservedSSO_Analyst", "ben@example.com"), "203.0.113.21", 21, n, "s3.amazonaws.com", eventName, {
        requestParameters: { bucketName: BUCKET },
        userAgent: "[S3Console/0.4, aws-internal/3]",
      }),
    ),
    ...reading({
      ...{ who: role("AWSReservedSSO_Analyst", "ben@example.com"), from: "203.0.113.21" },
      ...{ day: 21, hour: 10, objects: 1400 },
    }),
  ],
  "CloudFront by origin access control and by an origin access identity, from its own networks": [
    ...days(0, 12).flatMap((day) => reading({ who: OAI, from: `130.176.${day}.9`, day, hour: 12, objects: 80 })),
    ...reading({ who: OAI, from: "130.176.99.9", day: 13, hour: 12, objects: 4000 }),
  ],
  "a backup account of ours that delivers no logs here fetches everything each week": [
    ...[1, 8, 15, 22].flatMap((day) =>
      reading({ who: FOREIGN, from: day === 22 ? "198.51.100.9" : "198.51.77.9", day, hour: 3, objects: 2200 }),
    ),
    call(user("admin"), "192.0.2.60", 1, 1, "s3.amazonaws.com", "PutBucketPolicy", {
      requestParameters: {
        bucketName: BUCKET,
        bucketPolicy: {
          Statement: [
            {
              Effect: "Allow",
              Principal: { AWS: "arn:aws:iam::777788889999:root" },
              Action: "s3:GetObject",
              Resource: "*",
            },
          ],
        },
      },
    }),
    ...days(0, 28).flatMap((day) => reading({ who: user("admin"), from: "192.0.2.60", day, hour: 8, objects: 3 })),
  ],
  "replication and a batch job, set up by an administrator at another desk, with roles of their own": [
    ...days(0, 20).flatMap((day) => reading({ who: user("ops"), from: "192.0.2.61", day, hour: 9, objects: 5 })),
    call(user("ops"), "192.0.3.61", 21, 9, "iam.amazonaws.com", "CreateRole", {
      requestParameters: { roleName: "replicate" },
    }),
    call(user("ops"), "192.0.3.61", 21, 10, "s3.amazonaws.com", "PutBucketReplication", {
      requestParameters: {
        bucketName: BUCKET,
        ReplicationConfiguration: {
          Role: "r",
          Rule: { Status: "Enabled", Destination: { Bucket: "arn:aws:s3:::dr-copy" } },
        },
      },
    }),
    call(user("ops"), "192.0.3.61", 21, 11, "s3.amazonaws.com", "JobCreated", {
      requestParameters: null,
      serviceEventDetails: { jobId: "j-1", jobArn: "arn:aws:s3:::job/j-1", status: "New" },
    }),
    ...reading({
      who: role("replicate", "s3-replication"),
      from: "s3.amazonaws.com",
      day: 21,
      hour: 12,
      objects: 3000,
    }),
  ],
  "Athena and EMR read a lake for the first time, from every node": [
    ...reading({
      who: role("analyst", "ana"),
      from: "athena.amazonaws.com",
      day: 4,
      hour: 9,
      objects: 2500,
      places: ["lake-a", "lake-b"],
    }),
    ...days(0, 6).flatMap((node) =>
      reading({
        who: role("EMR_EC2_DefaultRole", `i-0a1b2c3d4e5f6070${node}`),
        from: `10.0.${node}.12`,
        day: 6,
        hour: 2,
        objects: 1200,
      }),
    ),
    call(
      role("EMR_EC2_DefaultRole", "i-0a1b2c3d4e5f60701"),
      "10.0.1.12",
      6,
      1,
      "sts.amazonaws.com",
      "GetCallerIdentity",
    ),
  ],
  "a Glue crawler looks at every bucket and reads of each, from new addresses every week": [2, 9, 16, 23].flatMap(
    (day) => [
      ...["GetCallerIdentity", "GetBucketLocation", "ListBuckets"].map((eventName) =>
        call(role("AWSGlueServiceRole", "GlueJobRunnerSession"), `3.5.${day}.8`, day, 1, "s3.amazonaws.com", eventName),
      ),
      ...reading({
        ...{ who: role("AWSGlueServiceRole", "GlueJobRunnerSession"), from: `3.5.${day}.8` },
        ...{ day, hour: 2, objects: day === 23 ? 2000 : 150, places: ["raw-1", "raw-2", "raw-3"] },
      }),
    ],
  ),
  "a scanner of settings tries every door, is refused half of it, and fetches its own rules": [
    ...days(0, 20).map((day) => call(role("prowler", "scan"), "192.0.2.70", day, 5, "iam.amazonaws.com", "ListUsers")),
    ...SCANNED.map((eventName, n) =>
      call(
        role("prowler", "scan"),
        "203.0.113.70",
        22,
        5,
        "iam.amazonaws.com",
        eventName,
        n % 2 === 0 ? { errorCode: "AccessDenied" } : {},
      ),
    ),
    ...reading({ who: role("prowler", "scan"), from: "203.0.113.70", day: 22, hour: 6, objects: 40 }),
  ],
  "an administrator on a journey makes a user, publishes the site's bucket and looks at a few files": [
    ...days(0, 20).flatMap((day) => reading({ who: user("root-ish"), from: "192.0.2.62", day, hour: 9, objects: 4 })),
    call(user("root-ish"), "203.0.113.62", 22, 9, "s3.amazonaws.com", "PutBucketPublicAccessBlock", {
      requestParameters: {
        bucketName: "www-site",
        PublicAccessBlockConfiguration: {
          BlockPublicPolicy: false,
          RestrictPublicBuckets: false,
          BlockPublicAcls: false,
          IgnorePublicAcls: false,
        },
      },
    }),
    ...reading({ who: user("root-ish"), from: "203.0.113.62", day: 22, hour: 10, objects: 12 }),
  ],
  "a machine image is shared with a partner by the team that does so, from its desk": [
    ...days(0, 20).flatMap((day) => reading({ who: user("images"), from: "192.0.2.63", day, hour: 9, objects: 4 })),
    call(user("images"), "192.0.2.63", 21, 9, "ec2.amazonaws.com", "ModifyImageAttribute", {
      requestParameters: {
        imageId: "ami-1",
        launchPermission: { add: { items: [{ userId: "777788889999" }] } },
        attributeType: "launchPermission",
      },
    }),
  ],
  "a job that reads what comes in and deletes it moves to another subnet": [
    ...days(0, 26).flatMap((day) => {
      const from = day < 20 ? "192.0.2.64" : "192.0.3.64";
      return [
        ...reading({ who: user("intake"), from, day, hour: 4, objects: 160 }),
        ...days(0, 160).map((n) =>
          call(user("intake"), from, day, 5, "s3.amazonaws.com", "DeleteObject", {
            requestParameters: { bucketName: BUCKET, key: `data/${day}/${n}` },
          }),
        ),
      ];
    }),
  ],
  "auditors come once, by a role of their own, look at every setting and fetch the logs": [
    ...[...SCANNED, ...CONSOLE].map((eventName) =>
      call(role("auditor", "kim"), "198.51.100.80", 18, 9, "s3.amazonaws.com", eventName),
    ),
    ...reading({
      who: role("auditor", "kim"),
      from: "198.51.100.80",
      day: 18,
      hour: 10,
      objects: 1500,
      places: [BUCKET, "audit-logs"],
    }),
    call(role("auditor", "kim"), "198.51.100.80", 18, 11, "cloudtrail.amazonaws.com", "DescribeTrails"),
  ],
};
test("innocent months of twenty-two kinds: nobody in them is ranked as likely theft", async () => {
  assert.equal(Object.keys(MONTHS).length, 22);
  const wrong: string[] = [];
  // One reading for all of them is quick; each by itself has other neighbours.
  const asked = LONG ? Object.entries(MONTHS) : [["all of them", Object.values(MONTHS).flat()] as const];
  for (const [name, records] of asked)
    for (const { level, name: who, network, signs } of await huntOver(records))
      if (level === "likely theft")
        wrong.push(`${name}: ${who} from ${network}: ${signs.map(({ id }) => id).join(", ")}`);
  assert.deepEqual(wrong, []);
});
