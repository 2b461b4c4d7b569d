import assert from "node:assert/strict";
import { test } from "node:test";
import { denyKmsDecrypt as action } from "../../lib/actions/deny-kms-decrypt.ts";
import { contract } from "./contract.ts";
import { KEY_ARN, SERVICES } from "./services.ts";
import { openAccount, scene, stamp } from "./world.ts";

const encrypted = (KMSMasterKeyID: string) => ({
  GetBucketEncryption: {
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID } }],
    },
  },
});

contract({
  action,
  when: "a bucket under a customer's key",
  scene: scene({ buckets: ["plain"] }),
  open: () => openAccount({ "buckets/plain.json": encrypted(KEY_ARN) }),
});

test("a bucket without a key of KMS, or with AWS's own, is refused", async () => {
  const [target] = action.targets(scene({ buckets: ["plain"] }));
  const awsKey = {
    ...SERVICES,
    kms: { ...SERVICES.kms, DescribeKey: { [KEY_ARN]: { KeyMetadata: { Arn: KEY_ARN, KeyManager: "AWS" } } } },
  };
  for (const files of [
    { "buckets/plain.json": { GetBucketEncryption: null } },
    { "buckets/plain.json": encrypted(KEY_ARN), "services.json": awsKey },
  ]) {
    const before = await action.capture(target!, stamp, openAccount(files));
    assert.equal(typeof action.refuse(target!, before, stamp), "string");
  }
});
