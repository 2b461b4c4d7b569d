import * as cast from "../cast.ts";
import { fetchObject } from "../download.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import { fakeKeyId, type Random } from "../random.ts";
import { type Caller, type Doc, roleIdentity } from "../records.ts";
import { type Deed, night, type Story } from "../story.ts";
import { apiDeed, THIEF, usDate } from "../thief.ts";

/** A session that one caller opens and the next one acts in. */
interface Hop {
  readonly role: cast.Role;
  readonly session: string;
  readonly accessKeyId: string;
  readonly at: number;
  /** A session opened from another one lives an hour at most (STS, role chaining). */
  readonly seconds: number;
}

/** jane → etl-runner → data-exporter; the theft carries only the last session's key, and names no user. */
export const tellRoleChain = (random: Random): Story => {
  const stock = createStock(random);
  const first = {
    role: cast.ETL,
    session: "night-run",
    accessKeyId: fakeKeyId("ASIA", random),
    at: night("02:47:10"),
    seconds: 43_200,
  };
  const second = {
    role: cast.EXPORTER,
    session: "export-7",
    accessKeyId: fakeKeyId("ASIA", random),
    at: night("02:47:55"),
    seconds: 3600,
  };
  const last = callerIn(second);
  return tellHeist(random, {
    stock,
    deeds: [
      assume(random, THIEF, first),
      assume(random, callerIn(first), second),
      ...eachObject(random, inBucket(stock, cast.CUSTOMERS, 160), ["02:49:00", "04:10:00"], (object, at) =>
        fetchObject(random, object, at, { caller: last }),
      ),
    ],
    thief: {
      principals: [THIEF.identity, callerIn(first).identity, last.identity].map(principalOf),
      accessKeyIds: [cast.JANE_KEY, first.accessKeyId, second.accessKeyId],
      roles: [cast.ETL, cast.EXPORTER],
    },
    alert: {
      buckets: [cast.CUSTOMERS],
      accessKeyDetails: {
        accessKeyId: second.accessKeyId,
        principalId: `${cast.EXPORTER.roleId}:${second.session}`,
        userType: "AssumedRole",
        userName: cast.EXPORTER.roleName,
      },
    },
  });
};

const principalOf = ({ type, principalId, arn }: Doc) => ({
  type: String(type),
  principalId: String(principalId),
  arn: String(arn),
});

const callerIn = ({ role, session, accessKeyId, at }: Hop): Caller => ({
  ...THIEF,
  identity: roleIdentity(role, session, accessKeyId, at),
});

const assume = (random: Random, caller: Caller, { role, session, accessKeyId, at, seconds }: Hop): Deed =>
  apiDeed(random, {
    at,
    caller,
    service: "sts",
    name: "AssumeRole",
    readOnly: true,
    request: { roleArn: role.arn, roleSessionName: session, durationSeconds: seconds },
    response: {
      credentials: {
        accessKeyId,
        sessionToken: random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123456789+/", 120),
        expiration: usDate(at + seconds * 1000),
      },
      assumedRoleUser: {
        assumedRoleId: `${role.roleId}:${session}`,
        arn: `arn:aws:sts::${cast.ACCOUNT}:assumed-role/${role.roleName}/${session}`,
      },
    },
    resources: [{ accountId: cast.ACCOUNT, type: "AWS::IAM::Role", ARN: role.arn }],
  });
