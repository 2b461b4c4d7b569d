import * as cast from "./cast.ts";
import type { StoredObject } from "./inventory.ts";
import { createRandom, fakeKeyId, type Random } from "./random.ts";
import {
  type Caller,
  inVpc,
  recordOf,
  roleIdentity,
  serviceCaller,
  type TrailRecord,
  userIdentity,
} from "./records.ts";
import { s3Record } from "./s3Records.ts";

/** What an ordinary record is drawn from. */
export interface RecordSource {
  readonly random: Random;
  readonly objects: readonly StoredObject[];
}

/** Who makes an ordinary call at this moment. */
type Who = (random: Random, at: number) => Caller;
type Makes = (world: RecordSource, at: number) => TrailRecord;

const JANE_AT_WORK: Caller = {
  identity: userIdentity(cast.JANE, cast.JANE_KEY),
  address: cast.OFFICE,
  agent: cast.OFFICE_AGENT,
};
export const jane: Who = () => JANE_AT_WORK;
export const janeScript: Who = () => ({ ...JANE_AT_WORK, agent: cast.BOTO_AGENT });

export const web: Who = (random, at) => {
  const instance = random.below(3);
  return inVpc(session(cast.WEB, `i-0a1b2c3d4e5f6070${instance}`, `10.0.1.${20 + instance}`, cast.JAVA_AGENT, at));
};
export const backup: Who = (_, at) =>
  inVpc(session(cast.BACKUP, "AWSBackup-AWSBackupDefaultServiceRole", "10.0.9.8", cast.JAVA_AGENT, at));
export const etl: Who = (_, at) => inVpc(session(cast.ETL, "nightly-etl", "10.0.4.12", cast.BOTO_AGENT, at));
export const analyst: Who = (random, at) =>
  session(cast.ANALYST, random.pick(["ana@example.com", "raj@example.com"]), cast.OFFICE, cast.BOTO_AGENT, at);

export const read =
  (who: Who, buckets: readonly string[], name: "GetObject" | "HeadObject" = "GetObject"): Makes =>
  ({ random, objects }, at) => {
    const { bucket, key, size } = anObject(random, objects, buckets);
    return s3Record(random, {
      at,
      caller: who(random, at),
      name,
      bucket,
      key,
      bytesOut: name === "GetObject" ? size : 0,
    });
  };

export const missing: Makes = ({ random, objects }, at) => {
  const { bucket, key } = anObject(random, objects, [cast.CUSTOMERS]);
  const error = { code: "NoSuchKey", message: "The specified key does not exist." };
  return s3Record(random, { at, caller: web(random, at), name: "GetObject", bucket, key: `${key}.bak`, error });
};

export const list =
  (who: Who): Makes =>
  ({ random }, at) =>
    s3Record(random, {
      at,
      caller: who(random, at),
      name: "ListObjects",
      bucket: random.pick(cast.OPEN_BUCKETS),
      bytesOut: random.between(2_000, 300_000),
      request: { "list-type": "2", prefix: "" },
    });

export const upload: Makes = ({ random }, at) =>
  s3Record(random, {
    at,
    caller: etl(random, at),
    name: "PutObject",
    bucket: cast.ANALYTICS,
    key: `incoming/${random.uuid()}.json`,
    bytesIn: random.between(1_000, 400_000),
    bytesOut: 0,
    response: { "x-amz-server-side-encryption": "AES256" },
  });

export const assumeRole: Makes = ({ random }, at) => {
  const [role, service] = random.pick([
    [cast.WEB, "ec2"],
    [cast.CONFIG, "config"],
    [cast.BACKUP, "backup"],
  ] as const);
  const session = random.text("abcdef0123456789", 12);
  return recordOf(random, {
    at,
    caller: serviceCaller(service),
    service: "sts",
    name: "AssumeRole",
    readOnly: true,
    request: { roleArn: role.arn, roleSessionName: session, durationSeconds: 3600 },
    response: {
      credentials: {
        accessKeyId: fakeKeyId("ASIA", random),
        sessionToken: random.text("ABCDEFabcdef0123456789+/", 64),
      },
      assumedRoleUser: {
        assumedRoleId: `${role.roleId}:${session}`,
        arn: `arn:aws:sts::${cast.ACCOUNT}:assumed-role/${role.roleName}/${session}`,
      },
    },
    resources: [{ accountId: cast.ACCOUNT, type: "AWS::IAM::Role", ARN: role.arn }],
    sharedEventId: random.uuid(),
  });
};

export const decrypt: Makes = ({ random }, at) => {
  const arn = `arn:aws:kms:${cast.REGION}:${cast.ACCOUNT}:key/6b5c1f0e-0000-4000-a000-5d1c7b9f0a11`;
  return recordOf(random, {
    at,
    caller: {
      ...serviceCaller("secretsmanager"),
      identity: {
        ...roleIdentity(cast.WEB, "i-0a1b2c3d4e5f60700", fakeKeyId("ASIA", random), at),
        invokedBy: "secretsmanager.amazonaws.com",
      },
    },
    service: "kms",
    name: random.pick(["Decrypt", "GenerateDataKey"]),
    readOnly: true,
    request: { keyId: arn, encryptionAlgorithm: "SYMMETRIC_DEFAULT" },
    resources: [{ accountId: cast.ACCOUNT, type: "AWS::KMS::Key", ARN: arn }],
  });
};

export const configRead: Makes = ({ random }, at) => {
  const caller: Caller = {
    ...serviceCaller("config"),
    identity: {
      ...roleIdentity(cast.CONFIG, "AWSConfig-Describe", fakeKeyId("ASIA", random), at),
      invokedBy: "config.amazonaws.com",
    },
  };
  const bucket = random.pick([...cast.OPEN_BUCKETS, cast.PAYROLL, cast.LOG_BUCKET]);
  return s3Record(random, {
    at,
    caller,
    name: random.pick(["GetBucketPolicy", "GetBucketAcl", "GetBucketVersioning", "GetBucketLogging"]),
    bucket,
  });
};

export const look: Makes = ({ random }, at) =>
  recordOf(random, {
    at,
    caller: { identity: userIdentity(cast.OMAR, "ASIAOMARC4NSOEXAMPLE"), address: cast.OFFICE, agent: "AWS Internal" },
    ...random.pick([
      { service: "ec2", name: "DescribeInstances" },
      { service: "iam", name: "ListUsers" },
      { service: "cloudwatch", name: "DescribeAlarms" },
      { service: "rds", name: "DescribeDBInstances" },
    ]),
    readOnly: true,
    region: random.chance(0.1) ? "eu-west-1" : cast.REGION,
    request: { maxResults: 100 },
  });

const anObject = (random: Random, objects: readonly StoredObject[], buckets: readonly string[]): StoredObject => {
  for (;;) {
    const found = random.pick(objects);
    if (buckets.includes(found.bucket)) return found;
  }
};

/** A role session that is renewed every six hours: its key and its start follow from role and time. */
const session = (role: cast.Role, name: string, address: string, agent: string, at: number): Caller => {
  const since = Math.floor(at / 21_600_000) * 21_600_000;
  return { identity: roleIdentity(role, name, sessionKey(`${role.roleName}/${name}/${since}`), since), address, agent };
};

const sessionKeys = new Map<string, string>();
const sessionKey = (name: string): string => {
  const key = sessionKeys.get(name) ?? fakeKeyId("ASIA", createRandom(name));
  sessionKeys.set(name, key);
  return key;
};
