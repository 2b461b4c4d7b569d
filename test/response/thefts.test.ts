import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rec } from "../embedded/theftShapes.ts";
import { isSampled, LONG } from "../sample.ts";
import { ACCOUNT, BUCKET } from "./inputWorld.ts";
import { call, days, huntOver, reading, role, user } from "./monthsWorld.ts";

const OFFICE: readonly Rec[] = [
  ...days(0, 25).flatMap((day) => reading({ who: user("backup"), from: "192.0.2.10", day, hour: 1, objects: 60 })),
  ...days(0, 25).flatMap((day) =>
    reading({ who: role("app", "i-0a1b2c3d4e5f60701"), from: "10.0.1.7", day, hour: 9, objects: 40 }),
  ),
  ...days(0, 25).flatMap((day) => reading({ who: user("victim"), from: "192.0.2.40", day, hour: 10, objects: 8 })),
  // An honest first: a full backup from another place.
  ...reading({ who: user("backup"), from: "192.0.9.10", day: 26, hour: 1, objects: 1500 }),
];

const THIEF = "185.220.101.5";
const ANYBODY: Rec = { type: "AWSAccount", principalId: "", accountId: "anonymous" };
const OUTSIDER: Rec = {
  ...{
    type: "IAMUser",
    principalId: "AIDAOUTSIDER00000000",
    accountId: "777788889999",
    accessKeyId: "AKIAOUTSIDER00000000",
  },
  ...{ arn: "arn:aws:iam::777788889999:user/x", userName: "x" },
};
const s3 = (
  who: Rec,
  from: string,
  hour: number,
  eventName: string,
  requestParameters: Rec = { bucketName: BUCKET },
): Rec => call(who, from, 27, hour, "s3.amazonaws.com", eventName, { requestParameters });
const open = {
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${BUCKET}/*` }],
};

interface Theft {
  readonly records: readonly Rec[];
  /** Network of the actor. */
  readonly from: string;
}
const TOR = "185.220.101.0/24";

