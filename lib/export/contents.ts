import type { z } from "zod";
import { type Bodies, type Body, wholeOf } from "../base/content.ts";
import { type CaseDocument, parse } from "../case/document.ts";
import { QUERY } from "../case/documents.ts";
import type { Environment } from "../case/environment.ts";
import type { Row } from "../case/scan.ts";
import type { Known } from "../case/schema.ts";
import type { CaseDossier } from "../report/dossier.ts";
import type { InventoriedObject } from "./schemas/inventory.ts";

/** A case as it stands at sealing, already read: everything that files for outsiders are made of. Strings are hostile. */
export interface CaseContents {
  readonly dossier: CaseDossier;
  /** Every document of the case by name, as it goes into the bundle. */
  readonly documents: Bodies;
  /** Read anew each time they are asked for: there may be millions. */
  readonly objects: Iterable<InventoriedObject>;
  /** Log files behind the case table; null where they cannot be told, and `sourcesNote` says why. */
  readonly sources: readonly SourceFile[] | null;
  readonly sourcesNote: string;
  /** Where it is sealed; null where nobody measures. */
  readonly environment: Environment | null;
  readonly producer: { readonly name: string; readonly version: string; readonly sourceDigest: string };
  readonly ledgerOrigin: string;
}

/** A log file of which at least one event is in the case table. */
export interface SourceFile {
  readonly file: string;
  readonly events: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** Of the file as it lies with its owner, packed; null where the engine cannot tell. */
  readonly digest: { readonly bytes: number; readonly sha256: string } | null;
  /** Taken in the pass that read the file; else at sealing. */
  readonly asRead: boolean;
}

/** A document of the case, or null. */
export const documentOf = <Schema extends z.ZodType>(
  { documents }: Pick<CaseContents, "documents">,
  one: CaseDocument<Schema>,
): Known<Schema> | null => {
  const body = documents.get(one.name);
  if (body === undefined) return null;
  const known = parsed.get(body) ?? new Map<z.ZodType, unknown>();
  parsed.set(body, known);
  if (!known.has(one.schema)) known.set(one.schema, parse(one, wholeOf(body), "the case"));
  return known.get(one.schema) as Known<Schema>;
};

/** What the documents say, by their bytes, which do not change, and by what they were read as: many files of a bundle are made of the same few. */
const parsed = new WeakMap<Body, Map<z.ZodType, unknown>>();

/** The rows kept of a query of the case; none when it was not run. */
export const rowsOf = <R>(contents: Pick<CaseContents, "documents">, query: string): readonly R[] =>
  (documentOf(contents, QUERY.at(query))?.rows ?? []) as readonly Row[] as readonly R[];
