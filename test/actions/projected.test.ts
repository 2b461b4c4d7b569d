import assert from "node:assert/strict";
import { test } from "node:test";
import { denyActorOnBucket } from "../../lib/actions/deny-actor-on-bucket.ts";
import { projected, writeTheSame } from "../../lib/actions/parts/projected.ts";
import { requireVpcEndpoint } from "../../lib/actions/require-vpc-endpoint.ts";
import { isApiError } from "../../lib/base/errors.ts";
import { dump } from "./dump.ts";
import { api, carryOut, openAccount, scene, stamp } from "./world.ts";

test("two actions on one bucket policy, captured one after the other, both hold, and are taken back last first", async () => {
  const account = openAccount();
  const settings = await dump(account);
  const chosen = scene({ buckets: ["shared"] });
  const [actor, endpoint] = [denyActorOnBucket.targets(chosen)[0]!, requireVpcEndpoint.targets(chosen)[0]!];
  const actorBefore = await denyActorOnBucket.capture(actor, stamp, account);
  const first = denyActorOnBucket.apply(actor, actorBefore, stamp);
  const endpointBefore = await requireVpcEndpoint.capture(endpoint, stamp, projected(account, first));
  const second = requireVpcEndpoint.apply(endpoint, endpointBefore, stamp);
  assert.equal(writeTheSame(first[0]!, second[0]!), true);
  await carryOut(account, first);
  assert.deepEqual(await requireVpcEndpoint.capture(endpoint, stamp, account), endpointBefore);
  await carryOut(account, second);
  assert.equal(
    denyActorOnBucket.verify(actor, actorBefore, await denyActorOnBucket.capture(actor, stamp, account), stamp).ok,
    true,
  );
  assert.equal(
    requireVpcEndpoint.verify(
      endpoint,
      endpointBefore,
      await requireVpcEndpoint.capture(endpoint, stamp, account),
      stamp,
    ).ok,
    true,
  );
  await carryOut(account, [
    ...requireVpcEndpoint.rollback(endpoint, endpointBefore, stamp),
    ...denyActorOnBucket.rollback(actor, actorBefore, stamp),
  ]);
  assert.deepEqual(await dump(account), settings);
});

test("a policy deleted earlier in the plan is absent, and other buckets are asked for in the account", async () => {
  const account = projected(openAccount(), [api("s3", "DeleteBucketPolicy", { Bucket: "shared" })]);
  await assert.rejects(account.call(api("s3", "GetBucketPolicy", { Bucket: "shared" })), (error) =>
    isApiError(error, "NoSuchBucketPolicy"),
  );
  await assert.rejects(account.call(api("s3", "GetBucketPolicy", { Bucket: "plain" })), (error) =>
    isApiError(error, "NoSuchBucketPolicy"),
  );
  assert.equal(
    writeTheSame(api("s3", "DeleteBucketPolicy", { Bucket: "a" }), api("s3", "PutBucketPolicy", { Bucket: "b" })),
    false,
  );
});
