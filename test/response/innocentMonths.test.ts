import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Suspect } from "../../lib/core/hunt/suspects.ts";
import { createTrail } from "../../lib/embedded/trail.ts";
import { hunt } from "../../lib/response/hunt/hunt.ts";
import type { Rec } from "../embedded/theftShapes.ts";
import { LONG } from "../sample.ts";
import { ACCOUNT, BUCKET, bucket, jsonLines, object, read } from "./inputWorld.ts";

const START = Date.parse("2026-10-01T00:00:00Z");
const at = (day: number, hour: number, second = 0): string =>
  new Date(START + day * 86_400_000 + hour * 3_600_000 + second * 1000).toISOString().replace(".000Z", "Z");

const user = (name: string): Rec => ({
  ...{ type: "IAMUser", principalId: `AIDA${name.toUpperCase().padEnd(16, "0")}`, accountId: ACCOUNT, userName: name },
  ...{ arn: `arn:aws:iam::${ACCOUNT}:user/${name}`, accessKeyId: `AKIA${name.toUpperCase().padEnd(16, "0")}` },
});
const role = (name: string, session: string): Rec => {
  const principalId = `AROA${name.toUpperCase().replaceAll("-", "").padEnd(16, "0")}`;
  const arn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  return {
    ...{
      type: "AssumedRole",
      principalId: `${principalId}:${session}`,
      accountId: ACCOUNT,
      accessKeyId: `ASIA${name.toUpperCase().replaceAll("-", "").padEnd(16, "1")}`,
    },
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/${session}`,
    sessionContext: { sessionIssuer: { type: "Role", principalId, arn, accountId: ACCOUNT, userName: name } },
  };
};

interface Reading {
  readonly who: Rec;
  readonly from: string;
  readonly day: number;
  readonly hour: number;
  readonly objects: number;
  readonly places?: readonly string[];
  readonly bytes?: number;
}

/** So many objects read one a second, in turn from each bucket. */
const reading = ({ who, from, day, hour, objects, places = [BUCKET], bytes = 50_000 }: Reading): readonly Rec[] =>
  Array.from({ length: objects }, (_, index) => {
    const name = places[index % places.length]!;
    const key = `data/${day}/${index}`;
    return read(key, {
      ...{ eventTime: at(day, hour, index), sourceIPAddress: from, userIdentity: who },
      requestParameters: { bucketName: name, key },
      resources: [object(name, key), bucket(name, ACCOUNT)],
      additionalEventData: { bytesTransferredOut: bytes },
    });
  });

const call = (
  who: Rec,
  from: string,
  day: number,
  hour: number,
  eventSource: string,
  eventName: string,
  more: Rec = {},
): Rec =>
  read("", {
    ...{
      eventTime: at(day, hour),
      sourceIPAddress: from,
      userIdentity: who,
      eventSource,
      eventName,
      requestParameters: {},
      resources: [],
    },
    ...more,
  });

const days = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, day) => from + day);

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
};

const ALWAYS = { from: "1970-01-01T00:00:00.000Z", to: "2999-01-01T00:00:00.000Z" };

const huntOver = async (records: readonly Rec[]): Promise<readonly Suspect[]> => {
  const root = mkdtempSync(join(tmpdir(), "cordon-innocent-"));
  try {
    writeFileSync(join(root, "logs.jsonl"), jsonLines(records));
    const trail = createTrail({ logsDir: root, caseDir: (id) => `${root}-${id}`, memoryLimitMb: 400, threads: 2 });
    const { suspects } = await hunt({ huntId: "hunt-1", read: ALWAYS, judge: null, indicator: {} }, trail, () =>
      sleep(20),
    );
    return suspects;
  } finally {
    rmSync(root, { recursive: true, force: true });
    rmSync(`${root}-hunt-1`, { recursive: true, force: true });
  }
};

test("ten innocent months: nobody in them is ranked as likely theft", async () => {
  assert.equal(Object.keys(MONTHS).length, 10);
  const wrong: string[] = [];
  // One reading for all of them is quick; each by itself has other neighbours.
  const asked = LONG ? Object.entries(MONTHS) : [["all ten", Object.values(MONTHS).flat()] as const];
  for (const [name, records] of asked)
    for (const { level, name: who, network, signs } of await huntOver(records))
      if (level === "likely theft")
        wrong.push(`${name}: ${who} from ${network}: ${signs.map(({ id }) => id).join(", ")}`);
  assert.deepEqual(wrong, []);
});
