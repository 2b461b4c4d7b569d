import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Inside } from "./inside.ts";

/** Fetched for a release alone: as a dependency it would bring a native build to everybody who works on this. */
const CYCLONEDX = "@cyclonedx/cyclonedx-npm@6.0.1";

interface Component {
  readonly "bom-ref": string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}
interface Bom {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/**
 * What is in the package and what it installs: CycloneDX of the lock file, without what only develops it. Most libraries are
 * inside the build and no dependency by npm's book; `dist/inside.json` tells which.
 */
export const sbomOf = (root: string): string => {
  const inside = JSON.parse(readFileSync(join(root, "dist/inside.json"), "utf8")) as readonly Inside[];
  const isInside = new Set(inside.map(({ name, version }) => `${name}@${version}`));
  const bom = JSON.parse(cyclonedx(root)) as Bom;
  const components = bom.components.filter((one) => isInside.has(nameOf(one)) || !isDevelopment(one));
  const missing = [...isInside].filter((name) => !components.some((one) => nameOf(one) === name));
  if (missing.length > 0) throw new Error(`in the build and not in the SBOM: ${missing.join(", ")}`);
  const there = new Set(components.map((one) => one["bom-ref"]));
  const isKept = ({ ref }: { readonly ref: string }): boolean =>
    there.has(ref) || !bom.components.some((one) => one["bom-ref"] === ref);
  const dependencies = bom.dependencies
    .filter(isKept)
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((to) => there.has(to)) }));
  return `${JSON.stringify({ ...bom, components, dependencies }, null, 1)}\n`;
};

const nameOf = ({ group, name, version }: Component): string =>
  `${group === undefined ? "" : `${group}/`}${name}@${version}`;

const isDevelopment = ({ properties = [] }: Component): boolean =>
  properties.some(({ name, value }) => name === "cdx:npm:package:development" && value === "true");

const cyclonedx = (root: string): string =>
  execFileSync(
    "npx",
    [
      "--yes",
      `--package=${CYCLONEDX}`,
      "--",
      "cyclonedx-npm",
      "--package-lock-only",
      "--output-reproducible",
      "--flatten-components",
      "--output-format",
      "JSON",
    ],
    {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      maxBuffer: 1 << 28,
      env: { ...process.env, npm_config_omit: "optional" },
    },
  );
