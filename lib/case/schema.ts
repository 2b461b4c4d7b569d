/** The parts that documents of a case are declared with. Objects are open: a later version may add members, and nothing drops them. */
import * as z from "zod";

/** A document is parsed a few times in a process: code that Zod writes for its schema would cost more than it saves (a tenth of `show`). */
z.config({ jitless: true });

/** What a schema describes, as it is handed around: never changed in place, and without the members that nobody declared. */
export type Known<Schema extends z.ZodType> = Settled<z.infer<Schema>>;

type Settled<T> = T extends readonly (infer Item)[]
  ? readonly Settled<Item>[]
  : T extends object
    ? [Declared<T>] extends [never]
      ? { readonly [Name in keyof T]: Settled<T[Name]> }
      : {
          readonly [Name in keyof T as string extends Name ? (unknown extends T[Name] ? never : Name) : Name]: Settled<
            T[Name]
          >;
        }
    : T;

type Declared<T> = keyof { [Name in keyof T as string extends Name ? never : Name]: true };

/** ISO 8601 UTC as this deployment writes it, or a service whose answer was checked when it came in. */
export const Instant = z.iso.datetime();
/** ISO 8601 UTC out of a log, whose hours and days nobody checked: a mad one must not cost the document. */
export const LogTime = z.string().meta({ format: "date-time" });
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const Count = z.int().min(0);
export const Text = z.string().nullable();
export const Texts = z.array(z.string());
/** Plain JSON of somebody else's shape: a setting, the parameters of a call. */
export const Json = z.record(z.string(), z.unknown());
/** A value of a query result. Integers arrive as numbers when safe, else as decimal strings. */
export const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof Cell>;
export const Row = z.record(z.string(), Cell);
export type Row = Known<typeof Row>;
