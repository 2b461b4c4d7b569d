/**
 * A whole Stratus Red Team run of 2023 against an account of invictus-ir (test/fixtures/invictus/NOTICE). Expected
 * values: read from the raw files with jq and Python, kept beside the dataset as its ground truth.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { detections } from "../../lib/detections/index.ts";
import { fixture, outcomeOf, rowsOfDetection } from "./real.ts";
import { caseTableOfLogs } from "./trail.ts";

const ATTACKER = "arn:aws:iam::123837392027:user/bert-jan";
const table = await caseTableOfLogs(fixture("invictus/logs"), {
  accessKeyIds: ["AKIATFQR7NSC8Q4X20BJ"],
  arns: [ATTACKER],
  addresses: ["192.168.10.20"],
});
after(() => table.close());

const times = async (id: string): Promise<readonly unknown[]> =>
  (await rowsOfDetection(table, id)).firing.map(({ first_at }) => first_at);

test("a StopLogging that failed three times and a DeleteTrail that failed once are attempts and nothing else", async () => {
  const { firing, attempts } = await rowsOfDetection(table, "trail-tampering");
  const failed = attempts.map(({ first_at, detail }) => `${first_at} ${String(detail).split(" ")[0]}`);
  assert.deepEqual(failed, [
    "2023-07-10T11:59:02Z DeleteTrail",
    "2023-07-10T12:00:42Z StopLogging",
    "2023-07-10T12:01:23Z StopLogging",
    "2023-07-10T12:01:27Z StopLogging",
    "2023-07-10T12:02:05Z LeaveOrganization",
  ]);
  assert.ok(!firing.some(({ detail }) => String(detail).startsWith("StopLogging")));
});

test("what was done to the logs: management events off, flow logs deleted, two trails deleted", async () => {
  const { firing } = await rowsOfDetection(table, "trail-tampering");
  const grave = firing
    .filter(({ severity }) => severity !== "low")
    .map(({ first_at, detail }) => `${first_at} ${String(detail).split(" ")[0]}`);
  assert.deepEqual(
    grave.filter((one) => !one.includes("DeleteLogGroup")),
    [
      "2023-07-10T12:00:08Z PutEventSelectors",
      "2023-07-10T12:02:26Z DeleteFlowLogs",
      "2023-07-10T12:08:04Z DeleteTrail",
      "2023-07-10T12:08:04Z DeleteTrail",
    ],
  );
});

test("the bucket opened to account 193672423079, and the policy removed six minutes later", async () => {
  const { firing } = await rowsOfDetection(table, "bucket-policy-foreign");
  assert.equal(firing.length, 1);
  assert.equal(firing[0]!.other_account, "193672423079");
  assert.equal(firing[0]!.bucket, "stratus-red-team-bdbp-lhfzvgcamn");
  assert.equal(firing[0]!.first_at, "2023-07-10T12:22:41Z");
  assert.equal(firing[0]!.principal, ATTACKER);
  assert.deepEqual(await times("bucket-policy-public"), []);
  const removed = (await rowsOfDetection(table, "bucket-configuration-deleted")).firing.filter(
    ({ detail }) => detail === "DeleteBucketPolicy",
  );
  assert.deepEqual(
    removed.map(({ first_at, bucket }) => [first_at, bucket]),
    [["2023-07-10T12:28:24Z", "stratus-red-team-bdbp-lhfzvgcamn"]],
  );
});

test("three resources shared out, each once: the permissions taken back are no shares", async () => {
  const shares = await Promise.all(
    ["ami-shared", "ec2-snapshot-shared", "rds-snapshot-shared"].map(
      async (id) => (await rowsOfDetection(table, id)).firing,
    ),
  );
  assert.deepEqual(
    shares.flat().map(({ first_at, other_account }) => [first_at, other_account]),
    [
      ["2023-07-10T12:11:01Z", "012345678901"],
      ["2023-07-10T12:11:28Z", "012345678912"],
      ["2023-07-10T12:22:06Z", "193672423079"],
    ],
  );
});

test("access keys and passwords made, administrator rights attached", async () => {
  const made = (await rowsOfDetection(table, "credentials-created")).firing.map(
    ({ first_at, detail }) => `${String(first_at).slice(11, 19)} ${detail}`,
  );
  for (const expected of [
    "12:24:29 CreateAccessKey stratus-red-team-backdoor-u-user",
    "12:24:50 CreateAccessKey malicious-iam-user",
  ])
    assert.ok(made.includes(expected), expected);
  assert.equal(made.filter((one) => /^12:(23:06|25:04) CreateLoginProfile/.test(one)).length, 2);
  const raised = (await rowsOfDetection(table, "privileges-raised")).firing.filter(
    ({ severity }) => severity === "high",
  );
  assert.ok(raised.some(({ first_at }) => first_at === "2023-07-10T12:24:49Z"));
  assert.ok(
    raised.some(
      ({ first_at, detail }) =>
        first_at === "2023-07-10T12:24:11Z" && String(detail).startsWith("UpdateAssumeRolePolicy"),
    ),
  );
});

test("no data events were logged, so nothing is said of objects", async () => {
  const dataOnly = new Set(
    detections.filter(({ card }) => card.logs.every((log) => log !== "management")).map(({ card }) => card.id),
  );
  assert.deepEqual(
    (await outcomeOf(table)).fired.filter((id) => dataOnly.has(id)),
    [],
  );
});
