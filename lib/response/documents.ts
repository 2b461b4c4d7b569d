import { CordonError } from "../base/errors.ts";
import { canonicalJson } from "../base/jcs.ts";
import type { Cases } from "../ports/ports.ts";

/** Reads a JSON document of a case; throws DOCUMENT_MISSING. */
export const readDocument = async <T>(cases: Cases, caseId: string, name: string): Promise<T> => {
  const found = await findDocument<T>(cases, caseId, name);
  if (found === null) throw new CordonError("DOCUMENT_MISSING", `${caseId} has no document ${name}`);
  return found;
};

/** Null where there is none. Throws DOCUMENT_CONFLICT for bytes that are no JSON: nothing of ours wrote them so. */
export const findDocument = async <T>(cases: Cases, caseId: string, name: string): Promise<T | null> => {
  const bytes = await cases.read(caseId, name);
  if (bytes === null) return null;
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as T;
  } catch (cause) {
    throw new CordonError("DOCUMENT_CONFLICT", `${caseId}: ${name} is not as it was written: no JSON`, { cause });
  }
};

/** Replaces a derived JSON document. */
export const writeDocument = async (cases: Cases, caseId: string, name: string, value: unknown): Promise<void> =>
  cases.write(caseId, name, Buffer.from(canonicalJson(value)));

/** Writes a JSON document once; what is stored (ours, or an earlier one) comes back. */
export const keepDocument = async <T>(cases: Cases, caseId: string, name: string, value: T): Promise<T> =>
  JSON.parse(Buffer.from(await cases.putOnce(caseId, name, Buffer.from(canonicalJson(value)))).toString("utf8")) as T;
