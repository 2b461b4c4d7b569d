import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Metafile } from "esbuild";

/** A library of which at least one file went into the build. */
export interface Inside {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Its folder below the checkout. */
  readonly folder: string;
}

/** The libraries inside a build, by name and version. */
export const insideOf = (root: string, { inputs }: Metafile): readonly Inside[] => {
  const folders = Object.keys(inputs).flatMap(
    (path) => /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [],
  );
  return [...new Set(folders)]
    .map((folder) => {
      const { name, version, license } = JSON.parse(
        readFileSync(resolve(root, folder, "package.json"), "utf8"),
      ) as Record<string, string>;
      return { name: name!, version: version!, licence: license ?? "see below", folder };
    })
    .toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
};

/** Their licences, which whoever passes them on passes on too: each text once, under those that it is of. */
export const noticesOf = (root: string, inside: readonly Inside[]): string => {
  const texts = inside.flatMap((one) =>
    licenceTexts(resolve(root, one.folder)).map((text) => ({
      text,
      of: `${one.name} ${one.version} (${one.licence})`,
    })),
  );
  return Object.entries(Object.groupBy(texts, ({ text }) => text))
    .map(([text, of]) => [...of!.map((one) => one.of), "", text].join("\n"))
    .join(`\n\n${"-".repeat(80)}\n\n`)
    .concat("\n");
};

const licenceTexts = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => /^(licen[cs]e|notice|copying)/i.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8").trim());
