import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Indicators, Row, ScanRequest, ScanResult } from "../../lib/case/scan.ts";
import { createTrail } from "../../lib/embedded/trail.ts";
import type { Trail } from "../../lib/ports/ports.ts";

export const FIXTURES = new URL("../fixtures/", import.meta.url).pathname;
export const OTRF = join(FIXTURES, "otrf/logs");
export const INVICTUS = join(FIXTURES, "invictus/logs");

export const NO_INDICATORS: Indicators = { accessKeyIds: [], principalIds: [], arns: [], addresses: [], buckets: [] };

export const requestOf = (indicators: Partial<Indicators>, window: Partial<ScanRequest> = {}): ScanRequest => ({
  caseId: "case-1",
  round: 1,
  from: "2000-01-01T00:00:00.000Z",
  to: "2040-01-01T00:00:00.000Z",
  indicators: { ...NO_INDICATORS, ...indicators },
  ...window,
});

export const tempDir = (context: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-trail-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** A folder of log files, removed after the test. */
export const folderOf = (context: TestContext, files: Readonly<Record<string, Uint8Array | string>>): string => {
  const logs = tempDir(context);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(logs, name, ".."), { recursive: true });
    writeFileSync(join(logs, name), bytes);
  }
  return logs;
};

export const trailOf = (logsDir: string, home: string): Trail =>
  createTrail({ logsDir, caseDir: (caseId) => join(home, caseId), memoryLimitMb: 384, threads: 2 });

export const finish = async (trail: Trail, ticket: string): Promise<ScanResult> => {
  for (;;) {
    const status = await trail.check(ticket);
    if (status.state === "done") return status.result;
    if (status.state === "failed") throw new Error(status.reason);
    await setTimeout(20);
  }
};

export interface Scanned {
  readonly trail: Trail;
  readonly home: string;
  readonly result: ScanResult;
  rows(sql: string, ...parameters: readonly string[]): Promise<readonly Row[]>;
}

/** Scans a folder to the end. */
export const scan = async (context: TestContext, logsDir: string, request: ScanRequest): Promise<Scanned> => {
  const home = tempDir(context);
  const trail = trailOf(logsDir, home);
  const result = await finish(trail, await trail.start(request));
  const rows = async (sql: string, ...parameters: readonly string[]): Promise<readonly Row[]> =>
    (await trail.query(request.caseId, "test", sql, parameters)).rows;
  return { trail, home, result, rows };
};

/** A GetObject data event; members may be replaced. */
export const getObject = (members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  eventVersion: "1.11",
  userIdentity: {
    type: "IAMUser",
    principalId: "AIDATHIEF",
    arn: "arn:aws:iam::111122223333:user/dev",
    accountId: "111122223333",
    accessKeyId: "AKIATHIEF",
    userName: "dev",
  },
  eventTime: "2026-11-20T23:10:00Z",
  eventSource: "s3.amazonaws.com",
  eventName: "GetObject",
  awsRegion: "eu-central-1",
  sourceIPAddress: "203.0.113.77",
  userAgent: "aws-cli/2.36",
  requestParameters: { bucketName: "exports", key: "a.csv" },
  responseElements: null,
  additionalEventData: { bytesTransferredIn: 0, bytesTransferredOut: 100 },
  requestID: "R1",
  eventID: "00000000-0000-4000-8000-000000000001",
  readOnly: true,
  resources: [
    { type: "AWS::S3::Object", ARN: "arn:aws:s3:::exports/a.csv" },
    { accountId: "111122223333", type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::exports" },
  ],
  eventType: "AwsApiCall",
  managementEvent: false,
  recipientAccountId: "111122223333",
  eventCategory: "Data",
  ...members,
});

export const delivered = (...records: readonly unknown[]): Buffer => gzipSync(JSON.stringify({ Records: records }));
