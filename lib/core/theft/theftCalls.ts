import type { Certainty, TheftPath } from "../../case/objects.ts";
import { isInside } from "../logs/flowLog.ts";
import { type Fingerprints, isActor } from "./discovery.ts";

/** A row of `lib/sql/reads.sql`: calls that differ in nothing but time and bytes. */
export interface ReadRow extends Caller, Partial<Order> {
  readonly bucket: string | null;
  readonly object_key: string | null;
  readonly version_id: string | null;
  readonly eventname: string;
  readonly copy_source: string | null;
  readonly destination_bucket?: string | null;
  readonly destination_account?: string | null;
  readonly auth_method: string | null;
  readonly has_expiry: boolean;
  readonly calls: number;
  readonly bytes_out: number | null;
  readonly largest_answer: number | null;
  readonly smallest_answer?: number | null;
  readonly first_at: string;
  readonly last_at: string;
  /** The first few events behind it, joined by commas; the whole list is a question to the case table. */
  readonly event_ids?: string | null;
  /** The log it is from; CloudTrail where it does not say. */
  readonly source?: "access-log";
  /** Event by which the actor had opened the bucket to a caller who carries none of their marks. */
  readonly opened_by?: string;
}

/** Who a record says called. */
export interface Caller {
  readonly principal_type: string | null;
  readonly principal_id: string | null;
  readonly principal_arn: string | null;
  readonly principal_account: string | null;
  readonly access_key_id: string | null;
  readonly sourceip: string | null;
  /** Absent where the log or the query does not tell. */
  readonly vpcendpointid?: string | null;
}

/** On whose order an AWS service made the call: a batch job, a DataSync location, a replication rule; all null when on nobody's. */
export interface Order {
  readonly order_name: string | null;
  readonly ordered_by: string | null;
  readonly ordered_key: string | null;
  readonly ordered_from: string | null;
}

/** What the rules need besides the rows. */
export interface TheftRules {
  readonly marks: Fingerprints;
  /** Addresses the suspects' identities used before the first sign of the actor: their owner's own. */
  readonly ordinaryAddresses: ReadonlySet<string>;
  /** The finding is about somebody without a name: then the address is the only mark. */
  readonly anonymousThief: boolean;
  /** VPC endpoints that the actor's calls came through; a private address is one only together with its endpoint. */
  readonly endpoints?: ReadonlySet<string>;
  /** Stored size of a version, or of what lay there at a time (ISO 8601 UTC). */
  readonly sizeOf: (bucket: string, key: string, versionId: string | null, at: string) => number | null;
}

/** Paths on which data moves inside S3: the answer to the call is a receipt of some 200 bytes, the object goes elsewhere. */
const MOVED_INSIDE: readonly TheftPath[] = ["server-side-copy", "batch", "replication"];
export const isMovedInside = (path: TheftPath): boolean => MOVED_INSIDE.includes(path);

/**
 * How sure it is that a call was the actor's. Certain: their key or session from their address, or a credential only they ever
 * had. Likely: the stolen identity from an address its owner had not used before. Upper bound: the stolen identity from
 * anywhere, or anybody from the actor's address, since the first sign of them. Likely too: an outsider whom the actor let
 * into the bucket. What a service does on an order is as sure
 * as the order is theirs; null when it is nobody's in question.
 */
export const certaintyOf = (
  row: Omit<Caller, "principal_arn"> & Partial<Order> & Pick<ReadRow, "opened_by" | "vpcendpointid">,
  rules: TheftRules,
): Certainty | null => {
  const caller = callerOf(row);
  if (isActor(caller, rules.marks)) return "certain";
  if (row.opened_by !== undefined) return "likely";
  const { principal_id, access_key_id, sourceip } = caller;
  const { shared, addresses } = rules.marks;
  const fromThere = sourceip !== null && addresses.has(sourceip) && (!isInside(sourceip) || isSameNetwork(row, rules));
  if (rules.anonymousThief && isAnonymous(row) && fromThere) return "certain";
  const carries =
    (access_key_id !== null && shared.has(access_key_id)) || (principal_id !== null && shared.has(principal_id));
  if (carries) return sourceip !== null && !rules.ordinaryAddresses.has(sourceip) ? "likely" : "upper-bound";
  return fromThere || !(isOrdered(row) || (sourceip !== null && isInside(sourceip))) ? "upper-bound" : null;
};

/** `10.0.3.9` is somebody else in every network: who calls from there is near the actor only through the same endpoint. */
const isSameNetwork = ({ vpcendpointid = null }: Pick<ReadRow, "vpcendpointid">, { endpoints }: TheftRules): boolean =>
  vpcendpointid !== null && endpoints?.has(vpcendpointid) === true;

const isOrdered = ({ order_name }: Partial<Order>): boolean => (order_name ?? null) !== null;

type Named = Pick<Caller, "principal_id" | "access_key_id" | "sourceip">;

const callerOf = (row: Named & Partial<Order>): Named =>
  isOrdered(row)
    ? {
        principal_id: row.ordered_by ?? null,
        access_key_id: row.ordered_key ?? null,
        sourceip: row.ordered_from ?? null,
      }
    : row;

/** CloudTrail writes account `anonymous` or principal `ANONYMOUS_PRINCIPAL` (S3 user guide, request identification). */
const isAnonymous = ({
  principal_id,
  principal_account,
  principal_type,
}: Pick<Caller, "principal_id" | "principal_account" | "principal_type">): boolean =>
  [principal_id, principal_account].some((name) => name?.toLowerCase().startsWith("anonymous") === true) ||
  (principal_type === "Unknown" && principal_id === null);

/** A row of reads with the object that was taken by it, the way, and how sure that is. */
export interface Taken {
  readonly row: ReadRow;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | null;
  readonly kind: Kind;
  readonly certainty: Certainty;
}
export type Kind = Exclude<TheftPath, "ranged-download">;

/** What each row took; rows of services on the order of somebody not in question, and restores, take nothing. */
export const takenOf = (rows: readonly ReadRow[], rules: TheftRules): readonly Taken[] =>
  rows.flatMap((row) => {
    const certainty = row.eventname === "RestoreObject" ? null : certaintyOf(row, rules);
    return certainty === null ? [] : [{ row, ...objectOf(row), kind: kindOf(row), certainty }];
  });

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

const ORDERED: Readonly<Record<string, Kind>> = {
  CreateJob: "batch",
  CreateLocationS3: "datasync",
  PutBucketReplication: "replication",
};

const kindOf = (row: ReadRow): Kind => {
  const ordered = ORDERED[row.order_name ?? ""];
  if (ordered !== undefined) return ordered;
  if (row.eventname === "CopyObject" || row.eventname === "UploadPartCopy") return "server-side-copy";
  if (row.eventname === "SelectObjectContent") return "select";
  if (isAnonymous(row)) return "anonymous";
  return row.auth_method === "QueryString" && row.has_expiry ? "presigned" : "download";
};
