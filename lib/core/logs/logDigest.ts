import { createHash, createPublicKey, verify } from "node:crypto";
import * as z from "zod";
import type { DigestCheck } from "../../case/logIntegrity.ts";

/** A digest file as it was found. */
export interface DigestFile {
  readonly file: string;
  /** Unpacked; null where it cannot be unpacked. */
  readonly content: Uint8Array | null;
  /** Hex, from the metadata of its S3 object (`x-amz-meta-signature`); null: not given. */
  readonly signature: string | null;
}

/** A member of `PublicKeyList` as `aws cloudtrail list-public-keys` prints it. */
export interface DigestKey {
  readonly fingerprint: string;
  /** DER of a PKCS #1 RSAPublicKey, base64. */
  readonly value: string;
}

/** A log file that a digest vouches for. */
export interface NamedLog {
  readonly key: string;
  /** SHA-256 of its unpacked content, hex. */
  readonly sha256: string;
}

/** Source: CloudTrail user guide, "CloudTrail digest file structure". */
const Digest = z.looseObject({
  digestStartTime: z.string(),
  digestEndTime: z.string(),
  digestS3Bucket: z.string(),
  digestS3Object: z.string(),
  digestPublicKeyFingerprint: z.string(),
  digestSignatureAlgorithm: z.string(),
  previousDigestS3Object: z.string().nullish(),
  previousDigestHashValue: z.string().nullish(),
  previousDigestSignature: z.string().nullable(),
  logFiles: z
    .array(z.looseObject({ s3Object: z.string(), hashValue: z.string(), hashAlgorithm: z.string() }))
    .nullish(),
});
type Digest = z.infer<typeof Digest>;

interface Loaded {
  readonly file: DigestFile;
  readonly digest: Digest;
  /** SHA-256 of the unpacked digest, hex. */
  readonly sha256: string;
}

/**
 * Checks digest files: each where it belongs, signed by one of the keys, and following the one before it. A signature
 * that was not given is taken from the digest that follows, which repeats it: what CloudTrail's key signed is signed,
 * whoever hands the signature over. Answers the log files that the digests vouch for; one whose signature does not hold
 * or that was moved vouches for nothing. `since` (ISO 8601 UTC): digests before it are not among the files.
 */
export const checkDigests = (
  files: readonly DigestFile[],
  keys: readonly DigestKey[],
  since: string,
): { readonly checks: readonly DigestCheck[]; readonly logs: readonly NamedLog[] } => {
  const loaded = files.map(load);
  const byKey = new Map(loaded.flatMap((one) => ("digest" in one ? [[one.digest.digestS3Object, one] as const] : [])));
  const passedOn = new Map(
    [...byKey.values()].flatMap(({ digest }) =>
      digest.previousDigestS3Object == null || digest.previousDigestSignature === null
        ? []
        : [[digest.previousDigestS3Object, digest.previousDigestSignature] as const],
    ),
  );
  const judged = loaded.map((one) => ({
    one,
    check: "digest" in one ? checkOf(one, byKey, passedOn, keys, since) : unreadable(one),
  }));
  return {
    checks: judged.map(({ check }) => check),
    logs: judged.flatMap(({ one, check }) =>
      "digest" in one && check.signature !== "invalid" ? logsOf(one.digest) : [],
    ),
  };
};

const load = (file: DigestFile): Loaded | { readonly file: DigestFile; readonly reason: string } => {
  if (file.content === null) return { file, reason: "it cannot be unpacked" };
  try {
    const parsed = Digest.safeParse(JSON.parse(Buffer.from(file.content).toString("utf8")));
    if (!parsed.success) return { file, reason: "it lacks members of a digest" };
    return { file, digest: parsed.data, sha256: createHash("sha256").update(file.content).digest("hex") };
  } catch {
    return { file, reason: "it is no JSON" };
  }
};

const unreadable = ({ file, reason }: { readonly file: DigestFile; readonly reason: string }): DigestCheck => ({
  file: file.file,
  from: null,
  to: null,
  signature: "invalid",
  chain: "not checked",
  reason,
});

