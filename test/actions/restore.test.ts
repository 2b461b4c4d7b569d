/** Whatever is there before, near the limits too: apply, then rollback, leaves every setting byte for byte as it was. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { denyActorOnBucket } from "../../lib/actions/deny-actor-on-bucket.ts";
import { denyUser } from "../../lib/actions/deny-user.ts";
import type { Action } from "../../lib/actions/parts/action.ts";
import { revokeRoleSessions } from "../../lib/actions/revoke-role-sessions.ts";
import type { Scene } from "../../lib/core/plan/action.ts";
import { statementsOf } from "../../lib/core/plan/policyDocument.ts";
import type { EmbeddedAccount } from "../../lib/embedded/account.ts";
import { dump } from "./dump.ts";
import { ACCOUNT, api, appRole, appSession, carryOut, FOREIGN, openAccount, scene, stamp } from "./world.ts";

const RUNS = 60;

/** Formatting, order of members and odd characters are what a rewrite would lose. */
const spelled = (value: fc.Arbitrary<unknown>) =>
  fc
    .tuple(value, fc.constantFrom(undefined, 1, 4, "\t"))
    .map(([document, indent]) => JSON.stringify(document, null, indent));

const condition = fc.constantFrom(
  {},
  { Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-exampleorg" } } },
  { Condition: { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"] } } },
  { Condition: { StringLike: { "s3:prefix": ["home/${aws:username}/*", "ü*"] } } },
);

const padding = fc
  .integer({ min: 0, max: 40 })
  .map((parts) => Array.from({ length: parts }, (_, at) => `k${at}-${"x".repeat(60)}`));

const bucketPolicy = (bucket: string) =>
  spelled(
    fc
      .array(
        fc.tuple(
          fc.boolean(),
          condition,
          padding,
          fc.constantFrom("*", { AWS: `arn:aws:iam::${FOREIGN}:root` }, { AWS: [ACCOUNT] }),
        ),
        { minLength: 1, maxLength: 8 },
      )
      .map((parts) => ({
        Statement: parts.map(([deny, condition, keys, principal], at) => ({
          ...condition,
          Resource: [`arn:aws:s3:::${bucket}`, ...keys.map((key) => `arn:aws:s3:::${bucket}/${key}*`)],
          Principal: principal,
          Action: deny ? "s3:PutObject" : ["s3:GetObject", "s3:ListBucket"],
          Effect: deny ? "Deny" : "Allow",
          ...(at % 2 === 0 ? { Sid: `Other ${at} _-` } : {}),
        })),
        Version: "2012-10-17",
        Id: "made by others",
      })),
  );

const identityPolicy = (most: number) =>
  spelled(
    fc.integer({ min: 0, max: most }).map((length) => ({
      Version: "2012-10-17",
      Statement: { Resource: `arn:aws:s3:::b/${"y".repeat(length)}`, Effect: "Allow", Action: ["s3:GetObject"] },
    })),
  );

/** Applies and takes back; says whether the action refused instead. */
const roundTrip = async (action: Action, account: EmbeddedAccount, chosen: Scene): Promise<"refused" | "restored"> => {
  const target = action.targets(chosen)[0]!;
  const before = await action.capture(target, stamp, account);
  if (action.refuse(target, before, stamp) !== null) return "refused";
  const settings = await dump(account);
  await carryOut(account, action.apply(target, before, stamp));
  const now = await action.capture(target, stamp, account);
  assert.equal(action.verify(target, before, now, stamp).ok, true);
  await carryOut(account, action.rollback(target, before, stamp));
  assert.deepEqual(await dump(account), settings);
  return "restored";
};

test("any bucket policy comes back as it was, and its statements are all still there in between", async () => {
  const seen = { refused: 0, restored: 0 };
  await fc.assert(
    fc.asyncProperty(bucketPolicy("shared"), async (Policy) => {
      fc.pre(Buffer.byteLength(Policy) <= 20_480);
      const account = openAccount();
      await carryOut(account, [api("s3", "PutBucketPolicy", { Bucket: "shared", Policy })]);
      const chosen = scene({ buckets: ["shared"], suspects: [appSession] });
      const target = denyActorOnBucket.targets(chosen)[0]!;
      const [made] = denyActorOnBucket.apply(target, { policy: Policy }, stamp);
      const merged = statementsOf(JSON.parse(String(made!.input.Policy)));
      assert.deepEqual(merged.slice(0, -1), JSON.parse(Policy).Statement);
      seen[await roundTrip(denyActorOnBucket, account, chosen)] += 1;
      account.close();
    }),
    { numRuns: RUNS, seed: 7 },
  );
  assert.ok(seen.restored > RUNS / 2, JSON.stringify(seen));
});

test("any inline policies of a role come back as they were, also where they leave ours no room", async () => {
  const ways = new Set<string>();
  await fc.assert(
    fc.asyncProperty(identityPolicy(9800), async (PolicyDocument) => {
      const account = openAccount();
      await carryOut(account, [
        api("iam", "DeleteRolePolicy", { RoleName: "app", PolicyName: "work" }),
        api("iam", "PutRolePolicy", { RoleName: "app", PolicyName: "others", PolicyDocument }),
      ]);
      assert.equal(
        await roundTrip(revokeRoleSessions, account, scene({ suspects: [appSession], roles: [appRole] })),
        "restored",
      );
      for (const { operation } of account.calls().slice(2)) ways.add(operation);
      account.close();
    }),
    { numRuns: RUNS, seed: 7 },
  );
  assert.ok(ways.has("PutRolePolicy") && ways.has("CreatePolicy"), [...ways].join());
});

test("a user whose inline policies are full is denied by the boundary, and gets its own boundary back", async () => {
  const ways = new Set<string>();
  const boundaries = [null, `arn:aws:iam::${ACCOUNT}:policy/team-boundary`];
  await fc.assert(
    fc.asyncProperty(
      identityPolicy(1900),
      fc.constantFrom(...boundaries),
      async (PolicyDocument, PermissionsBoundary) => {
        const account = openAccount();
        await carryOut(account, [
          api("iam", "DeleteUserPolicy", { UserName: "alice", PolicyName: "work" }),
          api("iam", "PutUserPolicy", { UserName: "alice", PolicyName: "others", PolicyDocument }),
          ...(PermissionsBoundary === null
            ? []
            : [api("iam", "PutUserPermissionsBoundary", { UserName: "alice", PermissionsBoundary })]),
        ]);
        const target = denyUser.targets(scene({}))[0]!;
        const [made] = denyUser.apply(target, await denyUser.capture(target, stamp, account), stamp);
        ways.add(made!.operation);
        assert.equal(await roundTrip(denyUser, account, scene({})), "restored");
        account.close();
      },
    ),
    { numRuns: RUNS, seed: 7 },
  );
  assert.deepEqual([...ways].sort(), ["PutUserPermissionsBoundary", "PutUserPolicy"]);
});