const THEFTS: Readonly<Record<string, Theft>> = {
  "presigned links, used elsewhere": {
    from: TOR,
    records: reading({ who: user("victim"), from: THIEF, day: 27, hour: 3, objects: 700 }).map((one) => ({
      ...one,
      additionalEventData: { bytesTransferredOut: 900_000, AuthenticationMethod: "QueryString" },
    })),
  },
  "a slow drip: a few objects every hour for days": {
    from: TOR,
    records: days(18, 27).flatMap((day) =>
      days(0, 24).flatMap((hour) =>
        reading({ who: user("victim"), from: THIEF, day, hour, objects: 6, bytes: 3_000_000 }),
      ),
    ),
  },
  "copies into an account that is not ours": {
    from: TOR,
    records: days(0, 300).map((n) => ({
      ...s3(user("victim"), THIEF, 4, "CopyObject", {
        bucketName: "loot",
        key: `k/${n}`,
        "x-amz-copy-source": `${BUCKET}/k/${n}`,
      }),
      resources: [
        { type: "AWS::S3::Object", ARN: `arn:aws:s3:::loot/k/${n}` },
        { type: "AWS::S3::Bucket", accountId: "777788889999", ARN: "arn:aws:s3:::loot" },
        { type: "AWS::S3::Bucket", accountId: ACCOUNT, ARN: `arn:aws:s3:::${BUCKET}` },
      ],
    })),
  },
  "a bucket is opened with a stolen key, and anybody fetches": {
    from: TOR,
    records: [
      s3(user("victim"), THIEF, 1, "PutBucketPublicAccessBlock", {
        bucketName: BUCKET,
        PublicAccessBlockConfiguration: { BlockPublicPolicy: false, RestrictPublicBuckets: false },
      }),
      s3(user("victim"), THIEF, 2, "PutBucketPolicy", { bucketName: BUCKET, bucketPolicy: open }),
      ...reading({ who: ANYBODY, from: THIEF, day: 27, hour: 3, objects: 900 }),
    ],
  },
  "an instance's role is used from Tor to sync a bucket": {
    from: TOR,
    records: [
      call(role("app", "i-0a1b2c3d4e5f60701"), THIEF, 27, 1, "sts.amazonaws.com", "GetCallerIdentity"),
      s3(role("app", "i-0a1b2c3d4e5f60701"), THIEF, 1, "ListBuckets"),
      ...reading({ who: role("app", "i-0a1b2c3d4e5f60701"), from: THIEF, day: 27, hour: 2, objects: 2000 }),
    ],
  },
  "a snapshot is shared with another account": {
    from: TOR,
    records: [
      call(user("victim"), THIEF, 27, 1, "ec2.amazonaws.com", "DescribeSnapshots"),
      call(user("victim"), THIEF, 27, 2, "ec2.amazonaws.com", "ModifySnapshotAttribute", {
        requestParameters: {
          snapshotId: "snap-1",
          attributeType: "CREATE_VOLUME_PERMISSION",
          createVolumePermission: { add: { items: [{ userId: "777788889999" }] } },
        },
      }),
    ],
  },
  "an access point is made, and used by an outsider": {
    from: TOR,
    records: [
      s3(user("victim"), "192.0.2.40", 1, "CreateAccessPoint", { name: "ap", bucket: BUCKET }),
      ...reading({ who: OUTSIDER, from: THIEF, day: 27, hour: 2, objects: 800 }),
    ],
  },
  "everything is copied and then deleted, with a note": {
    from: TOR,
    records: [
      ...reading({ who: user("victim"), from: THIEF, day: 27, hour: 1, objects: 500 }),
      ...days(0, 500).map((n) =>
        s3(user("victim"), THIEF, 2, "DeleteObject", { bucketName: BUCKET, key: `data/27/${n}` }),
      ),
      s3(user("victim"), THIEF, 3, "PutObject", { bucketName: BUCKET, key: "HOW-TO-RECOVER-FILES.txt" }),
    ],
  },
  "a function's role is used from elsewhere": {
    from: TOR,
    records: [
      ...days(0, 26).flatMap((day) =>
        reading({ who: role("thumbs", "thumbs-fn"), from: "3.120.4.4", day, hour: 8, objects: 20 }),
      ),
      ...reading({
        who: role("thumbs", "thumbs-fn"),
        from: THIEF,
        day: 27,
        hour: 1,
        objects: 1200,
        places: [BUCKET, "secret-1", "secret-2"],
      }),
    ],
  },
  "the key of a CI user, which never reads, fetches everything and tries more": {
    from: TOR,
    records: [
      ...days(0, 26).map((day) => call(user("ci-user"), "192.0.2.90", day, 9, "s3.amazonaws.com", "PutObject")),
      ...["ListUsers", "ListRoles", "GetAccountSummary", "ListSecrets", "DescribeInstances", "ListFunctions"].map(
        (name) => call(user("ci-user"), THIEF, 27, 1, "iam.amazonaws.com", name, { errorCode: "AccessDenied" }),
      ),
      ...reading({ who: user("ci-user"), from: THIEF, day: 27, hour: 2, objects: 400 }),
    ],
  },
  "logging is stopped, and little is fetched": {
    from: TOR,
    records: [
      call(user("victim"), THIEF, 27, 1, "cloudtrail.amazonaws.com", "StopLogging", {
        requestParameters: { name: "main" },
      }),
      ...reading({ who: user("victim"), from: THIEF, day: 27, hour: 2, objects: 15 }),
    ],
  },
};

for (const [at, [name, { records, from }]] of Object.entries(THEFTS).entries())
  if (LONG || isSampled(at, 4))
    test(`${name}: the actor is first`, async () => {
      const [first, second] = await huntOver([...OFFICE, ...records]);
      const said = JSON.stringify(
        [first, second].map((one) => [one?.name, one?.network, one?.level, one?.signs.map(({ id }) => id)]),
      );
      assert.equal(first?.network, from, said);
      assert.notEqual(first?.level, "ordinary", said);
    });
