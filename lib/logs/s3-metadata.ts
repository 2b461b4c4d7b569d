/** S3 Metadata: what lies in a bucket, and every write and deletion, by the tables that S3 keeps of it; and S3 Inventory in the same columns. */
import * as z from "zod";
import { membersOf, textOf } from "./identity.ts";
import { KeyArn } from "./lake.ts";
import type { KeptTables, LogSource } from "./source.ts";

/** A row of table `object_metadata`. Times are ISO 8601 UTC. */
export type ObjectRecord = {
  readonly bucket: string;
  readonly object_key: string;
  /** Null where the bucket has no versions. */
  readonly version_id: string | null;
  /** `INVENTORY`: it lies there; else the journal's `CREATE`, `UPDATE_METADATA` or `DELETE`. */
  readonly record: string;
  /** When the content was written; of a deletion, when it was deleted. */
  readonly recorded_at: string;
  /** Orders the records of one key. */
  readonly sequence_number: string | null;
  readonly is_delete_marker: boolean | null;
  readonly object_size: number | null;
};

const JOURNAL = ["CREATE", "UPDATE_METADATA", "DELETE"];
/** Timestamps have no zone, and are UTC; tools write them with blanks, fractions or a zone. */
const TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?(?: ?UTC|Z|\+00(?::?00)?)?$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Null for an object that is no row of such a table (Amazon S3 user guide, S3 Metadata journal and live inventory tables schema). */
export const parseObjectRecord = (object: unknown): ObjectRecord | null => {
  const row = membersOf(object);
  const [bucket, key] = [textOf(row.bucket), textOf(row.key)];
  const record = "record_type" in row ? textOf(row.record_type) : "INVENTORY";
  const at = timeOf((record === "DELETE" ? null : row.last_modified_date) ?? row.record_timestamp ?? null);
  if (bucket === null || !BUCKET.test(bucket) || key === null || record === null || at === null) return null;
  const isKnown = record === "INVENTORY" ? "size" in row && "last_modified_date" in row : JOURNAL.includes(record);
  if (!isKnown) return null;
  const version = textOf(row.version_id);
  return {
    ...{ bucket, object_key: key, record, recorded_at: at },
    version_id: version === "null" ? null : version,
    sequence_number: textOf(row.sequence_number),
    is_delete_marker: flagOf(row.is_delete_marker),
    object_size: sizeOf(row.size),
  };
};

const timeOf = (value: unknown): string | null => {
  const [, day, time] = (typeof value === "string" ? TIME.exec(value) : null) ?? [];
  return day === undefined ? null : `${day}T${time}Z`;
};

const flagOf = (value: unknown): boolean | null =>
  typeof value === "boolean"
    ? value
    : typeof value === "string" && /^(true|false)$/i.test(value)
      ? /^t/i.test(value)
      : null;

const sizeOf = (value: unknown): number | null => {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : null;
};

/** Whether a table with these columns is one of them. */
const holds = (columns: readonly string[]): boolean =>
  ["bucket", "key"].every((name) => columns.includes(name)) &&
  (columns.includes("record_type") || ["size", "last_modified_date"].every((name) => columns.includes(name)));

const Catalog = z.strictObject({
  /** As Athena knows it. S3 keeps the tables of an account and region in one. */
  name: z
    .string()
    .regex(/^[a-z0-9_][a-z0-9_/-]{0,63}$/, "expected the name of a catalogue in Athena")
    .default("s3tablescatalog/aws-s3"),
  /** Account whose buckets they tell of; null: the deployment's. */
  account: z
    .string()
    .regex(/^\d{12}$/, "expected an account id of twelve digits")
    .nullable()
    .default(null),
  keyArn: KeyArn,
});
/** They travel in an environment variable, of which a function has 4 KB for all. */
const Place = z.strictObject({ catalogs: z.array(Catalog).min(1).max(3) });
type Place = z.output<typeof Place>;

const columnsFrom = {
  inventory: (
    from: string,
  ) => `SELECT bucket, "key" AS object_key, nullif(nullif(version_id, ''), 'null') AS version_id,
  'INVENTORY' AS record, date_format(last_modified_date, '%Y-%m-%dT%H:%i:%sZ') AS recorded_at, sequence_number,
  is_delete_marker, size AS object_size, 'inventory' AS source_file
FROM ${from}`,
  journal: (from: string) => `SELECT bucket, "key" AS object_key, nullif(nullif(version_id, ''), 'null') AS version_id,
  record_type AS record, date_format(CASE WHEN record_type = 'DELETE' THEN record_timestamp
    ELSE coalesce(last_modified_date, record_timestamp) END, '%Y-%m-%dT%H:%i:%sZ') AS recorded_at, sequence_number,
  is_delete_marker, size AS object_size, 'journal' AS source_file
FROM ${from}`,
};

const KEPT: KeptTables<Place> = {
  key: "objectMetadata",
  Place,
  placesOf: ({ catalogs }, bucket) =>
    BUCKET.test(bucket)
      ? catalogs.flatMap(({ name }) => {
          const [inventory, journal] = (["inventory", "journal"] as const).map((table) =>
            columnsFrom[table](`"${name}"."b_${bucket.replaceAll(".", "_")}"."${table}"`),
          ) as [string, string];
          return [`(${inventory}\nUNION ALL\n${journal})`, `(${inventory})`, `(${journal})`];
        })
      : [],
  grantsOf: ({ catalogs }) => catalogs,
};

export const s3Metadata = {
  id: "s3-metadata",
  name: "S3 Metadata table",
  uses: "tell the size of each object at the time it was taken, of deleted ones too, and how many there were",
  without:
    "sizes are those that lie there now, and of what was deleted are not known; nor is how many objects there were",
  table: "object_metadata",
  file: "metadata",
  columns: {
    bucket: "varchar",
    object_key: "varchar",
    version_id: "varchar",
    record: "varchar",
    recorded_at: "varchar",
    sequence_number: "varchar",
    is_delete_marker: "boolean",
    object_size: "bigint",
  },
  at: "recorded_at",
  isState: true,
  reads: { form: "objects", parse: parseObjectRecord, holds },
  keeper: () => ({ keeps: () => true }),
  lake: KEPT,
} as const satisfies LogSource<ObjectRecord>;
