import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Macie2Client } from "@aws-sdk/client-macie2";
import { S3Client } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { createClassifier } from "../../lib/aws/classifier.ts";
import { createMacie } from "../../lib/aws/macie.ts";
import { createObjects } from "../../lib/aws/objects.ts";
import { rollUp } from "../../lib/aws/prefixes.ts";
import { createS3Model } from "./s3Model.ts";
import { json, optionsAt, type Reply, refusal, serve, type Wire } from "./wire.ts";

const CASE = "case-20260223-0123456789";
const item = (key: string, bucket = "plain") => ({ bucket, key, bytes: 10 });
const request = { caseId: CASE, token: "ab".repeat(16), items: [item("hr/salaries.csv"), item("hr/people.csv")] };

interface Behaviour {
  readonly job?: Readonly<Record<string, unknown>>;
  readonly findings?: readonly unknown[];
  readonly classifiable?: number;
  /** What lies below the prefixes. */
  readonly covered?: number | null;
  /** What the inventory says of `plain` besides. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly instead?: (wire: Wire) => Reply | null;
}

/** Macie's REST API as its model describes it. Only `plain` is in the inventory here. */
const rig = async (
  t: TestContext,
  {
    job = { jobStatus: "COMPLETE" },
    findings = [],
    classifiable = 100,
    covered = null,
    facts = {},
    instead = () => null,
  }: Behaviour = {},
) => {
  const s3 = createS3Model();
  const jobs: any[] = [];
  const server = await serve((wire) => {
    const odd = instead(wire);
    if (odd !== null) return odd;
    const input =
      wire.body.length > 0 && wire.headers["content-type"]?.includes("json") ? JSON.parse(wire.body.toString()) : {};
    if (wire.path === "/datasources/s3") {
      const known = [
        {
          ...{ bucketName: "plain", accountId: "222222222222", sensitivityScore: 72 },
          ...{ classifiableSizeInBytes: classifiable, ...facts },
        },
      ];
      return json(200, {
        buckets: known.filter(({ bucketName }) => input.criteria.bucketName.eq.includes(bucketName)),
      });
    }
    if (wire.path === "/jobs") {
      const at = jobs.findIndex(({ clientToken }) => clientToken === input.clientToken);
      if (at === -1) jobs.push(input);
      return json(200, { jobId: `job-${at === -1 ? jobs.length - 1 : at}`, jobArn: "arn" });
    }
    if (wire.path.startsWith("/jobs/")) return json(200, job);
    if (wire.path === "/findings") {
      const from = Number(input.nextToken ?? 0);
      return json(200, {
        findingIds: findings.slice(from, from + 2).map((_, at) => String(from + at)),
        ...(from + 2 < findings.length ? { nextToken: String(from + 2) } : {}),
      });
    }
    if (wire.path === "/findings/describe")
      return json(200, { findings: input.findingIds.map((id: string) => findings[Number(id)]) });
    return s3.answer(wire);
  });
  t.after(server.close);
  const classifier = () =>
    createClassifier({
      macieOf: () => createMacie(new Macie2Client(optionsAt(server.endpoint))),
      regions: ["eu-central-1"],
      objects: createObjects({
        s3: new S3Client(optionsAt(server.endpoint)),
        bucket: "cases",
        owner: "111111111111",
        folder: "cases/",
        fault: "STATE_UNKNOWN",
      }),
      maximumBytes: 1000,
      coveredBytes: async () => covered,
      pauseMs: 0,
    });
  return { classifier, jobs };
};

const finding = (key: string, bucket = "plain") => ({
  resourcesAffected: { s3Bucket: { name: bucket }, s3Object: { key } },
  severity: { description: "High", score: 3 },
  classificationDetails: {
    result: {
      sensitiveData: [{ category: "PERSONAL_INFORMATION", totalCount: 12 }],
      customDataIdentifiers: { totalCount: 3 },
    },
  },
});

test("one job per case is made, scoped to the stolen keys by one term, and a repeated start finds it", async (t) => {
  const { classifier, jobs } = await rig(t);
  const started = await classifier().start(request);
  assert.deepEqual(await classifier().start(request), started);
  assert.equal(jobs.length, 1);
  assert.deepEqual(
    [jobs[0].jobType, jobs[0].clientToken, jobs[0].initialRun],
    ["ONE_TIME", jobs[0].clientToken, undefined],
  );
  assert.match(jobs[0].clientToken, /^[0-9a-f]{32}$/);
  assert.deepEqual(jobs[0].s3JobDefinition, {
    bucketDefinitions: [{ accountId: "222222222222", buckets: ["plain"] }],
    scoping: {
      includes: {
        and: [
          {
            simpleScopeTerm: {
              comparator: "STARTS_WITH",
              key: "OBJECT_KEY",
              values: ["hr/people.csv", "hr/salaries.csv"],
            },
          },
        ],
      },
    },
  });
});

test("findings are cut down to what was stolen, over all pages, with Macie's categories", async (t) => {
  const { classifier } = await rig(t, {
    findings: [
      finding("hr/people.csv"),
      finding("hr/people.csv.old"),
      finding("hr/salaries.csv"),
      finding("hr/people.csv", "other"),
    ],
  });
  const started = await classifier().start(request);
  const status = await classifier().check("jobId" in started ? started.jobId : "");
  assert.equal(status.state, "done");
  const { findings, complete } = status.state === "done" ? status : assert.fail();
  assert.deepEqual(
    findings.map(({ key }) => key),
    ["hr/people.csv", "hr/salaries.csv"],
  );
  assert.deepEqual(findings[0], {
    bucket: "plain",
    key: "hr/people.csv",
    severity: "High",
    categories: { PERSONAL_INFORMATION: 12, CUSTOM_IDENTIFIER: 3 },
    source: "Amazon Macie",
  });
  assert.equal(complete, true);
});

const states: readonly (readonly [string, Readonly<Record<string, unknown>>, string, boolean | null])[] = [
  ["runs", { jobStatus: "RUNNING" }, "running", null],
  ["is paused by the monthly quota", { jobStatus: "PAUSED" }, "paused", null],
  ["is paused by somebody", { jobStatus: "USER_PAUSED" }, "paused", null],
  ["was cancelled", { jobStatus: "CANCELLED" }, "done", false],
  [
    "ended with buckets that it could not read",
    { jobStatus: "COMPLETE", lastRunErrorStatus: { code: "ERROR" } },
    "done",
    false,
  ],
];
for (const [what, job, state, complete] of states) {
  test(`a job that ${what} is ${state}${complete === false ? " and not complete" : ""}`, async (t) => {
    const { classifier } = await rig(t, { job });
    const started = await classifier().start(request);
    const status = await classifier().check("jobId" in started ? started.jobId : "");
    assert.deepEqual([status.state, status.state === "done" ? status.complete : null], [state, complete]);
  });
}

test("Macie that is not enabled, or that we may not use, is unavailable with the reason and stops nothing", async (t) => {
  const disabled = refusal(403, "AccessDeniedException", "Macie is not enabled");
  const { classifier } = await rig(t, { instead: (wire) => (wire.path.startsWith("/cases") ? null : disabled) });
  assert.deepEqual(await classifier().start(request), {
    unavailable:
      "eu-central-1: Macie is not enabled in this account and region; plain: in none of the regions eu-central-1 where Macie was asked",
  });
  assert.deepEqual(await classifier().known("plain"), {
    sensitivityScore: null,
    reason: "eu-central-1: Macie is not enabled in this account and region; Macie knows no such bucket in eu-central-1",
  });
});

test("throttling of job creation is retried by the machine", async (t) => {
  const { classifier } = await rig(t, {
    instead: (wire) => (wire.path === "/jobs" ? refusal(429, "ThrottlingException") : null),
  });
  await assert.rejects(classifier().start(request), { name: "TransientError" });
});

test("a bucket of another region is named as not looked at, and the rest is", async (t) => {
  const { classifier } = await rig(t);
  const started = await classifier().start({ ...request, items: [...request.items, item("a", "elsewhere")] });
  const status = await classifier().check("jobId" in started ? started.jobId : "");
  assert.equal(status.state === "done" && status.complete, false);
  assert.match(status.reason, /elsewhere/);
  assert.deepEqual(await classifier().start({ ...request, token: "cd".repeat(16), items: [item("a", "elsewhere")] }), {
    unavailable: "elsewhere: in none of the regions eu-central-1 where Macie was asked",
  });
});

test("too many keys for exact prefixes make a job only where the whole bucket would be affordable", async (t) => {
  const items = Array.from({ length: 500 }, (_, at) => item(`data/${at % 7}/${at}.csv`));
  const { classifier, jobs } = await rig(t, { classifiable: 999 });
  assert.ok("jobId" in (await classifier().start({ ...request, items })));
  assert.ok(jobs[0].s3JobDefinition.scoping.includes.and[0].simpleScopeTerm.values.length <= 100);
  const { classifier: dear, jobs: none } = await rig(t, { classifiable: 1001 });
  assert.ok("unavailable" in (await dear().start({ ...request, items })));
  assert.equal(none.length, 0);
});

test("a marker of a folder is no scope, and the limit holds for exact keys too, which are prefixes to Macie", async (t) => {
  const stolen = { ...request, items: [item("exports/"), item("exports/a.csv")] };
  const { classifier, jobs } = await rig(t);
  await classifier().start(stolen);
  assert.deepEqual(jobs[0].s3JobDefinition.scoping.includes.and[0].simpleScopeTerm.values, ["exports/a.csv"]);
  const { classifier: marker, jobs: none } = await rig(t);
  assert.ok("unavailable" in (await marker().start({ ...request, items: [item("exports/")] })));
  assert.equal(none.length, 0);
  // 50 TB in the bucket: what the keys cover is listed; beyond the limit, or not to be told, is no job.
  for (const [covered, made] of [
    [1000, 1],
    [1001, 0],
    [null, 0],
  ] as const) {
    const { classifier: large, jobs: some } = await rig(t, { classifiable: 50e12, covered });
    await large().start(request);
    assert.equal(some.length, made, `${covered}`);
  }
});

for (const [what, facts, says] of [
  ["archived or unsupported objects", { unclassifiableObjectCount: { total: 7 } }, /7 object/],
  ["objects under customer keys", { objectCountByEncryptionType: { customerManaged: 3 } }, /3 object/],
] as const)
  test(`a bucket with ${what} is not reported as looked at`, async (t) => {
    const { classifier } = await rig(t, { facts });
    const started = await classifier().start(request);
    const status = await classifier().check("jobId" in started ? started.jobId : "");
    assert.equal(status.state === "done" && status.complete, false);
    assert.match(status.reason, says);
  });

test("a bucket that Macie could not look at at all is named and gets no job", async (t) => {
  const { classifier, jobs } = await rig(t, { facts: { errorCode: "ACCESS_DENIED" } });
  const started = await classifier().start(request);
  assert.match("unavailable" in started ? started.unavailable : "", /plain: .*ACCESS_DENIED/);
  assert.equal(jobs.length, 0);
});

test("one region without Macie loses no job of another, and every job is kept as it is made", async () => {
  const kept = new Map<string, Uint8Array>();
  const objects = {
    create: async (name: string, bytes: Uint8Array) => !kept.has(name) && kept.set(name, bytes).has(name),
    read: async (name: string) => (kept.has(name) ? { bytes: kept.get(name)! } : null),
  } as unknown as Parameters<typeof createClassifier>[0]["objects"];
  const refused = Object.assign(new Error("Macie is not enabled"), { $metadata: { httpStatusCode: 403 } });
  const made: string[] = [];
  let brokenAt = 2;
  const facts = (name: string) => ({
    ...{ name, accountId: "222222222222", sensitivityScore: null, classifiableBytes: 10 },
    ...{ unclassifiableObjects: 0, underCustomerKeys: 0, error: null },
  });
  const macieOf = (region: string) => ({
    buckets: async (names: readonly string[]) => {
      if (region === "us-east-1") throw refused;
      return new Map(names.filter((name) => name.startsWith(region)).map((name) => [name, facts(name)]));
    },
    createJob: async ({ bucket }: { bucket: { name: string } }) => {
      if (made.length + 1 === brokenAt) throw Object.assign(new Error("slow down"), { name: "ThrottlingException" });
      made.push(bucket.name);
      return `job-${bucket.name}`;
    },
    job: async () => ({ status: "COMPLETE", error: null }),
    findings: async () => [],
  });
  const classifier = createClassifier({
    ...{ macieOf, objects, regions: ["eu-central-1", "us-east-1", "eu-west-1"], maximumBytes: 1000 },
    ...{ coveredBytes: async () => null, pauseMs: 0 },
  } as unknown as Parameters<typeof createClassifier>[0]);
  const items = ["eu-central-1-a", "us-east-1-b", "eu-west-1-c"].map((bucket) => item("k", bucket));
  await assert.rejects(classifier.start({ ...request, items }), { name: "TransientError" });
  assert.equal(kept.size, 1);
  brokenAt = -1;
  const started = await classifier.start({ ...request, items });
  assert.deepEqual(made, ["eu-central-1-a", "eu-west-1-c"]);
  const status = await classifier.check("jobId" in started ? started.jobId : "");
  assert.equal(status.state === "done" && status.complete, false);
  assert.match(status.reason, /us-east-1-b/);
});

test("what Macie knows of a bucket is told at once", async (t) => {
  const { classifier } = await rig(t);
  assert.equal((await classifier().known("plain")).sensitivityScore, 72);
  assert.equal((await classifier().known("unheard-of")).sensitivityScore, null);
});

test("prefixes cover every key, are no more than allowed, and none covers another", () => {
  const key = fc
    .array(fc.constantFrom("a", "b", "/", "é", "𝄞"), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (keys, limit) => {
      const { prefixes, exact } = rollUp(keys, limit);
      assert.ok(prefixes.length <= limit);
      assert.ok(keys.every((each) => prefixes.some((prefix) => each.startsWith(prefix))));
      assert.ok(prefixes.every((one, at) => prefixes.every((other, place) => at === place || !other.startsWith(one))));
      assert.ok(prefixes.every((prefix) => prefix.isWellFormed()));
      if (exact) assert.ok(prefixes.every((prefix) => keys.includes(prefix)));
    }),
  );
});

test("rolled-up prefixes follow the folders that the keys share", () => {
  assert.deepEqual(rollUp(["hr/a.csv", "hr/b.csv", "finance/2025/x", "finance/2026/y"], 2), {
    prefixes: ["finance/202", "hr/"],
    exact: false,
  });
});
