import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { getObject } from "./trailWorld.ts";

export const ACCOUNT = "111122223333";
export const BUCKET = "trail-bucket";
const REGION = "eu-central-1";

/** Logs of some hours with their digests, as CloudTrail's user guide lays them out; key and signatures are openssl's. */
export interface DigestWorld {
  readonly logs: string;
  /** Keys in S3, which are names in the folder too; one log file and one digest an hour. */
  readonly logKeys: readonly string[];
  readonly digestKeys: readonly string[];
  readonly signatures: readonly string[];
  readonly publicKeys: object;
}

const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

/** Hours of 2026-11-20 from 10:00 on. `folder` holds the key, `folder/logs` the files. */
export const writeDigestWorld = (folder: string, hours: number): DigestWorld => {
  const logs = join(folder, "logs");
  mkdirSync(logs, { recursive: true });
  const key = makeKey(folder);
  const world = { logKeys: [] as string[], digestKeys: [] as string[], signatures: [] as string[] };
  let previous = null as { readonly key: string; readonly hash: string; readonly signature: string } | null;
  for (let hour = 0; hour < hours; hour++) {
    const at = String(10 + hour);
    const log = `AWSLogs/${ACCOUNT}/CloudTrail/${REGION}/2026/11/20/${ACCOUNT}_CloudTrail_${REGION}_20261120T${at}05Z_abcdefgh12345${hour}.json.gz`;
    const content = JSON.stringify({
      Records: [getObject({ eventTime: `2026-11-20T${at}:01:00Z`, eventID: `e-${hour}` })],
    });
    put(logs, log, gzipSync(content));
    const digestKey = `AWSLogs/${ACCOUNT}/CloudTrail-Digest/${REGION}/2026/11/20/${ACCOUNT}_CloudTrail-Digest_${REGION}_main_${REGION}_20261120T${at}5900Z.json.gz`;
    const end = `2026-11-20T${at}:59:00Z`;
    const digest: string = JSON.stringify({
      awsAccountId: ACCOUNT,
      digestStartTime: `2026-11-20T${Number(at) - 1}:59:00Z`,
      digestEndTime: end,
      digestS3Bucket: BUCKET,
      digestS3Object: digestKey,
      digestPublicKeyFingerprint: key.fingerprint,
      digestSignatureAlgorithm: "SHA256withRSA",
      newestEventTime: `2026-11-20T${at}:01:00Z`,
      oldestEventTime: `2026-11-20T${at}:01:00Z`,
      previousDigestS3Bucket: previous === null ? null : BUCKET,
      previousDigestS3Object: previous?.key ?? null,
      previousDigestHashValue: previous?.hash ?? null,
      previousDigestHashAlgorithm: previous === null ? null : "SHA-256",
      previousDigestSignature: previous?.signature ?? null,
      logFiles: [
        {
          s3Bucket: BUCKET,
          s3Object: log,
          hashValue: sha256(content),
          hashAlgorithm: "SHA-256",
          newestEventTime: `2026-11-20T${at}:01:00Z`,
          oldestEventTime: `2026-11-20T${at}:01:00Z`,
        },
      ],
    });
    put(logs, digestKey, gzipSync(digest));
    const signed = [end, `${BUCKET}/${digestKey}`, sha256(digest), previous?.signature ?? "null"].join("\n");
    const signature = execFileSync("openssl", ["dgst", "-sha256", "-sign", key.path], { input: signed }).toString(
      "hex",
    );
    world.logKeys.push(log);
    world.digestKeys.push(digestKey);
    world.signatures.push(signature);
    previous = { key: digestKey, hash: sha256(digest), signature };
  }
  return { ...world, logs, publicKeys: { PublicKeyList: [{ Fingerprint: key.fingerprint, Value: key.value }] } };
};

const makeKey = (folder: string): { readonly path: string; readonly value: string; readonly fingerprint: string } => {
  const path = join(folder, "key.pem");
  execFileSync("openssl", ["genrsa", "-traditional", "-out", path, "2048"], { stdio: "ignore" });
  const der = execFileSync("openssl", ["rsa", "-in", path, "-RSAPublicKey_out", "-outform", "DER"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  return { path, value: der.toString("base64"), fingerprint: createHash("md5").update(der).digest("hex") };
};

const put = (logs: string, key: string, bytes: Uint8Array): void => {
  mkdirSync(dirname(join(logs, key)), { recursive: true });
  writeFileSync(join(logs, key), bytes);
};

export const givePublicKeys = ({ logs, publicKeys }: DigestWorld): void =>
  writeFileSync(join(logs, "public-keys.json"), JSON.stringify(publicKeys));

/** As `aws s3api head-object` prints it. */
export const giveSignature = ({ logs, digestKeys, signatures }: DigestWorld, at: number): void =>
  writeFileSync(
    join(logs, `${digestKeys[at]!}.metadata.json`),
    JSON.stringify({ Metadata: { signature: signatures[at], "signature-algorithm": "SHA256withRSA" } }),
  );
