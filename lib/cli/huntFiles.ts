import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CordonError } from "../base/errors.ts";
import { jsonOf } from "../case/check.ts";
import { readIfThere } from "../embedded/files.ts";

/** Hunts of a data directory: a folder each, with what was found in `hunt.json`. */
export const huntsFolder = (root: string): string => join(root, "hunts");

export const huntFile = (folder: string, huntId: string): string => join(folder, huntId, "hunt.json");

export const huntNames = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => /^hunt-[0-9a-f]{12}$/.test(name))
      .sort();
  } catch {
    return [];
  }
};

/** What one hunt found, as it was printed. Throws DOCUMENT_MISSING. */
export const readHunt = (folder: string, huntId: string): unknown => {
  const bytes = readIfThere(huntFile(folder, huntId));
  if (bytes === null) throw new CordonError("DOCUMENT_MISSING", `there is no result of ${huntId} here`);
  return jsonOf(Buffer.from(bytes).toString("utf8"), huntId);
};
