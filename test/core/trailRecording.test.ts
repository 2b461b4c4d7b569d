import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../lib/base/errors.ts";
import { recordingOf } from "../../lib/core/logs/trailRecording.ts";
import type { Account } from "../../lib/ports/ports.ts";
import { readTrails } from "../../lib/response/investigate/readTrails.ts";

const ARN = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main";
const PLACE = { accountId: "111122223333", region: "us-east-1", now: "2026-02-23T05:00:00.000Z" };

/** A trail as `aws cloudtrail describe-trails` prints it. */
const trail = (over: object = {}) => ({ TrailARN: ARN, HomeRegion: "us-east-1", IsMultiRegionTrail: true, ...over });

const accountOf = (answers: Readonly<Record<string, unknown>>): Account => ({
  call: async ({ operation }) => {
    const output = answers[operation];
    if (output === undefined) throw new ApiError(operation, "AccessDeniedException", "not authorized");
    return { requestId: "r", output: output as Record<string, unknown> };
  },
});

const reading = (trails: readonly object[], selectors: object) =>
  readTrails(
    PLACE,
    accountOf({
      DescribeTrails: { trailList: trails },
      GetTrailStatus: { IsLogging: true },
      GetEventSelectors: selectors,
    }),
  );

// The two forms in which the CloudTrail user guide switches data events on: for one bucket, and for all but one.
const ONE_BUCKET = {
  EventSelectors: [
    {
      ReadWriteType: "All",
      IncludeManagementEvents: true,
      DataResources: [{ Type: "AWS::S3::Object", Values: ["arn:aws:s3:::vault/"] }],
    },
  ],
};
const ALL_BUT_ONE = {
  AdvancedEventSelectors: [
    {
      FieldSelectors: [
        { Field: "eventCategory", Equals: ["Data"] },
        { Field: "resources.type", Equals: ["AWS::S3::Object"] },
        { Field: "resources.ARN", NotStartsWith: ["arn:aws:s3:::lake/"] },
      ],
    },
  ],
};

test("basic selectors record the bucket they name and no other", async () => {
  const facts = await reading([trail()], ONE_BUCKET);
  assert.deepEqual(
    ["vault", "vault-2", "lake"].map((bucket) => recordingOf(facts, bucket, "us-east-1")),
    ["on", "off", "off"],
  );
});

test("advanced selectors that leave a bucket out record every other", async () => {
  const facts = await reading([trail()], ALL_BUT_ONE);
  assert.deepEqual(
    ["vault", "lake"].map((bucket) => recordingOf(facts, bucket, "us-east-1")),
    ["on", "off"],
  );
});

test("a trail of another region alone records nothing here", async () => {
  const facts = await reading([trail({ IsMultiRegionTrail: false, HomeRegion: "eu-west-1" })], ALL_BUT_ONE);
  assert.deepEqual(
    ["us-east-1", "eu-west-1"].map((region) => recordingOf(facts, "vault", region)),
    ["off", "on"],
  );
});

test("a trail that does not answer leaves what is recorded not known, with the code of its no", async () => {
  const facts = await readTrails(
    PLACE,
    accountOf({ DescribeTrails: { trailList: [trail()] }, GetTrailStatus: { IsLogging: true } }),
  );
  assert.deepEqual(facts.notKnown, [{ what: ARN, reason: "AccessDeniedException" }]);
  assert.equal(recordingOf(facts, "vault", "us-east-1"), "unknown");
});

test("a list of trails that cannot be had says nothing about any bucket", async () => {
  const facts = await readTrails(PLACE, accountOf({}));
  assert.deepEqual(facts.trails, []);
  assert.equal(recordingOf(facts, "vault", "us-east-1"), "unknown");
});

test("an account without a trail records nothing", async () => {
  const facts = await readTrails(PLACE, accountOf({ DescribeTrails: { trailList: [] } }));
  assert.equal(recordingOf(facts, "vault", "us-east-1"), "off");
});
