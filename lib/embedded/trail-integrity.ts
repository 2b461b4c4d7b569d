import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, gunzipSync } from "node:zlib";
import type { CheckedLogs } from "../case/logIntegrity.ts";
import type { ScanRequest } from "../case/scan.ts";
import { checkDigests, type DigestFile, type DigestKey, endIn } from "../core/logs/logDigest.ts";
import { type Hashed, judgeLogFiles } from "../core/logs/logIntegrity.ts";
import { deliveryOf, filesNear } from "./ingest.ts";

/** Output of `aws cloudtrail list-public-keys`, in the folder of the logs. */
const PUBLIC_KEYS = "public-keys.json";
/** Output of `aws s3api head-object` for a digest file, beside it. */
const METADATA = ".metadata.json";
/** A digest holds an hour; what it names was delivered in it. */
const DIGEST_SPAN_MS = 2 * 3_600_000;

type Window = Pick<ScanRequest, "from" | "to">;

/**
 * Log files of a folder against the digest files in it. Signatures are checked with `public-keys.json`, where that is
 * given; a digest's own signature stands in `<digest file>.metadata.json` or in the digest that follows.
 */
export const integrityOf = async (folder: string, window: Window): Promise<CheckedLogs> => {
  const names = (await filesNear(folder, window)).map(({ name }) => name);
  const digests = names.filter(
    (name) => /_CloudTrail-Digest_[^/]*Z(_backfill)?\.json(\.gz)?$/.test(name) && isNear(endIn(name), window),
  );
  if (digests.length === 0) return NOTHING;
  const files: DigestFile[] = [];
  for (const name of digests) files.push(await digestAt(folder, name));
  const keys = await keysIn(folder);
  const { checks, logs } = checkDigests(files, keys ?? [], new Date(Date.parse(window.from)).toISOString());
  const inWindow = (name: string): boolean => isInside(deliveryOf(name.replace(/^.*\//, "")), window);
  const judged = await judgeLogFiles(
    logs.filter(({ key }) => inWindow(key)),
    names.filter((name) => /_CloudTrail_/.test(name) && inWindow(name)),
    names,
    (name) => hashAt(join(folder, name)),
  );
  return { ...judged, digests: checks, notes: keys === null ? [NO_KEYS] : [] };
};

const NO_KEYS = `Signatures of digest files were not checked: no ${PUBLIC_KEYS} (aws cloudtrail list-public-keys) lies with the logs.`;
const NOTHING: CheckedLogs = {
  digests: [],
  files: [],
  counts: { verified: 0, differs: 0, missing: 0, "not covered": 0, "not checked": 0 },
  notes: ["No digest file of CloudTrail is among the logs, so whether they are as delivered was not checked."],
};

const isNear = (end: string, { from, to }: Window): boolean =>
  end === "" ||
  (Date.parse(end) >= Date.parse(from) - DIGEST_SPAN_MS && Date.parse(end) <= Date.parse(to) + DIGEST_SPAN_MS);

const isInside = (delivered: string | null, { from, to }: Window): boolean =>
  delivered !== null && Date.parse(delivered) >= Date.parse(from) && Date.parse(delivered) <= Date.parse(to);

const digestAt = async (folder: string, name: string): Promise<DigestFile> => ({
  file: name,
  content: await unpackedAt(join(folder, name)),
  signature: await signatureAt(join(folder, name + METADATA)),
});

const unpackedAt = async (path: string): Promise<Uint8Array | null> => {
  try {
    const bytes = await readFile(path);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  } catch {
    return null;
  }
};

const signatureAt = async (path: string): Promise<string | null> => {
  const { Metadata } = ((await jsonAt(path)) ?? {}) as { Metadata?: Readonly<Record<string, unknown>> };
  return typeof Metadata?.signature === "string" ? Metadata.signature : null;
};

const keysIn = async (folder: string): Promise<readonly DigestKey[] | null> => {
  const { PublicKeyList } = ((await jsonAt(join(folder, PUBLIC_KEYS))) ?? {}) as { PublicKeyList?: unknown };
  if (!Array.isArray(PublicKeyList)) return null;
  return PublicKeyList.flatMap((one: { Fingerprint?: unknown; Value?: unknown } | null) =>
    typeof one?.Fingerprint === "string" && typeof one.Value === "string"
      ? [{ fingerprint: one.Fingerprint, value: one.Value }]
      : [],
  );
};

const jsonAt = async (path: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return null;
  }
};

/** CloudTrail's digest is of the unpacked content; a file that was unpacked since is as good. */
const hashAt = async (path: string): Promise<Hashed> => {
  const hash = createHash("sha256");
  const take = async (content: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of content) hash.update(chunk);
  };
  try {
    const [magic] = (await createReadStream(path, { end: 1 }).toArray()) as readonly Buffer[];
    const isPacked = magic?.[0] === 0x1f && magic[1] === 0x8b;
    if (isPacked) await pipeline(createReadStream(path), createGunzip(), take);
    else await pipeline(createReadStream(path), take);
    return { sha256: hash.digest("hex") };
  } catch {
    return "damaged";
  }
};
