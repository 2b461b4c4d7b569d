import type { z } from "zod";
import { CordonError } from "../base/errors.ts";
import { counted } from "../base/figures.ts";
import { parseStrictJsonBytes } from "../base/strictJson.ts";
import { faultTold, schemaFaults } from "../case/check.ts";

/** A decision with a reason of 2,000 characters over 999 actions fits three times; more is an attack. */
export const MAXIMUM_BODY_BYTES = 64 * 1024;

/**
 * The body of a request as checked JSON. Throws INPUT_INVALID with all faults: too long, not UTF-8, not JSON that every
 * parser reads alike (duplicate members, trailing bytes), or not of this shape (unknown members included).
 */
export const readJson = async <Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema>> => {
  const parsed = schema.safeParse(parse(await readLimited(request)));
  if (parsed.success) return parsed.data;
  const faults = schemaFaults(parsed.error, "(body)");
  throw new CordonError(
    "INPUT_INVALID",
    `The request has ${counted(faults.length, "fault")}: ${faults.map(faultTold).join("; ")}`,
    { faults },
  );
};

const parse = (bytes: Uint8Array): unknown => {
  try {
    return parseStrictJsonBytes(bytes).value;
  } catch (cause) {
    throw new CordonError("INPUT_INVALID", "The request is not JSON that every parser reads alike.", { cause });
  }
};

const readLimited = async (request: Request): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > MAXIMUM_BODY_BYTES)
      throw new CordonError("INPUT_INVALID", `The request is longer than ${MAXIMUM_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
