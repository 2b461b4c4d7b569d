import { schemaFiles } from "../export/schemas/index.ts";

let files: ReadonlyMap<string, string> | null = null;

/** The JSON Schemas that travel with every bundle, so that its data files explain themselves in seven years. Made once a process. */
export const bundleSchemas = (): ReadonlyMap<string, string> => {
  files ??= schemaFiles();
  return files;
};
