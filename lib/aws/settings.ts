import { readFileSync } from "node:fs";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { CordonError } from "../base/errors.ts";
import { parseSettings, type Settings } from "../core/settings.ts";
import { toStepError } from "./failures.ts";

/**
 * The settings of a deployment. By default they lie in the code bundle (`file:settings.json`, put there and checked at
 * synth): who approves can then only be changed by a deployment, and nobody who may merely write to a bucket can.
 * `s3://bucket/key` is for those who want it otherwise. Throws SETTINGS_INVALID with every fault.
 */
export const readSettings = async (place: string, bundle: URL, s3: S3Client, owner: string): Promise<Settings> => {
  const text = place.startsWith("s3://") ? await fromBucket(place, s3, owner) : fromBundle(place, bundle);
  return parseSettings(parseJson(text, place), place);
};

const fromBundle = (place: string, bundle: URL): string => {
  try {
    return readFileSync(new URL(place.replace(/^file:/, ""), bundle), "utf8");
  } catch (cause) {
    throw new CordonError("SETTINGS_INVALID", `${place}: not in the code bundle`, { cause });
  }
};

const fromBucket = async (place: string, s3: S3Client, owner: string): Promise<string> => {
  const [, Bucket, Key] = /^s3:\/\/([a-z0-9.-]+)\/(.+)$/.exec(place) ?? [];
  if (Bucket === undefined || Key === undefined)
    throw new CordonError("SETTINGS_INVALID", `expected s3://bucket/key, got ${place}`);
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ExpectedBucketOwner: owner }));
    return await Body!.transformToString();
  } catch (error) {
    throw toStepError("SETTINGS_INVALID", place, error);
  }
};

const parseJson = (text: string, where: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CordonError("SETTINGS_INVALID", `${where}: expected JSON`, { cause });
  }
};
