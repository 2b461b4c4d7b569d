import { createHash } from "node:crypto";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { CordonError } from "../base/errors.ts";
import type { Finding } from "../case/finding.ts";
import { parseFindings } from "../core/finding/finding.ts";
import { isRefusal, toStepError } from "./failures.ts";

export interface StartOptions {
  readonly sfn: SFNClient;
  readonly s3: S3Client;
  readonly machineArn: string;
  readonly caseBucket: string;
  readonly account: string;
}

export interface Started {
  readonly execution: string;
  /** `repeated`: this very copy of the finding was handed over before. */
  readonly how: "started" | "repeated";
}

/** Input of an execution (Step Functions quotas: 256 KiB), with room for the names around it. */
const INPUT_BYTES = 250_000;

/**
 * Starts the response to one copy of a finding, under a name that the copy itself determines: delivered twice, or by the
 * member account and by the administrator, it is one execution. An update is another copy; its case takes it up.
 */
export const startResponse = (options: StartOptions, event: unknown): Promise<Started> => {
  const finding = oneFinding(event);
  return start(options, executionNameOf(finding), event);
};

/**
 * Starts the response to a finding that a person hands in, whether or not it opens a case by itself. The name is another one than that of the
 * same finding's event, which may have been ignored; a case that is open already takes the finding up.
 */
export const startByHand = (options: StartOptions, raw: unknown): Promise<Started> => {
  const finding = oneFinding(raw);
  return start(options, executionNameOf(finding, "hand"), { manual: true, finding: raw });
};

/** Starts the response to what a door of ours put together, under a name that it gives. */
export const startAs = (options: StartOptions, execution: string, event: unknown): Promise<Started> =>
  start(options, execution, event);

const oneFinding = (event: unknown): Finding => {
  const findings = parseFindings(event);
  if (findings.length === 1) return findings[0]!;
  throw new CordonError("INPUT_INVALID", `expected one finding per event, got ${findings.length}`);
};

const start = async (
  { sfn, s3, machineArn, caseBucket, account }: StartOptions,
  execution: string,
  event: unknown,
): Promise<Started> => {
  const text = JSON.stringify(event);
  try {
    const input =
      Buffer.byteLength(text) <= INPUT_BYTES
        ? text
        : await shortened(s3, { caseBucket, account, execution }, event, text);
    await sfn.send(new StartExecutionCommand({ stateMachineArn: machineArn, name: execution, input }));
    return { execution, how: "started" };
  } catch (error) {
    if (isRefusal(error, "ExecutionAlreadyExists")) return { execution, how: "repeated" };
    throw toStepError("STATE_UNKNOWN", `start ${execution}`, error);
  }
};

/** At most 80 characters, and none of those that Step Functions refuses. The time is compared as an instant, not as text. */
export const executionNameOf = (
  { accountId, region, id, updatedAt }: Pick<Finding, "accountId" | "region" | "id" | "updatedAt">,
  from: "gd" | "hand" = "gd",
): string => {
  const copy = createHash("sha256")
    .update(String(Date.parse(updatedAt)))
    .digest("hex")
    .slice(0, 8);
  return `${from}-${accountId}-${region}-${id}`.replaceAll(/[^A-Za-z0-9_-]/g, "-").slice(0, 71) + `-${copy}`;
};

/** An attack sequence may be four times too large: whole in the case bucket, without its signals and tails in the input. */
const shortened = async (
  s3: S3Client,
  place: { caseBucket: string; account: string; execution: string },
  event: unknown,
  text: string,
): Promise<string> => {
  await s3.send(
    new PutObjectCommand({
      Bucket: place.caseBucket,
      ExpectedBucketOwner: place.account,
      Key: `inbox/${place.execution}.json`,
      Body: text,
      ContentType: "application/json",
    }),
  );
  for (const keep of [100, 25, 5]) {
    const shorter = JSON.stringify(cut(event, keep));
    if (Buffer.byteLength(shorter) <= INPUT_BYTES) return shorter;
  }
  throw new CordonError(
    "INPUT_INVALID",
    `the finding is too large for an execution even without its lists; it lies in inbox/${place.execution}.json`,
  );
};

const cut = (value: unknown, keep: number): unknown => {
  if (Array.isArray(value)) return value.slice(0, keep).map((each) => cut(each, keep));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      name.toLowerCase() === "signals" ? cut(each, 1) : cut(each, keep),
    ]),
  );
};
