/**
 * Bucket settings as files: `<bucket>.json` holds outputs of S3 reads by operation name (`null`: no such setting), and
 * `<bucket>/objects.jsonl` lists objects, one `{"Key", "Size", …}` a line.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CordonError } from "../../base/errors.ts";
import type { Json } from "./store.ts";
import type { Doc } from "./world.ts";

/** Also the older, looser names of us-east-1; nothing in it can leave the folder. */
const BUCKET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

/** Finds `bucket/<bucket>/<operation>` and `objects/<bucket>`; undefined when no file says anything about it. */
export const readBucketFiles = (bucketsDir: string): ((name: string) => Json | undefined) => {
  const settings = remember((bucket) => readJson(join(bucketsDir, `${bucket}.json`)));
  const objects = remember((bucket) => readLines(join(bucketsDir, bucket, "objects.jsonl")));
  return (name) => {
    const [kind = "", bucket = "", operation = ""] = name.split("/");
    if (!BUCKET_NAME.test(bucket) || bucket.includes("..")) return undefined;
    if (kind === "objects") return objects(bucket);
    return kind === "bucket" ? (settings(bucket) as Doc | undefined)?.[operation] : undefined;
  };
};

const remember = <T>(read: (name: string) => T): ((name: string) => T) => {
  const seen = new Map<string, T>();
  return (name) => {
    if (!seen.has(name)) seen.set(name, read(name));
    return seen.get(name)!;
  };
};

const readJson = (path: string): Json | undefined => {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Json;
  } catch (cause) {
    throw new CordonError("INPUT_UNREADABLE", `${path}: expected JSON`, { cause });
  }
};

const readLines = (path: string): Json | undefined => {
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.map((line) => JSON.parse(line) as Json);
};
