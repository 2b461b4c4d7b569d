import type { z } from "zod";
import type { Known } from "./schema.ts";

/** How far a line of the audit trail should stand out. */
export type Weight = "plain" | "good" | "bad" | "ask";

/** What can happen to a case, declared once: its name, what is written down of it, and how people read it. */
export interface EventKind<Type extends string = string, Schema extends z.ZodType = z.ZodType> {
  /** Dotted verb, for example `case.opened`, `plan.proposed`. */
  readonly type: Type;
  readonly schema: Schema;
  readonly weight: (data: Known<Schema>) => Weight;
  /** One sentence. What comes out of logs is made visible by whoever shows it. */
  readonly says: (data: Known<Schema>) => string;
}

export const event = <Type extends string, Schema extends z.ZodType>(
  type: Type,
  schema: Schema,
  weight: Weight | ((data: Known<Schema>) => Weight),
  says: (data: Known<Schema>) => string,
): EventKind<Type, Schema> => ({ type, schema, weight: typeof weight === "string" ? () => weight : weight, says });
