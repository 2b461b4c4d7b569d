import assert from "node:assert/strict";
import { test } from "node:test";
import { logAccess, logReaders } from "../../lib/stack/logAccess.ts";
import { baseContext, contextOf, resourcesOf, synth, toList } from "./synth.ts";

const logs = {
  ...baseContext.logs,
  organizationId: "o-abcdefghij",
  keyArn: "arn:aws:kms:eu-central-1:333333333333:key/k",
};

test("every function that may read the log bucket is in the policy that its owner is asked to add, and no other", () => {
  const { cordon } = synth({ logs });
  const reading = Object.values(resourcesOf(cordon, "AWS::IAM::Policy"))
    .filter(({ Properties }) =>
      (Properties.PolicyDocument.Statement as any[]).some(
        ({ Action, Resource }) =>
          toList(Action).includes("s3:GetObject") && JSON.stringify(Resource).includes(`s3:::${logs.bucket}/`),
      ),
    )
    .flatMap(({ Properties }) => toList(Properties.Roles))
    .map(({ Ref }) =>
      String(Ref)
        .replace(/Role[0-9A-F]{8}$/, "")
        .toLowerCase(),
    )
    .sort();
  const named = logReaders(contextOf({ logs }))
    .map((arn) => arn.split("-").at(-1)!.toLowerCase())
    .sort();
  assert.deepEqual(named, reading);
  assert.ok(named.length >= 7);
});

test("a bucket of another account gets statements for it and its key, and one of our own none", () => {
  const access = logAccess(contextOf({ logs }))!;
  assert.deepEqual(
    access.bucket.map(({ Action, Resource }) => [Action, Resource]),
    [
      [["s3:GetObject"], "arn:aws:s3:::the-trail/AWSLogs/o-abcdefghij/*"],
      [["s3:ListBucket", "s3:GetBucketLocation"], "arn:aws:s3:::the-trail"],
    ],
  );
  assert.deepEqual(
    access.key.map(({ Action }) => Action),
    [["kms:Decrypt"]],
  );
  assert.ok(JSON.stringify(access).length < 10_000);
  assert.equal(logAccess(contextOf({ logs: { ...baseContext.logs, owner: baseContext.account } })), null);
});
