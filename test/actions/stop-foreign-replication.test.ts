import assert from "node:assert/strict";
import { test } from "node:test";
import { stopForeignReplication as action } from "../../lib/actions/stop-foreign-replication.ts";
import { contract } from "./contract.ts";
import { ACCOUNT, change, FOREIGN, openAccount, scene, stamp } from "./world.ts";

const rule = (ID: string, bucket: string, Account?: string) => ({
  ID,
  Status: "Enabled",
  Priority: 1,
  Filter: { Prefix: "" },
  Destination: { Bucket: `arn:aws:s3:::${bucket}`, ...(Account === undefined ? {} : { Account }) },
});
const replicated = (...Rules: readonly unknown[]) => ({
  "buckets/shared.json": {
    GetBucketVersioning: { Status: "Enabled" },
    GetBucketReplication: { ReplicationConfiguration: { Role: `arn:aws:iam::${ACCOUNT}:role/r`, Rules } },
  },
});
const asked = (Rule: unknown) =>
  change(
    "PutBucketReplication",
    { bucketName: "shared", ReplicationConfiguration: { Role: "r", Rule } },
    { bucket: "shared" },
  );
const thief = rule("out", "loot", FOREIGN);
const backup = rule("backup", "backup", ACCOUNT);

contract({
  action,
  when: "only the thief's rule",
  scene: scene({ changes: [asked(thief)] }),
  open: () => openAccount(replicated(thief)),
});
contract({
  action,
  when: "beside a backup",
  scene: scene({ changes: [asked([thief])] }),
  open: () => openAccount(replicated(backup, thief)),
});
contract({
  action,
  when: "a recorded former configuration",
  scene: scene({
    changes: [
      {
        ...asked(thief),
        prior: { ReplicationConfiguration: { Role: `arn:aws:iam::${ACCOUNT}:role/r`, Rules: [backup] } },
      },
    ],
  }),
  open: () => openAccount(replicated(thief)),
});

test("a rule within the account that the thief's call does not name stays", async () => {
  const account = openAccount(replicated(backup, thief));
  const [target] = action.targets(scene({ changes: [asked(thief)] }));
  const [made] = action.apply(target!, await action.capture(target!, stamp, account), stamp);
  assert.deepEqual((made!.input.ReplicationConfiguration as { Rules: unknown }).Rules, [backup]);
});

test("where the event names no rule, rules to other accounts go", async () => {
  const account = openAccount(replicated(backup, thief));
  const [target] = action.targets(
    scene({ changes: [change("PutBucketReplication", { bucketName: "shared" }, { bucket: "shared" })] }),
  );
  const [made] = action.apply(target!, await action.capture(target!, stamp, account), stamp);
  assert.deepEqual((made!.input.ReplicationConfiguration as { Rules: unknown }).Rules, [backup]);
});
