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

/** Something that happens on an ordinary day: how common it is at an hour, and the record it leaves. */
interface Routine {
  readonly weightAt: (time: Moment) => number;
  readonly record: (world: World, at: number) => TrailRecord;
}

interface Moment {
  readonly hour: number;
  readonly minute: number;
  readonly weekday: boolean;
}

interface World {
  readonly random: Random;
  readonly objects: readonly StoredObject[];
}

/** Writes the records of everybody else, and of jane at work. */
export interface Ordinary {
  /** How much happens at this time, compared with other times. */
  weightAt(at: number): number;
  recordAt(random: Random, at: number): TrailRecord;
}

/** Working hours of an office six hours behind UTC. */
const atWork = ({ hour, weekday }: Moment): boolean => weekday && hour >= 15 && hour < 23;
const whenAtWork = (much: number, little: number) => (time: Moment) => (atWork(time) ? much : little);
const always = (weight: number) => () => weight;

/** The backup reads everything it finds at 03:00 UTC every night: the look-alike of the theft. */
const atBackupTime = ({ hour, minute }: Moment): number => (hour === 3 && minute < 45 ? 60 : 0);

const janeCaller: Caller = {
  identity: userIdentity(cast.JANE, cast.JANE_KEY),
  address: cast.OFFICE,
  agent: cast.OFFICE_AGENT,
};
const janeScript: Caller = { ...janeCaller, agent: cast.BOTO_AGENT };

/** A role session that is renewed every six hours: its key and its start follow from role and time. */
const sessionCaller = (role: cast.Role, name: string, address: string, agent: string, at: number): Caller => {
  const since = Math.floor(at / 21_600_000) * 21_600_000;
  return inVpc({
    identity: roleIdentity(role, name, sessionKey(`${role.roleName}/${name}/${since}`), since),
    address,
    agent,
  });
};

const sessionKeys = new Map<string, string>();
const sessionKey = (session: string): string => {
  const known = sessionKeys.get(session) ?? fakeKeyId("ASIA", createRandom(session));
  sessionKeys.set(session, known);
  return known;
};

const web = (random: Random, at: number): Caller => {
  const instance = random.below(3);
  return sessionCaller(cast.WEB, `i-0a1b2c3d4e5f6070${instance}`, `10.0.1.${20 + instance}`, cast.JAVA_AGENT, at);
};
const backup = (at: number): Caller =>
  sessionCaller(cast.BACKUP, "AWSBackup-AWSBackupDefaultServiceRole", "10.0.9.8", cast.JAVA_AGENT, at);
const analyst = (random: Random, at: number): Caller => ({
  ...sessionCaller(cast.ANALYST, random.pick(["ana@example.com", "raj@example.com"]), cast.OFFICE, cast.BOTO_AGENT, at),
});
const etl = (at: number): Caller => sessionCaller(cast.ETL, "nightly-etl", "10.0.4.12", cast.BOTO_AGENT, at);

const read =
  (caller: (random: Random, at: number) => Caller, buckets: readonly string[], name = "GetObject") =>
  ({ random, objects }: World, at: number): TrailRecord => {
    const { bucket, key, size } = anObject(random, objects, buckets);
    return s3Record(random, {
      at,
      caller: caller(random, at),
      name,
      bucket,
      key,
      bytesOut: name === "GetObject" ? size : 0,
    });
  };

const ROUTINES: readonly Routine[] = [
  { weightAt: whenAtWork(30, 22), record: read(web, [cast.CUSTOMERS]) },
  { weightAt: whenAtWork(8, 6), record: read(web, [cast.CUSTOMERS], "HeadObject") },
  { weightAt: always(1), record: ({ random, objects }, at) => missingKey(random, objects, at) },
  { weightAt: atBackupTime, record: read((_, at) => backup(at), [cast.FINANCE, cast.CUSTOMERS]) },
  { weightAt: whenAtWork(7, 0), record: read(() => janeCaller, cast.OPEN_BUCKETS) },
  { weightAt: whenAtWork(3, 0), record: read(() => janeScript, [cast.ANALYTICS]) },
  { weightAt: whenAtWork(2, 0), record: ({ random }, at) => list(random, at, janeCaller) },
  { weightAt: whenAtWork(9, 0.5), record: read(analyst, [cast.ANALYTICS, cast.FINANCE]) },
  { weightAt: whenAtWork(6, 4), record: ({ random }, at) => upload(random, at) },
  { weightAt: whenAtWork(5, 5), record: ({ random }, at) => list(random, at, etl(at)) },
  { weightAt: always(6), record: ({ random }, at) => serviceAssumesRole(random, at) },
  { weightAt: always(5), record: ({ random }, at) => decrypts(random, at) },
  { weightAt: always(4), record: ({ random }, at) => configReads(random, at) },
  { weightAt: whenAtWork(3, 0.2), record: ({ random }, at) => operatorLooks(random, at) },
];

export const createOrdinary = (objects: readonly StoredObject[]): Ordinary => ({
  weightAt: (at) => weightsAt(at).reduce((sum, weight) => sum + weight, 0),
  recordAt: (random, at) => ROUTINES[drawn(random, weightsAt(at))]!.record({ random, objects }, at),
});

const weightsAt = (at: number): readonly number[] => {
  const date = new Date(at);
  const day = date.getUTCDay();
  const moment = { hour: date.getUTCHours(), minute: date.getUTCMinutes(), weekday: day > 0 && day < 6 };
  return ROUTINES.map(({ weightAt }) => weightAt(moment));
};

/** An index, drawn in proportion to its weight. */
const drawn = (random: Random, weights: readonly number[]): number => {
  let left = random.unit() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [at, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return at;
  }
  return 0;
};

const anObject = (random: Random, objects: readonly StoredObject[], buckets: readonly string[]): StoredObject => {
  for (;;) {
    const found = random.pick(objects);
    if (buckets.includes(found.bucket)) return found;
  }
};

const missingKey = (random: Random, objects: readonly StoredObject[], at: number): TrailRecord => {
  const { bucket, key } = anObject(random, objects, [cast.CUSTOMERS]);
  const error = { code: "NoSuchKey", message: "The specified key does not exist." };
  return s3Record(random, { at, caller: web(random, at), name: "GetObject", bucket, key: `${key}.bak`, error });
};

const list = (random: Random, at: number, caller: Caller): TrailRecord =>
  s3Record(random, {
    at,
    caller,
    name: "ListObjects",
    bucket: random.pick(cast.OPEN_BUCKETS),
    bytesOut: random.between(2_000, 300_000),
    request: { "list-type": "2", prefix: "" },
  });

const upload = (random: Random, at: number): TrailRecord =>
  s3Record(random, {
    at,
    caller: etl(at),
    name: "PutObject",
    bucket: cast.ANALYTICS,
    key: `incoming/${random.uuid()}.json`,
    bytesIn: random.between(1_000, 400_000),
    bytesOut: 0,
    response: { "x-amz-server-side-encryption": "AES256" },
  });

const serviceAssumesRole = (random: Random, at: number): TrailRecord => {
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

const decrypts = (random: Random, at: number): TrailRecord => {
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

const configReads = (random: Random, at: number): TrailRecord => {
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

const operatorLooks = (random: Random, at: number): TrailRecord =>
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
