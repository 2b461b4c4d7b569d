/** The generator's incident in the account of the emulator: its logs in S3, where the product lists them, and in Trino, which answers for Athena. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { writeIncident } from "../../lib/incident/incident.ts";
import type { Cases } from "../../lib/ports/ports.ts";
import { type AthenaGateway, startAthenaGateway } from "./athenaGateway.ts";
import { ACCOUNT, clientsAt } from "./ministackDeploy.ts";
import type { Installed } from "./trinoInstall.ts";
import { startTrino, type Trino } from "./trinoServer.ts";
import { type LogRecord, rawTable, recordsIn, write } from "./trinoWorlds.ts";

export const TRAIL_BUCKET = "the-trail";
const USER = "developer-jane";
/** Database of the deployment: lib/stack/trailStack.ts makes it of the name in the context. */
const DATABASE = "cordon";

export interface Lake {
  readonly userName: string;
  /** Added to every function: Athena, and nothing else, is somewhere else. */
  readonly variables: Readonly<Record<string, string>>;
  /** The user, the buckets and the logs; returns GuardDuty's finding and the first key of the user. */
  fill(endpoint: string): Promise<unknown>;
  /** The case's ledger, object by object, against what the generator says was taken. */
  judge(cases: Cases, caseId: string): Promise<void>;
  stop(): Promise<void>;
}

export const openLake = async (installed: Installed, folder: string): Promise<Lake> => {
  const trino = await startTrino(installed, join(folder, "trino"));
  const gateway = await startAthenaGateway({
    trino,
    paths: { trino: "local:///lake/raw/", athena: `s3://${TRAIL_BUCKET}/` },
  });
  const truth = await writeIncident(join(folder, "incident"), {
    variant: "stolen-key",
    seed: "ministack",
    backgroundEvents: 2000,
  });
  return {
    userName: USER,
    variables: { AWS_ENDPOINT_URL_ATHENA: gateway.endpoint },
    fill: async (endpoint) => {
      const renamed = await makeThief(endpoint, truth.thief);
      for (const Bucket of [TRAIL_BUCKET, ...new Set(truth.objects.map(({ bucket }) => bucket))])
        await new S3Client(clientsAt(endpoint)).send(new CreateBucketCommand({ Bucket }));
      await deliver(endpoint, folder, renamed, trino);
      return JSON.parse(renamed(readFileSync(join(folder, "incident/finding.json"), "utf8"))).detail;
    },
    judge: async (cases, caseId) => {
      await judgeLedger(cases, caseId, truth);
      judgeQueries(gateway);
    },
    stop: async () => {
      await gateway.close();
      await trino.stop();
    },
  };
};

type Truth = Awaited<ReturnType<typeof writeIncident>>;
type Renamed = (text: string) => string;

/** The emulator chooses ids of its own: every text of the incident gets them in the place of the generator's. */
const makeThief = async (endpoint: string, thief: Truth["thief"]): Promise<Renamed> => {
  const iam = new IAMClient(clientsAt(endpoint));
  const { User } = await iam.send(new CreateUserCommand({ UserName: USER }));
  const names: (readonly [string, string])[] = [
    [thief.principals[0]!.principalId, User!.UserId!],
    ["123456789012", ACCOUNT],
  ];
  for (const accessKeyId of thief.accessKeyIds) {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: USER }));
    names.push([accessKeyId, AccessKey!.AccessKeyId!]);
  }
  return (text) => names.reduce((sofar, [from, to]) => sofar.replaceAll(from, to), text);
};

const deliver = async (endpoint: string, folder: string, renamed: Renamed, trino: Trino): Promise<void> => {
  const s3 = new S3Client(clientsAt(endpoint));
  const logs = join(folder, "incident/logs");
  const all = new Map<string, readonly LogRecord[]>();
  for (const path of globSync("AWSLogs/*/CloudTrail/**/*.json.gz", { cwd: logs })) {
    const records = JSON.parse(renamed(JSON.stringify(recordsIn(join(logs, path))))) as readonly LogRecord[];
    const Key = renamed(path);
    all.set(Key, records);
    await s3.send(
      new PutObjectCommand({ Bucket: TRAIL_BUCKET, Key, Body: gzipSync(JSON.stringify({ Records: records })) }),
    );
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    write(join(folder, "trino/files/lake/raw", Key), gzipSync(lines));
  }
  await trino.query("default", `CREATE SCHEMA hive."${DATABASE}"`);
  await trino.query(DATABASE, rawTable("lake", all));
};

/** By arithmetic of the generator, which wrote the truth before there were logs. */
const judgeLedger = async (cases: Cases, caseId: string, truth: Truth): Promise<void> => {
  const text = Buffer.from((await cases.read(caseId, "objects.jsonl"))!).toString();
  const taken = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ certainty }) => certainty === "certain");
  const line = ({ bucket, key, calls, bytesOut, firstAt, lastAt }: Truth["objects"][number]) =>
    [bucket, key, calls, bytesOut, firstAt, lastAt].join(" | ");
  assert.deepEqual(taken.map(line).toSorted(), truth.objects.map(line).toSorted());
  console.log(`ledger: ${taken.length} objects, each as the generator took it, out of Trino through Athena's API`);
};

const judgeQueries = ({ executions }: AthenaGateway): void => {
  const failed = executions.filter(({ state }) => state !== "SUCCEEDED");
  assert.deepEqual(
    failed.map(({ sql, state, error }) => [state, error, sql.slice(0, 200)]),
    [],
  );
  const scans = executions.filter(({ sql }) => sql.startsWith("CREATE TABLE"));
  console.log(`Athena: ${executions.length} queries, ${scans.length} of them scans, none failed`);
};
