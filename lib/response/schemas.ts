import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../docs/schemas/", import.meta.url);

/** The JSON Schemas that travel with every bundle, so that its data files explain themselves in seven years. */
export const bundleSchemas = (): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith(".schema.json"))
      .sort()
      .map((name) => [name, readFileSync(new URL(name, FOLDER), "utf8")]),
  );
