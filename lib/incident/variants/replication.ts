import { ACCOUNT, DROP_BUCKET, FINANCE, FOREIGN_ACCOUNT, REPLICATOR } from "../cast.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import { fakeKeyId, type Random } from "../random.ts";
import { type Caller, roleIdentity, serviceCaller } from "../records.ts";
import { s3Record } from "../s3Records.ts";
import { deed, night, type Story } from "../story.ts";
import { s3Deed, THIEF } from "../thief.ts";

const RULE = {
  ID: "dr-sync",
  Status: "Enabled",
  Priority: 1,
  Filter: { Prefix: "" },
  DeleteMarkerReplication: { Status: "Disabled" },
  Destination: { Bucket: `arn:aws:s3:::${DROP_BUCKET}`, Account: FOREIGN_ACCOUNT },
};

/**
 * A replication rule to a foreign bucket; S3 then writes there under the bucket's own role, session `s3-replication`
 * (PutObject, as public event rules for replication match it). The records name the destination, not the source.
 */
export const tellReplication = (random: Random): Story => {
  const stock = createStock(random);
  const rule = s3Deed(random, {
    at: night("02:48:20"),
    caller: THIEF,
    name: "PutBucketReplication",
    bucket: FINANCE,
    request: { replication: "", ReplicationConfiguration: { Role: REPLICATOR.arn, Rule: RULE } },
  });
  const session = roleIdentity(REPLICATOR, "s3-replication", fakeKeyId("ASIA", random), night("02:48:30"));
  const service: Caller = { ...serviceCaller("s3"), identity: { ...session, invokedBy: "s3.amazonaws.com" } };
  const writes = eachObject(random, inBucket(stock, FINANCE, 120), ["02:51:00", "04:08:00"], (object, at) => {
    const record = s3Record(random, {
      at,
      caller: service,
      name: "PutObject",
      bucket: DROP_BUCKET,
      key: object.key,
      bucketOwner: FOREIGN_ACCOUNT,
      bytesIn: object.size,
      bytesOut: 0,
      request: { "x-amz-version-id": object.versionId },
      sharedEventId: random.uuid(),
    });
    const destination = { bucket: DROP_BUCKET, accountId: FOREIGN_ACCOUNT };
    return [
      deed(at, ACCOUNT, record, { object, path: "replication", bytesOut: 0, movedBytes: object.size, destination }),
    ];
  });
  return tellHeist(random, {
    stock,
    deeds: [rule, ...writes],
    thief: {
      principals: [
        { type: "IAMUser", principalId: String(THIEF.identity.principalId), arn: String(THIEF.identity.arn) },
        { type: "AssumedRole", principalId: String(session.principalId), arn: String(session.arn) },
      ],
      roles: [REPLICATOR],
    },
    aftermath: { replications: { [FINANCE]: { Role: REPLICATOR.arn, Rules: [RULE] } } },
    alert: { buckets: [FINANCE] },
  });
};
