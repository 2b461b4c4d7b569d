import { type Fingerprints, isThief } from "./discovery.ts";

/** A row of `lib/sql/reads.sql`. */
export interface ReadRow {
  readonly bucket: string | null;
  readonly object_key: string | null;
  readonly version_id: string | null;
  readonly eventname: string;
  readonly copy_source: string | null;
  readonly auth_method: string | null;
  readonly has_expiry: boolean;
  readonly principal_type: string | null;
  readonly principal_id: string | null;
  readonly principal_arn: string | null;
  readonly principal_account: string | null;
  readonly access_key_id: string | null;
  readonly sourceip: string | null;
  readonly calls: number;
  readonly bytes_out: number | null;
  readonly largest_answer: number | null;
  readonly first_at: string;
  readonly last_at: string;
}

export type TheftPath = "download" | "ranged-download" | "presigned" | "anonymous" | "server-side-copy" | "select";
export const CERTAINTIES = ["certain", "likely", "upper-bound"] as const;
export type Certainty = (typeof CERTAINTIES)[number];

/** One object as the ledger holds it. `bytesOut` is what the log says was sent; null for a copy, which sends nothing. */
export interface LedgerEntry {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | null;
  readonly path: TheftPath;
  readonly certainty: Certainty;
  readonly calls: number;
  readonly bytesOut: number | null;
  /** Stored size in bytes where an inventory or HeadObject told it. */
  readonly size: number | null;
  /** Every byte may have left (true), only a part (false), or the log cannot tell (null). */
  readonly whole: boolean | null;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly principals: readonly string[];
  readonly accessKeyIds: readonly string[];
  readonly addresses: readonly string[];
  readonly restoredFirst: boolean;
  readonly destination: { readonly bucket: string; readonly key: string } | null;
}

/** What the rules need besides the rows. */
export interface TheftRules {
  readonly marks: Fingerprints;
  /** Addresses the suspects' identities used before the first sign of the thief: their owner's own. */
  readonly ordinaryAddresses: ReadonlySet<string>;
  /** The finding is about somebody without a name: then the address is the only mark. */
  readonly anonymousThief: boolean;
  readonly sizeOf: (bucket: string, key: string) => number | null;
}

/**
 * How sure it is that a call was the thief's. Certain: his key or session from his address, or a credential only he ever
 * had. Likely: the stolen identity from an address its owner had not used before. Upper bound: the stolen identity from
 * anywhere, or anybody from the thief's address, since the first sign of him.
 */
export const certaintyOf = (row: Pick<ReadRow, "principal_id" | "access_key_id" | "sourceip" | "principal_type" | "principal_account">, rules: TheftRules): Certainty => {
  if (isThief(row, rules.marks)) return "certain";
  if (rules.anonymousThief && isAnonymous(row) && row.sourceip !== null && rules.marks.addresses.has(row.sourceip)) return "certain";
  const carriesIdentity = (row.access_key_id !== null && rules.marks.shared.has(row.access_key_id)) || (row.principal_id !== null && rules.marks.shared.has(row.principal_id));
  return carriesIdentity && row.sourceip !== null && !rules.ordinaryAddresses.has(row.sourceip) ? "likely" : "upper-bound";
};

/** CloudTrail writes account `anonymous` or principal `ANONYMOUS_PRINCIPAL` (S3 user guide, request identification). */
const isAnonymous = ({ principal_id, principal_account, principal_type }: Pick<ReadRow, "principal_id" | "principal_account" | "principal_type">): boolean =>
  [principal_id, principal_account].some((name) => name?.toLowerCase().startsWith("anonymous") === true) || (principal_type === "Unknown" && principal_id === null);

/** Rows of reads become one entry per object and path. Restores alone take nothing; they mark what was thawed first. */
export const ledgerOf = (rows: readonly ReadRow[], rules: TheftRules): readonly LedgerEntry[] => {
  const restored = new Set(rows.filter(({ eventname }) => eventname === "RestoreObject").map((row) => `${row.bucket}\n${row.object_key}`));
  const taken = rows.filter(({ eventname }) => eventname !== "RestoreObject").map((row) => ({ row, ...objectOf(row), kind: kindOf(row) }));
  const groups = Map.groupBy(taken, ({ bucket, key, versionId, kind }) => JSON.stringify([bucket, key, versionId, kind]));
  return [...groups.values()].map((parts) => entryOf(parts, restored, rules)).toSorted(byPlace);
};

