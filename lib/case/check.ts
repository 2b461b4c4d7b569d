import type { z } from "zod";
import { CordonError, type ErrorCode, type Fault } from "../base/errors.ts";
import type { Known } from "./schema.ts";

const NAMED_FAULTS = 5;

const OURS = /^expected /;
/** How zod words what it found wrong, and what it says in our words: what was expected, and what there was. */
const WORDINGS: readonly (readonly [
  RegExp,
  (...parts: readonly string[]) => readonly [expected: string, got: string],
])[] = [
  [/^Invalid input: expected (.+), received (.+)$/, (expected, got) => [typeTold(expected!), typeTold(got!)]],
  [/^Invalid option: expected one of (.+)$/, (all) => [`one of ${all!.replaceAll("|", ", ")}`, "something else"]],
  [/^Invalid input: expected (.+)$/, (expected) => [expected!, "something else"]],
  [/^Unrecognized keys?: (.+)$/, (names) => ["no member of that name", names!]],
  [/^(?:Too small|Too big): expected (.+)$/, (expected) => [expected!, "another amount"]],
  [/^Invalid string: must (.+)$/, (must) => [`a text that must ${must!}`, "another text"]],
];

const typeTold = (type: string): string =>
  ({
    undefined: "nothing",
    string: "a text",
    number: "a number",
    boolean: "true or false",
    object: "an object",
    array: "a list",
  })[type] ?? type;

const inWords = (message: string): readonly [expected: string, got: string] => {
  for (const [pattern, told] of WORDINGS) {
    const match = pattern.exec(message);
    if (match !== null) return told(...match.slice(1));
  }
  return [message.replace(OURS, ""), "something else"];
};

/** Every fault of a value that a schema refused, by path. `at` is what the value itself is called. */
export const schemaFaults = ({ issues }: z.ZodError, at: string): readonly Fault[] =>
  issues.map(({ path, message }): Fault => {
    const [expected, got] = inWords(message);
    return { path: path.length === 0 ? at : path.map(String).join("."), expected, got };
  });

/** The value itself, not a copy that a schema would make of it: what it does not name stays. Throws with every fault, by path. */
export const checked = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: ErrorCode,
  what: string,
): Known<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return value as Known<Schema>;
  const faults = schemaFaults(result.error, "(all of it)");
  throw new CordonError(code, `${what}: ${told(faults)}`, { faults });
};

/** `expiresAt: expected a text, got nothing`. */
export const faultTold = ({ path, expected, got }: Fault): string => `${path}: expected ${expected}, got ${got}`;

const told = (faults: readonly Fault[]): string => {
  const named = faults.slice(0, NAMED_FAULTS).map(faultTold);
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
