import assert from "node:assert/strict";
import { test } from "node:test";
import { undoBucketAcl as action } from "../../lib/actions/undo-bucket-acl.ts";
import { contract } from "./contract.ts";
import { change, openAccount, scene, stamp } from "./world.ts";

const OWNER = { DisplayName: "webfile", ID: "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a" };
const grant = (Grantee: Record<string, string>, Permission = "READ") => ({ Grantee, Permission });
const OWN = grant({ ID: OWNER.ID, Type: "CanonicalUser" }, "FULL_CONTROL");
const LOGS = grant({ URI: "http://acs.amazonaws.com/groups/s3/LogDelivery", Type: "Group" }, "WRITE");
const open = () =>
  openAccount({
    "buckets/plain.json": {
      GetBucketAcl: {
        Owner: OWNER,
        Grants: [
          OWN,
          grant({ URI: "http://acs.amazonaws.com/groups/global/AllUsers", Type: "Group" }),
          grant({ URI: "http://acs.amazonaws.com/groups/global/AuthenticatedUsers", Type: "Group" }),
          LOGS,
          grant({ ID: "a".repeat(64), Type: "CanonicalUser" }, "WRITE"),
        ],
      },
    },
  });
const changed = scene({ changes: [change("PutBucketAcl", { bucketName: "plain" }, { bucket: "plain" })] });

contract({ action, when: "public and foreign", scene: changed, open });

test("the owner and the delivery of logs stay", async () => {
  const [target] = action.targets(changed);
  const [request] = action.apply(target!, await action.capture(target!, stamp, open()), stamp);
  assert.deepEqual((request!.input.AccessControlPolicy as { Grants: unknown }).Grants, [OWN, LOGS]);
});