type Taken = { readonly row: ReadRow; readonly bucket: string; readonly key: string; readonly versionId: string | null; readonly kind: Kind };
type Kind = Exclude<TheftPath, "ranged-download">;

/** Of a copy the stolen object is the source, which `x-amz-copy-source` names URL-encoded, with an optional version. */
const objectOf = (row: ReadRow): Pick<Taken, "bucket" | "key" | "versionId"> => {
  const source = row.copy_source === null ? null : parseCopySource(row.copy_source);
  return source ?? { bucket: row.bucket ?? "", key: row.object_key ?? "", versionId: row.version_id };
};

export const parseCopySource = (text: string): Pick<Taken, "bucket" | "key" | "versionId"> | null => {
  const [path, version] = text.replace(/^\//, "").split(/\?versionId=/);
  const [, bucket, key] = /^([^/]+)\/(.+)$/s.exec(decode(path ?? "").replace(/^\//, "")) ?? [];
  return bucket === undefined || key === undefined ? null : { bucket, key, versionId: version ?? null };
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const kindOf = (row: ReadRow): Kind => {
  if (row.eventname === "CopyObject" || row.eventname === "UploadPartCopy") return "server-side-copy";
  if (row.eventname === "SelectObjectContent") return "select";
  if (isAnonymous(row)) return "anonymous";
  return row.auth_method === "QueryString" && row.has_expiry ? "presigned" : "download";
};

const entryOf = (parts: readonly Taken[], restored: ReadonlySet<string>, rules: TheftRules): LedgerEntry => {
  const [{ bucket, key, versionId, kind }] = parts as [Taken];
  const certainty = CERTAINTIES.find((level) => parts.some(({ row }) => certaintyOf(row, rules) === level))!;
  const counted = parts.filter(({ row }) => certaintyOf(row, rules) === certainty).map(({ row }) => row);
  const calls = total(counted.map((row) => row.calls));
  const bytesOut = kind === "server-side-copy" ? null : sumOrNull(counted.map((row) => row.bytes_out));
  const size = rules.sizeOf(bucket, key);
  return {
    bucket,
    key,
    versionId,
    path: kind === "download" && isRanged(counted, size) ? "ranged-download" : kind,
    certainty,
    calls,
    bytesOut,
    size,
    whole: wholeOf(kind, bytesOut, size),
    firstAt: counted.map((row) => row.first_at).toSorted()[0]!,
    lastAt: counted.map((row) => row.last_at).toSorted().at(-1)!,
    principals: distinct(counted.map((row) => row.principal_arn ?? row.principal_id)),
    accessKeyIds: distinct(counted.map((row) => row.access_key_id)),
    addresses: distinct(counted.map((row) => row.sourceip)),
    restoredFirst: restored.has(`${bucket}\n${key}`),
    destination: kind === "server-side-copy" && parts[0]!.row.bucket !== null ? { bucket: parts[0]!.row.bucket, key: parts[0]!.row.object_key ?? "" } : null,
  };
};

/** Several answers, each smaller than the object: it came in ranges. A single short answer is a download cut off. */
const isRanged = (rows: readonly ReadRow[], size: number | null): boolean => {
  const calls = total(rows.map((row) => row.calls));
  const largest = Math.max(0, ...rows.map((row) => row.largest_answer ?? 0));
  return size !== null && calls > 1 && largest < size;
};

const wholeOf = (kind: Kind, bytesOut: number | null, size: number | null): boolean | null => {
  if (kind === "server-side-copy") return true;
  if (kind === "select" || bytesOut === null || size === null) return null;
  return bytesOut >= size;
};

const byPlace = (a: LedgerEntry, b: LedgerEntry): number => compare(a.bucket, b.bucket) || compare(a.key, b.key) || compare(a.versionId ?? "", b.versionId ?? "") || compare(a.path, b.path);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
const sumOrNull = (numbers: readonly (number | null)[]): number | null => {
  const known = numbers.filter((number) => number !== null);
  return known.length === 0 ? null : total(known);
};
const distinct = (values: readonly (string | null)[]): readonly string[] => [...new Set(values.filter((value) => value !== null))].sort();
