import { ByteWriter, ParquetWriter, type SchemaElement, type Writer } from "hyparquet-writer";
import { canonicalJson } from "../base/jcs.ts";
import type { InventoriedObject } from "./schemas/inventory.ts";

/** From so many objects on JSON lines and CSV are slow to work with, and a columnar file is added beside them. */
export const PARQUET_FROM_ROWS = 10_000;
/** Rows of a group: within a group columns are kept together, so that a reader of one column skips the others. */
const ROW_GROUP = 20_000;

interface Column {
  readonly name: string;
  readonly schema: readonly SchemaElement[];
  readonly of: (object: InventoriedObject) => unknown;
}

const text = (name: string, of: (object: InventoriedObject) => string | null): Column => ({
  name,
  schema: [{ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" }],
  of,
});
const count = (name: string, of: (object: InventoriedObject) => number | null): Column => ({
  name,
  schema: [{ name, type: "INT64", repetition_type: "OPTIONAL" }],
  of: (object) => toBigInt(of(object)),
});
const flag = (name: string, of: (object: InventoriedObject) => boolean | null): Column => ({
  name,
  schema: [{ name, type: "BOOLEAN", repetition_type: "OPTIONAL" }],
  of,
});
/** The three-level list of the Parquet format (LogicalTypes, Nested Types). */
const texts = (name: string, of: (object: InventoriedObject) => readonly string[]): Column => ({
  name,
  schema: [
    { name, converted_type: "LIST", repetition_type: "REQUIRED", num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
  ],
  of,
});

const toBigInt = (value: number | null): bigint | null => (value === null ? null : BigInt(value));

/** Times stay text, as in the other two forms: no reader can take them for another zone's. */
const COLUMNS: readonly Column[] = [
  text("bucket", ({ bucket }) => bucket),
  text("key", ({ key }) => key),
  text("versionId", ({ versionId }) => versionId),
  text("path", ({ path }) => path),
  text("certainty", ({ certainty }) => certainty),
  count("calls", ({ calls }) => calls),
  count("bytesOut", ({ bytesOut }) => bytesOut),
  count("size", ({ size }) => size),
  flag("whole", ({ whole }) => whole),
  text("firstAt", ({ firstAt }) => firstAt),
  text("lastAt", ({ lastAt }) => lastAt),
  texts("principals", ({ principals }) => principals),
  texts("accessKeyIds", ({ accessKeyIds }) => accessKeyIds),
  texts("addresses", ({ addresses }) => addresses),
  flag("restoredFirst", ({ restoredFirst }) => restoredFirst),
  text("destinationBucket", ({ destination }) => destination?.bucket ?? null),
  text("destinationKey", ({ destination }) => destination?.key ?? null),
  text("destinationAccountId", ({ destination }) => destination?.accountId ?? null),
  texts("eventIds", ({ eventIds }) => eventIds ?? []),
  text("sensitivity", ({ sensitivity }) => sensitivity.state),
  text("severity", ({ sensitivity }) => sensitivity.severity),
  text("categories", ({ sensitivity }) =>
    sensitivity.categories === null ? null : canonicalJson(sensitivity.categories),
  ),
  text("sensitivitySource", ({ sensitivity }) => sensitivity.source),
  text("more", (object) => moreOf(object)),
];

/** Members of one object that have a column of their own, or several. */
const IN_COLUMNS: ReadonlySet<string> = new Set([...COLUMNS.map(({ name }) => name), "destination"]);

/** What else a line of the inventory says, as JSON; nothing of it is left out for want of a column. */
const moreOf = (object: InventoriedObject): string | null => {
  const rest = Object.entries(object).filter(([name]) => !IN_COLUMNS.has(name));
  return rest.length === 0 ? null : canonicalJson(Object.fromEntries(rest));
};

/** The inventory as Apache Parquet, one row per object in the order in which they are added. The same objects give the same bytes. */
export const parquetInto = <Done>(into: {
  add(piece: Uint8Array): void;
  done(): Done;
}): { add(object: InventoriedObject): void; done(): Done } => {
  const writer = handingOn(into);
  const schema = [{ name: "objects", num_children: COLUMNS.length }, ...COLUMNS.flatMap(({ schema }) => schema)];
  const file = new ParquetWriter({ writer, schema, createdBy: "Cordon" });
  let group: InventoriedObject[] = [];
  const flush = (): void => {
    const columnData = COLUMNS.map(({ name, of }) => ({ name, data: group.map(of) }));
    if (group.length > 0) void file.write({ columnData, rowGroupSize: ROW_GROUP });
    group = [];
  };
  return {
    add: (object) => {
      if (group.push(object) === ROW_GROUP) flush();
    },
    done: () => {
      flush();
      void file.finish();
      return into.done();
    },
  };
};

/** Hands on each row group as it is finished: `offset` goes on counting, `index` begins anew. */
const handingOn = (into: { add(piece: Uint8Array): void }): ByteWriter & Required<Pick<Writer, "flush">> => {
  const writer = new ByteWriter();
  const flush = (): void => {
    into.add(writer.getBytes());
    writer.index = 0;
  };
  return Object.assign(writer, { flush, finish: flush });
};
