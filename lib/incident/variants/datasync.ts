import { ACCOUNT, DATASYNC, DROP_BUCKET, FINANCE, REGION } from "../cast.ts";
import { fetchObject } from "../download.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import { fakeKeyId, HEX, type Random } from "../random.ts";
import { type Caller, type Doc, roleIdentity, serviceCaller } from "../records.ts";
import { type Deed, night, type Story } from "../story.ts";
import { apiDeed, listing, THIEF } from "../thief.ts";

/**
 * A DataSync task from a bucket to the actor's: the service reads under a role of the account, in a session named after
 * the location (`AwsSync-loc-…`, DataSync user guide, task reports). What it writes happens in the foreign account.
 */
export const tellDatasync = (random: Random): Story => {
  const stock = createStock(random);
  const source = `loc-${random.text(HEX, 17)}`;
  const session = roleIdentity(DATASYNC, `AwsSync-${source}`, fakeKeyId("ASIA", random), night("02:58:00"));
  const service: Caller = {
    ...serviceCaller("datasync"),
    identity: { ...session, invokedBy: "datasync.amazonaws.com" },
  };
  const reads = eachObject(random, inBucket(stock, FINANCE, 110), ["03:00:00", "03:41:00"], (object, at) =>
    fetchObject(random, object, at, { caller: service, path: "datasync" }),
  );
  return tellHeist(random, {
    stock,
    deeds: [...setUp(random, source), listing(random, service, night("02:59:30"), FINANCE), ...reads],
    thief: {
      principals: [
        { type: "IAMUser", principalId: String(THIEF.identity.principalId), arn: String(THIEF.identity.arn) },
        { type: "AssumedRole", principalId: String(session.principalId), arn: String(session.arn) },
      ],
      roles: [DATASYNC],
    },
    alert: { buckets: [FINANCE] },
  });
};

const setUp = (random: Random, source: string): readonly Deed[] => {
  const arn = (part: string): string => `arn:aws:datasync:${REGION}:${ACCOUNT}:${part}`;
  const target = arn(`location/loc-${random.text(HEX, 17)}`);
  const task = arn(`task/task-${random.text(HEX, 17)}`);
  const call = (clock: string, name: string, request: Doc, response: Doc): Deed =>
    apiDeed(random, { at: night(clock), caller: THIEF, service: "datasync", name, request, response });
  const location = (bucket: string): Doc => ({
    s3BucketArn: `arn:aws:s3:::${bucket}`,
    s3Config: { bucketAccessRoleArn: DATASYNC.arn },
    subdirectory: "/",
  });
  return [
    call("02:52:00", "CreateLocationS3", location(FINANCE), { locationArn: arn(`location/${source}`) }),
    call("02:52:40", "CreateLocationS3", location(DROP_BUCKET), { locationArn: target }),
    call(
      "02:54:10",
      "CreateTask",
      { sourceLocationArn: arn(`location/${source}`), destinationLocationArn: target },
      { taskArn: task },
    ),
    call(
      "02:57:30",
      "StartTaskExecution",
      { taskArn: task },
      { taskExecutionArn: `${task}/execution/exec-${random.text(HEX, 17)}` },
    ),
  ];
};