const logsOf = ({ logFiles }: Digest): readonly NamedLog[] =>
  (logFiles ?? []).map(({ s3Object, hashValue, hashAlgorithm }) => ({
    key: s3Object,
    sha256: hashAlgorithm === "SHA-256" ? hashValue.toLowerCase() : `${hashAlgorithm} is not known`,
  }));

const checkOf = (
  one: Loaded,
  byKey: ReadonlyMap<string, Loaded>,
  passedOn: ReadonlyMap<string, string>,
  keys: readonly DigestKey[],
  since: string,
): DigestCheck => {
  const { file, digest } = one;
  const { signature, reason } = signatureOf(one, file.signature ?? passedOn.get(digest.digestS3Object) ?? null, keys);
  const chain = chainOf(one, byKey, since);
  return { file: file.file, from: digest.digestStartTime, to: digest.digestEndTime, signature, chain, reason };
};

type Signature = Pick<DigestCheck, "signature" | "reason">;

const signatureOf = (one: Loaded, signature: string | null, keys: readonly DigestKey[]): Signature => {
  const { digestS3Object, digestPublicKeyFingerprint, digestSignatureAlgorithm } = one.digest;
  if (baseName(one.file.file) !== baseName(digestS3Object))
    return { signature: "invalid", reason: "it is not where it says it was delivered" };
  if (digestSignatureAlgorithm !== "SHA256withRSA")
    return { signature: "not checked", reason: `its algorithm ${digestSignatureAlgorithm} is not known` };
  if (signature === null) return { signature: "not checked", reason: "no signature was given" };
  const key = keys.find(({ fingerprint }) => fingerprint === digestPublicKeyFingerprint);
  if (key === undefined) return { signature: "not checked", reason: "no public key of its fingerprint was given" };
  return isSigned(one, signature, key)
    ? { signature: "verified", reason: null }
    : { signature: "invalid", reason: "its signature does not hold" };
};

/** Source: CloudTrail user guide, "Custom implementations of CloudTrail log file integrity validation". */
export const stringToSign = (
  digest: Pick<Digest, "digestEndTime" | "digestS3Bucket" | "digestS3Object" | "previousDigestSignature">,
  sha256: string,
): string =>
  `${digest.digestEndTime}\n${digest.digestS3Bucket}/${digest.digestS3Object}\n${sha256}\n${digest.previousDigestSignature ?? "null"}`;

const isSigned = ({ digest, sha256 }: Loaded, signature: string, { value }: DigestKey): boolean => {
  try {
    const key = createPublicKey({ key: Buffer.from(value, "base64"), format: "der", type: "pkcs1" });
    return verify("sha256", Buffer.from(stringToSign(digest, sha256)), key, Buffer.from(signature, "hex"));
  } catch {
    return false;
  }
};

const chainOf = ({ digest }: Loaded, byKey: ReadonlyMap<string, Loaded>, since: string): DigestCheck["chain"] => {
  const { previousDigestS3Object: key, previousDigestHashValue: hash, previousDigestSignature: signature } = digest;
  if (key == null) return "first";
  const before = byKey.get(key);
  if (before === undefined) return endIn(key) < since ? "not checked" : "missing";
  const given = before.file.signature;
  return before.sha256 === hash?.toLowerCase() && (given === null || given === signature) ? "linked" : "broken";
};

/** The end of a digest's hour, as its name gives it (ISO 8601 UTC); empty where it does not. */
export const endIn = (name: string): string => {
  const [, date, time] = /_(\d{8})T(\d{6})Z(?:_backfill)?\.json(?:\.gz)?$/.exec(name) ?? [];
  if (date === undefined || time === undefined) return "";
  return `${date.replace(/^(....)(..)(..)$/, "$1-$2-$3")}T${time.replace(/^(..)(..)(..)$/, "$1:$2:$3")}Z`;
};

/** The name behind the last `/`, without `.gz`: a file may have been unpacked since. */
export const baseName = (path: string): string => (path.split("/").at(-1) ?? path).replace(/\.gz$/, "");
