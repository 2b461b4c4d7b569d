/** What a log beside CloudTrail is made of. Each is one file of this folder, and its SELECT for Athena beside it. */
import { readFileSync } from "node:fs";
import type { z } from "zod";
import type { ScanRequest } from "../case/scan.ts";
import type { SignInWords } from "./identity.ts";

/** A row of the log's table. What the log leaves out is null; times are ISO 8601 UTC. */
export type Entry = Readonly<Record<string, string | number | boolean | null>>;
export type ColumnType = "varchar" | "bigint" | "boolean";

/** Reads a file line by line. */
export interface LineForm<Row extends Entry> {
  readonly form: "lines";
  /** Whether a text begins with a line of this log; cheap, since the head of every file is asked. */
  isLine(text: string): boolean;
  /** A reader of one file's lines in their order: an entry, `header`, or null for a line that is neither. */
  reader(): (line: string) => Row | "header" | null;
}

/** Reads objects, which the envelopes of `lib/embedded/ingest-envelopes.ts` are opened for. */
export interface ObjectForm<Row extends Entry> {
  readonly form: "objects";
  /** Null for an object that is no entry of this log. */
  parse(object: unknown): Row | null;
  /** Whether a table of comma-separated values with these columns holds them; absent: none does. */
  holds?(columns: readonly string[]): boolean;
}

export interface LogSource<Row extends Entry = Entry> {
  /** Its name in documents and in the environment of a deployment. */
  readonly id: string;
  readonly name: string;
  /** What it is used for, and what is not known without it: both go on after its name. */
  readonly uses: string;
  readonly without: string;
  /** The table in queries; logs of one kind share one. */
  readonly table: string;
  /** The file of its entries in a data directory is `round-<n>.<file>.parquet`. */
  readonly file: string;
  /** In the order of the table, without `source_file`, which is last. */
  readonly columns: Readonly<Record<keyof Row, ColumnType>>;
  /** The column with the time of an entry. */
  readonly at: string;
  readonly reads: LineForm<Row> | ObjectForm<Row>;
  /** Which entries of the window belong to the case. The same rule as `lake.touched`. */
  keeper(request: ScanRequest): Keeper<Row>;
  readonly lake: Lake | KeptTables;
  /** It tells what lies there, not what happened: what is older than the window belongs to the case as well. */
  readonly isState?: boolean;
  /** Of an identity provider: how its events are read for the start of a role chain. */
  readonly signIns?: SignInWords;
}

export interface Keeper<Row extends Entry> {
  keeps(entry: Row): boolean;
}

/** Values that are bound as a number of texts, one value a line (docs/decisions/indicators-as-lines.md). */
export interface BoundValues {
  readonly values: readonly string[];
  readonly texts: number;
}

/** How Athena reads it. */
export interface Lake<Place = unknown> {
  /** Member of the deployment's context that says where it lies, and what that must be. */
  readonly key: string;
  readonly Place: z.ZodType<Place>;
  placed(place: Place, around: Around): LakePlace;
  /** Selects rows of the columns, and `source_file`, from the raw table; the time is null where a line is no entry. */
  readonly lines: string;
  /** What an entry must touch to belong to the case, over the columns. */
  readonly touched: string;
  touchedBy(request: ScanRequest): readonly BoundValues[];
  /** The raw table has a partition `account`. */
  readonly byAccount: boolean;
}

/** Tables that AWS keeps: Athena asks them where they lie, and nothing of them is copied. A query over them is about one bucket, its first parameter. */
export interface KeptTables<Place = unknown> {
  /** As of a lake. */
  readonly key: string;
  readonly Place: z.ZodType<Place>;
  /** What can stand in the place of the table for a bucket, best first: an account may have some of its tables only. */
  placesOf(place: Place, bucket: string): readonly string[];
  grantsOf(place: Place): readonly KeptCatalog[];
}

export interface KeptCatalog {
  readonly name: string;
  /** Null: the deployment's. */
  readonly account: string | null;
  readonly keyArn: string | null;
}

type Projection = Readonly<Record<string, string>>;

/** What a deployment knows of its trail. */
export interface Around {
  /** Partition projection over the accounts. */
  readonly accounts: Projection;
  readonly regions: readonly string[];
  /** First day that is offered, `yyyy/MM/dd`. */
  readonly since: string;
}

export interface LakePlace {
  readonly bucket: string;
  /** Everything of it lies below. */
  readonly folder: string;
  readonly keyArn: string | null;
  /** `s3://…/` of each folder whose files begin with their day; empty where the table has a partition `day`. */
  readonly flatFolders: readonly string[];
  readonly table: RawTable;
}

/** A raw table of text. Splitting of lines into columns is left to `lines` where there is one. */
export interface RawTable {
  /** Logical id in the template. */
  readonly id: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly separator: string;
  readonly location: string;
  readonly partitions: Readonly<Record<string, Projection>>;
  /** Path of a partition below the location. */
  readonly template: string;
}

/** The SQL text beside a source. */
export const textBeside = (url: string, name: string): string => readFileSync(new URL(`./${name}.sql`, url), "utf8");

/** Values, one a line, of so many bound texts. */
export const places = (texts: number): string =>
  `split(concat(${Array(texts).fill("?").join(", chr(10), ")}), chr(10))`;
