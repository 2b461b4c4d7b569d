import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaseContents } from "../../lib/export/contents.ts";
import { impactOf } from "../../lib/export/impact.ts";
import { permissionsOf } from "../../lib/export/permissions.ts";
import { tally } from "../../lib/export/tally.ts";
import { volumeOf, volumesInto } from "../../lib/export/volume.ts";

const JANE = "arn:aws:iam::123456789012:user/jane";
const THEFT = { objects: 3, calls: 4, bytes: 60 };

const policy = (...statements: readonly unknown[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const read = (Principal: unknown) => ({
  Effect: "Allow",
  Principal,
  Action: "s3:Get*",
  Resource: "arn:aws:s3:::data/*",
});

/** As much of a case as these files look at. */
const contentsWith = (given: {
  readonly bucketPolicy?: string;
  readonly inline?: string;
  readonly groups?: readonly string[];
  readonly records?: readonly { readonly kind: string; readonly status: string }[];
  readonly objects?: readonly object[];
}): CaseContents => {
  const principal = { arn: JANE, principalId: "AIDAJANE", issuerArn: null, userName: "jane" };
  const view = {
    theft: { certain: THEFT, likely: THEFT, upperBound: THEFT, buckets: ["data"], notKnown: ["the trail stopped"] },
    coverage: { holes: ["the trail stopped", "a gap"], buckets: [] },
    notKnown: [],
  };
  const before = { policy: given.bucketPolicy ?? null };
  return {
    objects: given.objects ?? [],
    dossier: {
      view,
      head: { status: "contained" },
      finding: { partition: "aws", buckets: [{ name: "data" }] },
      discovered: { changes: [{}, {}, {}] },
      principals: [
        {
          ...{ arn: JANE, stableId: "AIDAJANE", entity: "user", attachedPolicies: [], permissionsBoundary: null },
          ...{ trust: null, notKnown: [], groups: given.groups ?? [], principal },
          inlinePolicies: given.inline === undefined ? [] : [{ name: "inline", document: given.inline }],
        },
      ],
      plans: [
        {
          plan: { planId: "contain-1", actions: [{ id: "a1", target: { bucket: "data" }, before }] },
          records: given.records ?? [],
        },
      ],
      hours: [],
      classification: null,
      hints: null,
    },
  } as unknown as CaseContents;
};

test("a bucket policy that lets somebody else read is not what let the suspect read", () => {
  const allowedBy = (bucketPolicy?: string, inline?: string) => {
    const given = { ...(bucketPolicy && { bucketPolicy }), ...(inline && { inline }) };
    return permissionsOf(contentsWith(given)).allowedBy;
  };
  const own = policy({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
  for (const [principal, expected] of [
    [{ AWS: "arn:aws:iam::210987654321:root" }, "not-known"],
    // Its own account: IAM must allow it too, and IAM does not as far as the case knows.
    [{ AWS: "arn:aws:iam::123456789012:root" }, "not-known"],
    [{ Service: "logging.s3.amazonaws.com" }, "not-known"],
    [{ AWS: [JANE] }, "bucket-policy"],
    [{ AWS: "AIDAJANE" }, "bucket-policy"],
    [{ AWS: ["arn:aws:iam::210987654321:root", "*"] }, "bucket-policy"],
    ["*", "bucket-policy"],
  ] as const)
    assert.equal(allowedBy(policy(read(principal))), expected, JSON.stringify(principal));
  assert.equal(allowedBy(policy(read({ AWS: "arn:aws:iam::210987654321:root" })), own), "identity-policy");
  assert.equal(allowedBy(policy(read("*")), own), "both");
  assert.equal(allowedBy("no JSON at all"), "not-known");
  // The foreign grant is still listed: it is what a reader wants to see.
  const { bucketPolicies } = permissionsOf(
    contentsWith({ bucketPolicy: policy(read({ AWS: "210987654321" }), read("*")) }),
  );
  assert.deepEqual(
    bucketPolicies[0]!.grants.map(({ reaches }) => reaches),
    [false, true],
  );
});

test("what a suspect may do through groups is called not known", () => {
  const { principals } = permissionsOf(contentsWith({ groups: ["developers", "ops"] }));
  assert.deepEqual(
    principals[0]!.notKnown.map((text) => /group (\w+)/.exec(text)?.[1]),
    ["developers", "ops"],
  );
});

test("what is not known is said once, and whatever took a change back counts as undone", () => {
  const applied = (kind: string) => ({ kind, status: "applied" });
  const impact = impactOf(
    contentsWith({
      records: [
        ...["undo-trail-changes", "remove-foreign-grant", "stop-foreign-replication"].map(applied),
        ...["deny-user", "deny-actor-on-bucket", "deactivate-access-keys"].map(applied),
        { kind: "undo-lifecycle", status: "drifted" },
      ],
    }),
  );
  assert.deepEqual(impact.notKnown, ["the trail stopped", "a gap"]);
  assert.deepEqual([impact.changesByThief, impact.changesUndone], [3, 3]);
});

test("a bucket adds up to the sum of its prefixes, hints at kinds of data included", () => {
  const taken = (key: string, bytesOut: number) => ({
    ...{ bucket: "data", key, bytesOut, size: bytesOut, calls: 1, path: "download", certainty: "certain" },
  });
  const objects = [taken("customers/passports.csv", 10), taken("customers/x", 20), taken("dumps/payroll.sql.gz", 30)];
  const contents = contentsWith({ objects });
  const { volumes } = tally(contents.objects, { volumes: volumesInto() });
  const { byBucket, byPrefix, byPath } = volumeOf(contents, volumes);
  assert.deepEqual(
    byPrefix.map(({ prefix, bytes }) => [prefix, bytes]),
    [
      ["customers/", 30],
      ["dumps/", 30],
    ],
  );
  const sum: Record<string, number> = {};
  for (const { kinds = {} } of byPrefix)
    for (const [kind, count] of Object.entries(kinds)) sum[kind] = (sum[kind] ?? 0) + count;
  assert.deepEqual(byBucket, [{ bucket: "data", prefix: "", objects: 3, calls: 3, bytes: 60, kinds: sum }]);
  assert.ok(sum.personal! > 0 && sum.bulk! > 0, JSON.stringify(sum));
  assert.deepEqual(byPath, [{ path: "download", objects: 3, bytes: 60 }]);
});
