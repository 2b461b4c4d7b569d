import type { Bodies, Body } from "../base/content.ts";
import { canonicalJson } from "../base/jcs.ts";
import type { Spools } from "../base/spool.ts";
import { linesIn, OBJECTS } from "../case/documents.ts";
import type { ClassifiedObject } from "../case/objects.ts";
import { csvInto } from "../report/csv.ts";
import { ledgerRow } from "../report/ledgerRow.ts";
import { PARQUET_FROM_ROWS, parquetInto } from "./inventoryParquet.ts";
import type { InventoriedObject, ObjectSensitivity } from "./schemas/inventory.ts";
import { type Tally, tally } from "./tally.ts";

/** The document `classification.json` as far as it concerns single objects. */
interface Classification {
  readonly state: string;
  readonly complete?: boolean;
  readonly findings?: readonly ClassifiedObject[];
}

/** Joins the object ledger (JSON lines) with what classification found: the data access inventory. */
export const inventoryOf = (
  ledger: Body | undefined,
  classification: Classification | null,
): Iterable<InventoriedObject> => {
  const found = new Map((classification?.findings ?? []).map((one) => [`${one.bucket}\n${one.key}`, one]));
  const whole = classification?.state === "done" && classification.complete === true;
  return {
    *[Symbol.iterator]() {
      for (const entry of linesIn(OBJECTS, ledger)) {
        const one = found.get(`${entry.bucket}\n${entry.key}`);
        yield { ...entry, sensitivity: sensitivityOf(one, whole && entry.certainty !== "upper-bound") };
      }
    },
  };
};

const sensitivityOf = (found: ClassifiedObject | undefined, wasLookedAt: boolean): ObjectSensitivity => {
  if (found !== undefined)
    return { state: "found", severity: found.severity, categories: found.categories, source: found.source };
  return { state: wasLookedAt ? "nothing-found" : "not-classified", severity: null, categories: null, source: null };
};

/** The inventory as JSON lines, as CSV that a spreadsheet cannot run, and, when it is large, as Parquet. */
export const inventoryInto = (spools: Spools): Tally<Bodies> => {
  const [lines, csv, parquet] = [spools.spool(), csvInto(spools.spool()), parquetInto(spools.spool())];
  let count = 0;
  return {
    add: (one) => {
      lines.add(`${canonicalJson(one)}\n`);
      csv.add(toRow(one));
      parquet.add(one);
      count += 1;
    },
    done: () =>
      new Map<string, Body>([
        ["objects.jsonl", lines.done()],
        ["objects.csv", csv.done()],
        ...(count < PARQUET_FROM_ROWS ? [] : [["objects.parquet", parquet.done()] as const]),
      ]),
  };
};

export const inventoryFiles = (objects: Iterable<InventoriedObject>, spools: Spools): Bodies =>
  tally(objects, { inventory: inventoryInto(spools) }).inventory;

const toRow = ({ sensitivity, ...entry }: InventoriedObject) => ({
  ...ledgerRow(entry),
  sensitivity: sensitivity.state,
  severity: sensitivity.severity,
  categories: sensitivity.categories === null ? null : canonicalJson(sensitivity.categories),
});
