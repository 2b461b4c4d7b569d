import { CUSTOMERS, SECOND_EXIT, TOR_EXIT } from "../cast.ts";
import { fetchObject } from "../download.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import { EVERYBODY, OPEN } from "../publicBucket.ts";
import type { Random } from "../random.ts";
import type { Caller } from "../records.ts";
import { night, type Story } from "../story.ts";
import { putPolicy, s3Deed, THIEF } from "../thief.ts";

/** Both spellings are in use: `anonymous` in the user guide's queries, the other in GuardDuty and older records. */
const nobody = (accountId: string): Caller => ({
  identity: { type: "AWSAccount", principalId: "", accountId },
  address: SECOND_EXIT,
  agent: "curl/8.5.0",
});
const NOBODIES = [nobody("anonymous"), nobody("anonymous"), nobody("ANONYMOUS_PRINCIPAL")];

/** The actor makes a bucket public and reads it without any identity. */
export const tellAnonymous = (random: Random): Story => {
  const stock = createStock(random);
  const unblock = s3Deed(random, {
    at: night("02:50:10"),
    caller: THIEF,
    name: "PutBucketPublicAccessBlock",
    bucket: CUSTOMERS,
    request: { publicAccessBlock: "", PublicAccessBlockConfiguration: OPEN },
  });
  const reads = eachObject(random, inBucket(stock, CUSTOMERS, 180), ["02:53:00", "04:09:00"], (object, at, index) =>
    fetchObject(random, object, at, {
      caller: NOBODIES[index % NOBODIES.length]!,
      path: "anonymous",
      additional: { SignatureVersion: undefined, AuthenticationMethod: undefined },
    }),
  );
  return tellHeist(random, {
    stock,
    deeds: [unblock, putPolicy(random, THIEF, night("02:50:31"), CUSTOMERS, [EVERYBODY]), ...reads],
    thief: { addresses: [TOR_EXIT, SECOND_EXIT] },
    aftermath: { policies: { [CUSTOMERS]: [EVERYBODY] }, withoutPublicAccessBlock: [CUSTOMERS] },
    alert: {
      type: "Exfiltration:S3/MaliciousIPCaller",
      address: SECOND_EXIT,
      buckets: [CUSTOMERS],
      accessKeyDetails: {
        accessKeyId: "",
        principalId: "ANONYMOUS_PRINCIPAL",
        userType: "AWSAccount",
        userName: "ANONYMOUS_PRINCIPAL",
      },
    },
  });
};
