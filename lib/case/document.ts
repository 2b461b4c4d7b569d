import type { z } from "zod";
import { CordonError } from "../base/errors.ts";
import { canonicalJson } from "../base/jcs.ts";
import { checked, jsonOf } from "./check.ts";
import type { Known } from "./schema.ts";

/** A JSON document of a case: where it lies, what it must be, who writes it, and the published schema that it obeys. */
export interface CaseDocument<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly schema: Schema;
  /** Handlers, or doors, that write it. */
  readonly writer: string;
  /** Name of its JSON Schema in a bundle's `schema/`; null: it goes into no bundle as it is. */
  readonly publishedAs: string | null;
  readonly lines: false;
}

/** Documents of one kind, `*` in the name standing for one part of a path each. */
export interface CaseDocuments<Schema extends z.ZodType = z.ZodType> extends CaseDocument<Schema> {
  /** The one whose stars these are, in order. */
  readonly at: (...parts: readonly string[]) => CaseDocument<Schema>;
}

/** The part of the `cases` port that documents need. */
export interface DocumentStore {
  read(caseId: string, name: string): Promise<Uint8Array | null>;
  write(caseId: string, name: string, bytes: Uint8Array): Promise<void>;
  putOnce(caseId: string, name: string, bytes: Uint8Array): Promise<Uint8Array>;
  names(caseId: string, prefix: string): Promise<readonly string[]>;
}

export const document = <Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  writer: string,
  publishedAs: string | null,
): CaseDocument<Schema> => ({ name, schema, writer, publishedAs, lines: false });

export const documents = <Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  writer: string,
  publishedAs: string | null,
): CaseDocuments<Schema> => ({
  ...document(name, schema, writer, publishedAs),
  at: (...parts) => document(filled(name, parts), schema, writer, publishedAs),
});

export const filled = (pattern: string, parts: readonly string[]): string => {
  const [first, ...rest] = pattern.split("*");
  if (rest.length !== parts.length) throw new TypeError(`${pattern} takes ${rest.length} part(s), got ${parts.length}`);
  return rest.reduce((name, text, index) => `${name}${parts[index]}${text}`, first!);
};

/** Throws DOCUMENT_MISSING where there is none, DOCUMENT_CONFLICT where it is not what it must be. */
export const read = async <Schema extends z.ZodType>(
  store: Pick<DocumentStore, "read">,
  caseId: string,
  one: CaseDocument<Schema>,
): Promise<Known<Schema>> => {
  const found = await find(store, caseId, one);
  if (found === null) throw new CordonError("DOCUMENT_MISSING", `${caseId} has no document ${one.name}`);
  return found;
};

/** Null where there is none. Throws DOCUMENT_CONFLICT for bytes that are no JSON, or JSON of another shape: nothing of ours wrote them so. */
export const find = async <Schema extends z.ZodType>(
  store: Pick<DocumentStore, "read">,
  caseId: string,
  one: CaseDocument<Schema>,
): Promise<Known<Schema> | null> => {
  const bytes = await store.read(caseId, one.name);
  return bytes === null ? null : parse(one, bytes, caseId);
};

/** Every document whose name is that of `kind`, stars standing for one part of a path each; sorted by name. */
export const readAll = async <Schema extends z.ZodType>(
  store: Pick<DocumentStore, "read" | "names">,
  caseId: string,
  kind: CaseDocument<Schema>,
): Promise<readonly Known<Schema>[]> =>
  Promise.all((await namesOf(store, caseId, kind)).map((name) => read(store, caseId, { ...kind, name })));

/** As `readAll`, without those that are not what they must be. Only where something else tells that one is missing. */
export const readSound = async <Schema extends z.ZodType>(
  store: Pick<DocumentStore, "read" | "names">,
  caseId: string,
  kind: CaseDocument<Schema>,
): Promise<readonly Known<Schema>[]> => {
  const names = await namesOf(store, caseId, kind);
  const found = await Promise.all(names.map((name) => findSound(store, caseId, { ...kind, name })));
  return found.filter((one) => one !== null) as readonly Known<Schema>[];
};

/** As `find`, null too for one that is not what it must be: a list of cases is not lost to one of them. */
export const findSound = <Schema extends z.ZodType>(
  store: Pick<DocumentStore, "read">,
  caseId: string,
  one: CaseDocument<Schema>,
): Promise<Known<Schema> | null> => sound(find(store, caseId, one));

const sound = <T>(found: Promise<T>): Promise<T | null> =>
  found.catch((error: unknown) => {
    if (error instanceof CordonError && error.code === "DOCUMENT_CONFLICT") return null;
    throw error;
  });

/** Names of the documents of one kind, sorted. */
export const namesOf = async (
  store: Pick<DocumentStore, "names">,
  caseId: string,
  { name }: Pick<CaseDocument, "name">,
): Promise<readonly string[]> => {
  const pattern = patternOf(name);
  return (await store.names(caseId, name.split("*")[0]!)).filter((one) => pattern.test(one));
};

/** Replaces a derived document. Throws INPUT_INVALID for a value that is not what it must be: nothing is written then. */
export const write = async <Schema extends z.ZodType>(
  store: Pick<DocumentStore, "write">,
  caseId: string,
  one: CaseDocument<Schema>,
  value: Known<Schema>,
): Promise<void> => store.write(caseId, one.name, bytesOf(one, value));

/** Writes a document once; what is stored (ours, or an earlier one) comes back. */
export const keep = async <Schema extends z.ZodType>(
  store: Pick<DocumentStore, "putOnce">,
  caseId: string,
  one: CaseDocument<Schema>,
  value: Known<Schema>,
): Promise<Known<Schema>> => parse(one, await store.putOnce(caseId, one.name, bytesOf(one, value)), caseId);

/** A regular expression for the paths that a name with stars stands for. */
export const patternOf = (name: string): RegExp => new RegExp(`^${name.split(/(\*+)/).map(patternPart).join("")}$`);

const patternPart = (part: string): string => {
  if (part === "*") return "[^/]+";
  return /^\*+$/.test(part) ? ".+" : part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
};

/** A document's bytes as a parsed value. `where` names it in the error. */
export const parse = <Schema extends z.ZodType>(
  { name, schema }: CaseDocument<Schema>,
  bytes: Uint8Array,
  where: string,
): Known<Schema> => {
  const text = Buffer.from(bytes).toString("utf8");
  return checked(
    schema,
    jsonOf(text, `${where}: ${name}`),
    "DOCUMENT_CONFLICT",
    `${where}: ${name} is not what it must be`,
  );
};

/** The value is written as it was given, not as a schema would copy it: what it does not name stays. */
const bytesOf = <Schema extends z.ZodType>({ name, schema }: CaseDocument<Schema>, value: unknown): Uint8Array =>
  Buffer.from(canonicalJson(checked(schema, value, "INPUT_INVALID", `${name} would not be what it must be`)));
