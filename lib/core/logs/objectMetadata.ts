import { counted } from "../../base/figures.ts";

/** A row of `lib/sql/object-sizes.sql`. */
export interface SizeRow {
  readonly object_key: string;
  readonly version_id: string | null;
  readonly object_size: number;
  /** When the content was written, ISO 8601 UTC. */
  readonly recorded_at: string;
  readonly sequence_number: string | null;
}

/** A row of `lib/sql/bucket-objects.sql`. */
export interface BucketObjectsRow {
  readonly objects: number;
  readonly bytes: number | null;
  readonly deleted_since: number;
  readonly newest_at: string;
}

/** What the tables say of a version, or of what lay there at a time: a size; null: it is another one than any of these; undefined: nothing. */
export type SizeAt = (bucket: string, key: string, versionId: string | null, at: string) => number | null | undefined;

/** `found`: rows of `object-sizes.sql` by bucket. */
export const sizesByTime = (found: ReadonlyMap<string, readonly SizeRow[]>): SizeAt => {
  const byKey = new Map(
    [...found].flatMap(([bucket, rows]) =>
      [...Map.groupBy(rows, ({ object_key }) => object_key)].map(([key, own]) => [`${bucket}\n${key}`, own] as const),
    ),
  );
  return (bucket, key, versionId, at) => {
    const rows = byKey.get(`${bucket}\n${key}`);
    if (rows === undefined) return undefined;
    const version = versionId === null ? undefined : rows.find((row) => row.version_id === versionId);
    if (version !== undefined) return version.object_size;
    // A version that was asked for by name and is in no table was deleted before they were kept.
    if (versionId !== null && rows.some(({ version_id }) => version_id !== null)) return null;
    const [last] = rows.filter(({ recorded_at }) => recorded_at <= at).toSorted(latestFirst);
    return last === undefined ? null : last.object_size;
  };
};

const latestFirst = (a: SizeRow, b: SizeRow): number =>
  compare(b.recorded_at, a.recorded_at) || compare(b.sequence_number ?? "", a.sequence_number ?? "");
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `12,847 of the 14,102 objects that exports holds, and 3 that were deleted since …`. */
export const heldSentence = ({ bucket, taken, objects, deletedSince, since, newestAt }: HeldFacts): string =>
  `${counted(taken, "object")} of the ${counted(objects + deletedSince, "object")} that ${bucket} held: ${counted(objects, "object")} by its inventory (newest of ${newestAt})${deletedSince === 0 ? "" : `, and ${counted(deletedSince, "object")} deleted since ${since}`}`;

export interface HeldFacts {
  readonly bucket: string;
  readonly taken: number;
  readonly objects: number;
  readonly deletedSince: number;
  readonly since: string;
  readonly newestAt: string;
}
