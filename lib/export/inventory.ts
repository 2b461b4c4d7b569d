import { canonicalJson } from "../base/jcs.ts";
import type { ClassifiedObject, TakenObject } from "../case/objects.ts";
import { toCsv } from "../report/csv.ts";
import { ledgerRow } from "../report/ledgerRow.ts";
import { PARQUET_FROM_ROWS, toParquet } from "./inventoryParquet.ts";
import type { InventoriedObject, ObjectSensitivity } from "./schemas/inventory.ts";

/** The document `classification.json` as far as it concerns single objects. */
interface Classification {
  readonly state: string;
  readonly complete?: boolean;
  readonly findings?: readonly ClassifiedObject[];
}

/** Joins the object ledger with what classification found: the data access inventory. */
export const inventoryOf = (
  ledger: readonly TakenObject[],
  classification: Classification | null,
): readonly InventoriedObject[] => {
  const found = new Map((classification?.findings ?? []).map((one) => [`${one.bucket}\n${one.key}`, one]));
  const whole = classification?.state === "done" && classification.complete === true;
  return ledger.map((entry) => ({
    ...entry,
    sensitivity: sensitivityOf(found.get(`${entry.bucket}\n${entry.key}`), whole && entry.certainty !== "upper-bound"),
  }));
};

const sensitivityOf = (found: ClassifiedObject | undefined, wasLookedAt: boolean): ObjectSensitivity => {
  if (found !== undefined)
    return { state: "found", severity: found.severity, categories: found.categories, source: found.source };
  return { state: wasLookedAt ? "nothing-found" : "not-classified", severity: null, categories: null, source: null };
};

/** The inventory as JSON lines, as CSV that a spreadsheet cannot run, and, when it is large, as Parquet. */
export const inventoryFiles = (objects: readonly InventoriedObject[]): ReadonlyMap<string, Uint8Array> =>
  new Map([
    ["objects.jsonl", Buffer.from(objects.map((entry) => `${canonicalJson(entry)}\n`).join(""))],
    ["objects.csv", Buffer.from(toCsv(objects.map(toRow)))],
    ...(objects.length < PARQUET_FROM_ROWS ? [] : [["objects.parquet", toParquet(objects)] as const]),
  ]);

const toRow = ({ sensitivity, ...entry }: InventoriedObject) => ({
  ...ledgerRow(entry),
  sensitivity: sensitivity.state,
  severity: sensitivity.severity,
  categories: sensitivity.categories === null ? null : canonicalJson(sensitivity.categories),
});
