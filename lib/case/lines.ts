import type { z } from "zod";
import type { Body } from "../base/content.ts";
import { canonicalJson } from "../base/jcs.ts";
import { textLines } from "../base/textLines.ts";
import { checked, jsonOf } from "./check.ts";
import { type CaseDocument, type DocumentStore, filled } from "./document.ts";
import type { Known } from "./schema.ts";

/** A document of JSON lines. They may be very many: each is checked when it is written, and taken as it lies when it is read. */
export interface CaseLines<Schema extends z.ZodType = z.ZodType>
  extends Pick<CaseDocument<Schema>, "name" | "schema" | "writer" | "publishedAs"> {
  readonly lines: true;
}

export interface CaseLinesOfKind<Schema extends z.ZodType = z.ZodType> extends CaseLines<Schema> {
  readonly at: (...parts: readonly string[]) => CaseLines<Schema>;
}

export const lines = <Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  writer: string,
  publishedAs: string | null,
): CaseLinesOfKind<Schema> => {
  const one = (filledName: string): CaseLines<Schema> => ({
    name: filledName,
    schema,
    writer,
    publishedAs,
    lines: true,
  });
  return { ...one(name), at: (...parts) => one(filled(name, parts)) };
};

/** Replaces a document of lines. Throws INPUT_INVALID for a line that is not what it must be: nothing is written then. */
export const writeLines = async <Schema extends z.ZodType>(
  store: Pick<DocumentStore, "write">,
  caseId: string,
  one: CaseLines<Schema>,
  values: Iterable<Known<Schema>>,
): Promise<void> => store.write(caseId, one.name, bytesOfLines(one, values));

/** Writes a document of lines once; the bytes that are stored come back. */
export const keepLines = async <Schema extends z.ZodType>(
  store: Pick<DocumentStore, "putOnce">,
  caseId: string,
  one: CaseLines<Schema>,
  values: Iterable<Known<Schema>>,
): Promise<Uint8Array> => store.putOnce(caseId, one.name, bytesOfLines(one, values));

/** The lines of a document; none where there is no such document. */
export const readLines = async <Schema extends z.ZodType>(
  store: Pick<DocumentStore, "read">,
  caseId: string,
  one: CaseLines<Schema>,
): Promise<readonly Known<Schema>[]> => [...linesIn(one, await store.read(caseId, one.name))];

/** One after the other, so that a large document is never held as one text. */
export function* linesIn<Schema extends z.ZodType>(
  { name }: CaseLines<Schema>,
  body: Body | null | undefined,
): Generator<Known<Schema>> {
  if (body) for (const line of textLines(body)) yield jsonOf(line, `a line of ${name}`) as Known<Schema>;
}

const bytesOfLines = <Schema extends z.ZodType>(
  { name, schema }: CaseLines<Schema>,
  values: Iterable<Known<Schema>>,
): Uint8Array => {
  const parts: Buffer[] = [];
  for (const value of values)
    parts.push(
      Buffer.from(
        `${canonicalJson(checked(schema, value, "INPUT_INVALID", `a line of ${name} would not be what it must be`))}\n`,
      ),
    );
  return Buffer.concat(parts);
};
