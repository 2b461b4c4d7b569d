import type { BucketHeld } from "../../case/theft.ts";
import { type BucketObjectsRow, type SizeAt, type SizeRow, sizesByTime } from "../../core/logs/objectMetadata.ts";
import { parseCopySource, type ReadRow } from "../../core/theft/theft.ts";
import { s3Metadata } from "../../logs/index.ts";
import { foundOf } from "../../logs/told.ts";
import type { Ports } from "../../ports/ports.ts";
import { ask } from "./queries.ts";
import type { TheftInput } from "./theftInput.ts";

export interface ObjectMetadata {
  readonly sizeAt: SizeAt;
  /** What each bucket holds, as far as its tables tell; what was taken of it is counted later. */
  readonly held: readonly Omit<BucketHeld, "taken" | "says">[];
  readonly notKnown: readonly string[];
}

export interface MetadataInput extends Pick<TheftInput, "rounds"> {
  readonly since: string;
  /** Those of `reads.sql`. */
  readonly parameters: readonly string[];
}

/** Tables are asked bucket by bucket; the first by name. */
const MOST_BUCKETS = 20;

const NOTHING: ObjectMetadata = { sizeAt: () => undefined, held: [], notKnown: [] };

/** What S3 Metadata tables say of the objects read, and of the buckets they are from. Never throws: one bucket that cannot be asked is named. */
export const objectMetadata = async (
  caseId: string,
  { rounds, since, parameters }: MetadataInput,
  rows: readonly ReadRow[],
  ports: Ports,
): Promise<ObjectMetadata> => {
  const found = foundOf(rounds.at(-1)?.result?.inventory, s3Metadata.id);
  if (found === null || found.failed !== undefined) return NOTHING;
  const buckets = [...new Set(rows.map(sourceBucket))].filter((bucket) => bucket !== "").sort();
  const sizes = new Map<string, readonly SizeRow[]>();
  const held: ObjectMetadata["held"][number][] = [];
  const notKnown: string[] = [];
  for (const bucket of buckets.slice(0, MOST_BUCKETS)) {
    try {
      sizes.set(bucket, await ask<SizeRow>(caseId, "object-sizes", [bucket, ...parameters], ports));
      const [row] = await ask<BucketObjectsRow>(caseId, "bucket-objects", [bucket, since], ports);
      if (row !== undefined)
        held.push({
          ...{ bucket, objects: row.objects, bytes: row.bytes, deletedSince: row.deleted_since, since },
          newestAt: row.newest_at,
        });
    } catch (error) {
      notKnown.push(`S3 Metadata tables of ${bucket} were given and could not be asked: ${(error as Error).message}`);
    }
  }
  const left = buckets.length - MOST_BUCKETS;
  if (left > 0) notKnown.push(`S3 Metadata tables of ${left} further buckets were not asked.`);
  return { sizeAt: sizesByTime(sizes), held, notKnown };
};

const sourceBucket = ({ copy_source, bucket }: ReadRow): string =>
  (copy_source === null ? null : parseCopySource(copy_source))?.bucket ?? bucket ?? "";
