/** Parts of places in S3 that several logs have. */
import * as z from "zod";
import type { Around, Lake, LakePlace, RawTable } from "./source.ts";

export const BucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "expected the name of a bucket");
export const Prefix = z
  .string()
  .regex(/^([^/,]+\/)*$/, "expected nothing, or a prefix that ends in /")
  .default("");
export const KeyArn = z.string().startsWith("arn:").nullable().default(null);

/** A table whose one column is the line. */
export const LINE = { columns: ["line"], separator: "\u0001" } as const;

export const oneOf = (values: readonly string[]) => ({ type: "enum", values: values.join(",") });

export const dayFrom = ({ since }: Pick<Around, "since">) => ({
  type: "date",
  format: "yyyy/MM/dd",
  interval: "1",
  "interval.unit": "DAYS",
  range: `${since},NOW+1DAYS`,
});

export const rootOf = ({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }): string =>
  `s3://${bucket}/${prefix}`;

/** Lines in folders by day, as Firehose writes them. */
const DayFolders = z.strictObject({ bucket: BucketName, prefix: Prefix, keyArn: KeyArn });
type DayFolders = z.output<typeof DayFolders>;

/** Where a log lies that is delivered as lines in folders by day. */
export const linesByDay = (
  key: string,
  { id, name }: Pick<RawTable, "id" | "name">,
): Pick<Lake<DayFolders>, "key" | "Place" | "placed" | "byAccount"> => ({
  key,
  Place: DayFolders,
  byAccount: false,
  placed: (place, around): LakePlace => ({
    ...{ bucket: place.bucket, folder: place.prefix, keyArn: place.keyArn, flatFolders: [] },
    table: { ...LINE, id, name, location: rootOf(place), partitions: { day: dayFrom(around) }, template: "${day}" },
  }),
});
