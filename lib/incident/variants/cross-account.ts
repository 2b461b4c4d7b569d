import { ACCOUNT, CUSTOMERS, FOREIGN_ACCOUNT, SECOND_EXIT, TOR_EXIT } from "../cast.ts";
import { fetchObject } from "../download.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import type { Random } from "../random.ts";
import type { Doc } from "../records.ts";
import { type Deed, night, type Story } from "../story.ts";
import { putPolicy, THIEF } from "../thief.ts";

const OUTSIDER = { principalId: "AIDAOUTSIDER27EXAMPLE", arn: `arn:aws:iam::${FOREIGN_ACCOUNT}:user/sync` };
const OUTSIDER_KEY = "AKIAOUTSIDE27EXAMPLE";
const OPENED = {
  Sid: "PartnerSync",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${FOREIGN_ACCOUNT}:root` },
  Action: ["s3:GetObject", "s3:ListBucket"],
  Resource: [`arn:aws:s3:::${CUSTOMERS}`, `arn:aws:s3:::${CUSTOMERS}/*`],
};
/** What the bucket owner sees of a foreign caller: no ARN, no key (real record of version 1.11). */
const SEEN_BY_OWNER: Doc = { type: "AWSAccount", principalId: OUTSIDER.principalId, accountId: FOREIGN_ACCOUNT };
const SEEN_AT_HOME: Doc = {
  type: "IAMUser",
  ...OUTSIDER,
  accountId: FOREIGN_ACCOUNT,
  accessKeyId: OUTSIDER_KEY,
  userName: "sync",
};

/** The bucket policy lets a foreign account in, and that account reads. Both accounts' trails are in the log folder. */
export const tellCrossAccount = (random: Random): Story => {
  const stock = createStock(random);
  const caller = { identity: SEEN_BY_OWNER, address: SECOND_EXIT, agent: "rclone/v1.66.0" };
  return tellHeist(random, {
    stock,
    deeds: [
      putPolicy(random, THIEF, night("02:51:40"), CUSTOMERS, [OPENED]),
      ...eachObject(random, inBucket(stock, CUSTOMERS, 170), ["02:55:00", "04:10:00"], (object, at) =>
        fetchObject(random, object, at, { caller }).flatMap((one) => inBothAccounts(random, one)),
      ),
    ],
    thief: {
      principals: [
        { type: "IAMUser", principalId: String(THIEF.identity.principalId), arn: String(THIEF.identity.arn) },
        { type: "AWSAccount", principalId: OUTSIDER.principalId, arn: OUTSIDER.arn },
      ],
      accessKeyIds: [String(THIEF.identity.accessKeyId), OUTSIDER_KEY],
      addresses: [TOR_EXIT, SECOND_EXIT],
    },
    aftermath: { policies: { [CUSTOMERS]: [OPENED] } },
    alert: {
      address: SECOND_EXIT,
      buckets: [CUSTOMERS],
      remoteAccount: FOREIGN_ACCOUNT,
      accessKeyDetails: {
        accessKeyId: OUTSIDER_KEY,
        principalId: OUTSIDER.principalId,
        userType: "IAMUser",
        userName: "sync",
      },
    },
  });
};

/** One request, two records: event ids differ, the shared event id and the request id do not. */
const inBothAccounts = (random: Random, one: Deed): readonly Deed[] => {
  const sharedEventID = random.uuid();
  const home = { userIdentity: SEEN_AT_HOME, eventID: random.uuid(), recipientAccountId: FOREIGN_ACCOUNT };
  return [
    { ...one, recipient: ACCOUNT, record: { ...one.record, sharedEventID } },
    { ...one, recipient: FOREIGN_ACCOUNT, record: { ...one.record, ...home, sharedEventID } },
  ];
};
