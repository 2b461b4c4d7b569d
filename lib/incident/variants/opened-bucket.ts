import { CUSTOMERS, FOREIGN_ACCOUNT, OFFICE, OFFICE_AGENT, OMAR, TOR_EXIT } from "../cast.ts";
import { fetchObject } from "../download.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import { EVERYBODY, OPEN } from "../publicBucket.ts";
import type { Random } from "../random.ts";
import { type Caller, userIdentity } from "../records.ts";
import { night, type Story } from "../story.ts";
import { putPolicy, s3Deed, THIEF } from "../thief.ts";

const nobody = (address: string): Caller => ({
  identity: { type: "AWSAccount", principalId: "", accountId: "anonymous" },
  address,
  agent: "curl/8.5.0",
});
/** Documentation addresses (RFC 5737) that the finding does not name. */
const OUTSIDERS: readonly Caller[] = [
  nobody("192.0.2.41"),
  nobody("192.0.2.42"),
  {
    identity: { type: "AWSAccount", principalId: "AIDAOUTSIDER27EXAMPLE", accountId: FOREIGN_ACCOUNT },
    address: "192.0.2.43",
    agent: "rclone/v1.66.0",
  },
];
const ADMIN: Caller = { identity: userIdentity(OMAR, "AKIAOMAR4OPS3EXAMPLE"), address: OFFICE, agent: OFFICE_AGENT };

/** The actor reads a little, then makes the bucket public; others read it until an administrator closes it. */
export const tellOpenedBucket = (random: Random): Story => {
  const stock = createStock(random);
  const objects = inBucket(stock, CUSTOMERS, 150);
  const own = eachObject(random, objects.slice(0, 30), ["02:47:03", "02:50:00"], (object, at) =>
    fetchObject(random, object, at, { caller: THIEF }),
  );
  const others = eachObject(random, objects.slice(30), ["02:55:00", "03:39:00"], (object, at, index) =>
    fetchObject(random, object, at, { caller: OUTSIDERS[index % OUTSIDERS.length]!, path: "anonymous" }),
  );
  const unblock = s3Deed(random, {
    at: night("02:51:10"),
    caller: THIEF,
    name: "PutBucketPublicAccessBlock",
    bucket: CUSTOMERS,
    request: { publicAccessBlock: "", PublicAccessBlockConfiguration: OPEN },
  });
  const close = s3Deed(random, { at: night("03:40:00"), caller: ADMIN, name: "DeleteBucketPolicy", bucket: CUSTOMERS });
  return tellHeist(random, {
    stock,
    deeds: [unblock, putPolicy(random, THIEF, night("02:51:31"), CUSTOMERS, [EVERYBODY]), ...own, ...others, close],
    thief: { addresses: [TOR_EXIT, ...OUTSIDERS.map(({ address }) => address)] },
    aftermath: { withoutPublicAccessBlock: [CUSTOMERS] },
    alert: { buckets: [CUSTOMERS] },
  });
};
