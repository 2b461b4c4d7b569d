import type { z } from "zod";
import { CordonError, type ErrorCode, type Fault } from "../base/errors.ts";
import type { Known } from "./schema.ts";

const NAMED_FAULTS = 5;

/** The value itself, not a copy that a schema would make of it: what it does not name stays. Throws with every fault, by path. */
export const checked = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: ErrorCode,
  what: string,
): Known<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return value as Known<Schema>;
  const faults = result.error.issues.map(
    ({ path, message, code: got }): Fault => ({ path: path.join(".") || "(all of it)", expected: message, got }),
  );
  throw new CordonError(code, `${what}: ${told(faults)}`, { faults });
};

const told = (faults: readonly Fault[]): string => {
  const named = faults.slice(0, NAMED_FAULTS).map(({ path, expected }) => `${path}: ${expected}`);
  return [...named, ...(faults.length > NAMED_FAULTS ? [`and ${faults.length - NAMED_FAULTS} more`] : [])].join("; ");
};

/** Throws DOCUMENT_CONFLICT for a text that is no JSON: nothing of ours wrote it so. */
export const jsonOf = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new CordonError("DOCUMENT_CONFLICT", `${what} is not as it was written: no JSON`, { cause });
  }
};
