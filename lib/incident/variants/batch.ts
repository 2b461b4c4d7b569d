import { ACCOUNT, BATCH, CUSTOMERS, DROP_BUCKET, REGION } from "../cast.ts";
import { copyObject, copySource } from "../copying.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import { fakeKeyId, type Random } from "../random.ts";
import { type Caller, type Doc, roleIdentity, serviceCaller } from "../records.ts";
import { type Deed, deed, night, type Story } from "../story.ts";
import { apiDeed, THIEF } from "../thief.ts";

/** An S3 Batch Operations job that copies a bucket into the actor's: one call by the actor, the rest by the service. */
export const tellBatch = (random: Random): Story => {
  const stock = createStock(random);
  const jobId = random.uuid();
  const session = roleIdentity(BATCH, `s3-batch-operations_${jobId}`, fakeKeyId("ASIA", random), night("02:55:00"));
  const service: Caller = {
    ...serviceCaller("batchoperations.s3"),
    identity: { ...session, invokedBy: "batchoperations.s3.amazonaws.com" },
  };
  const copies = eachObject(random, inBucket(stock, CUSTOMERS, 140), ["02:56:00", "03:30:00"], (object, at, index) =>
    copyObject(random, object, at, service, "batch", copySource(object, index)),
  );
  return tellHeist(random, {
    stock,
    deeds: [...submitted(random, jobId), ...copies],
    thief: {
      principals: [
        { type: "IAMUser", principalId: String(THIEF.identity.principalId), arn: String(THIEF.identity.arn) },
        { type: "AssumedRole", principalId: String(session.principalId), arn: String(session.arn) },
      ],
      roles: [BATCH],
    },
    alert: { buckets: [CUSTOMERS], api: "CopyObject.Read" },
  });
};

/** The API call, and the service event that CloudTrail records for every job (S3 user guide, job events). */
const submitted = (random: Random, jobId: string): readonly Deed[] => {
  const jobArn = `arn:aws:s3:${REGION}:${ACCOUNT}:job/${jobId}`;
  const copy = { S3PutObjectCopy: { TargetResource: `arn:aws:s3:::${DROP_BUCKET}`, TargetKeyPrefix: "loot" } };
  const created = apiDeed(random, {
    at: night("02:52:20"),
    caller: THIEF,
    service: "s3",
    name: "CreateJob",
    request: {
      accountId: ACCOUNT,
      CreateJobRequest: { Operation: copy, RoleArn: BATCH.arn, ConfirmationRequired: false },
    },
    response: { JobId: jobId },
  });
  const base = apiDeed(random, {
    at: night("02:52:21"),
    caller: serviceCaller("s3"),
    service: "s3",
    name: "JobCreated",
  });
  const serviceEventDetails: Doc = {
    jobId,
    jobArn,
    status: "New",
    jobEventId: random.uuid(),
    failureCodes: [],
    statusChangeReason: [],
  };
  return [
    created,
    deed(base.at, ACCOUNT, {
      ...base.record,
      userIdentity: { accountId: ACCOUNT, invokedBy: "s3.amazonaws.com" },
      eventType: "AwsServiceEvent",
      readOnly: false,
      serviceEventDetails,
    }),
  ];
};
