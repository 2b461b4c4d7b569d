import type { ClassifiedObject } from "../case/classified.ts";
import type { Row } from "../case/scan.ts";
import type { LedgerEntry } from "../core/theft/theft.ts";
import type { CaseDossier } from "../report/dossier.ts";

/** A case as it stands at sealing, already read: everything that files for outsiders are made of. Strings are hostile. */
export interface CaseContents {
  readonly dossier: CaseDossier;
  /** Every document of the case by name, as it goes into the bundle. */
  readonly documents: ReadonlyMap<string, Uint8Array>;
  readonly objects: readonly InventoriedObject[];
  /** Log files behind the case table; null where they cannot be told, and `sourcesNote` says why. */
  readonly sources: readonly SourceFile[] | null;
  readonly sourcesNote: string;
  readonly producer: { readonly name: string; readonly version: string; readonly sourceDigest: string };
  readonly ledgerOrigin: string;
}

/** A log file of which at least one event is in the case table. */
export interface SourceFile {
  readonly file: string;
  readonly events: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** Of the file as it lies with its owner, taken at sealing; null where the engine cannot tell. */
  readonly digest: { readonly bytes: number; readonly sha256: string } | null;
}

/**
 * What classification says of one object. `nothing-found` only when a whole run looked at it; `not-classified` is not
 * the same as harmless.
 */
export interface ObjectSensitivity {
  readonly state: "found" | "nothing-found" | "not-classified";
  readonly severity: ClassifiedObject["severity"] | null;
  readonly categories: Readonly<Record<string, number>> | null;
  readonly source: string | null;
}

/** A line of `objects.jsonl` in a bundle: the data access inventory. */
export type InventoriedObject = LedgerEntry & { readonly sensitivity: ObjectSensitivity };

/** A JSON document of the case, or null. */
export const documentOf = <T>({ documents }: Pick<CaseContents, "documents">, name: string): T | null => {
  const bytes = documents.get(name);
  return bytes === undefined ? null : (JSON.parse(Buffer.from(bytes).toString("utf8")) as T);
};

/** A query's record; `rows` are at most the first 1,000, `rowsTotal` counts all. */
export interface QueryRecord {
  readonly name: string;
  readonly sql: string;
  readonly parameters: readonly string[];
  readonly engine: string;
  readonly bytesScanned: number;
  readonly rows: readonly Row[];
  readonly rowsTotal: number;
  readonly resultDigest: string;
}

/** The rows kept of a query of the case; none when it was not run. */
export const rowsOf = <R>(contents: Pick<CaseContents, "documents">, query: string): readonly R[] =>
  (documentOf<QueryRecord>(contents, `queries/${query}.json`)?.rows ?? []) as readonly Row[] as readonly R[];

/** JSON lines of a document, parsed. */
export const linesOf = <T>(bytes: Uint8Array | undefined): readonly T[] =>
  Buffer.from(bytes ?? new Uint8Array())
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
