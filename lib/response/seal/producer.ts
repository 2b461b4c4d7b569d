import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "../../base/jcs.ts";

/** The folder of this package: a checkout, an installed package, or what a function was bundled into. */
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Written when a package or a function is built: the SHA-256 of what was built. */
const BUILD = "build.json";

/** Name, version, and by what exactly a bundle was made: measured once per process. */
export interface Producer {
  readonly name: string;
  readonly version: string;
  /** `sha256:` of the build; of a checkout `git:`, its commit, and the digest of what differs in it; else `unknown`. */
  readonly sourceDigest: string;
}

let measured: Producer | undefined;

export const producer = (): Producer => {
  measured ??= { name: "cordon", version: versionIn(ROOT), sourceDigest: sourceOf(ROOT) };
  return measured;
};

const versionIn = (root: string): string =>
  (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;

export const sourceOf = (root: string): string => {
  const build = join(root, BUILD);
  if (existsSync(build)) return (JSON.parse(readFileSync(build, "utf8")) as { digest: string }).digest;
  if (!existsSync(join(root, ".git"))) return "unknown";
  try {
    const commit = git(root, "rev-parse", "HEAD");
    const changes = changesIn(root);
    return changes === null ? `git:${commit}` : `git:${commit}, with changes not committed, sha256:${changes}`;
  } catch {
    return "unknown: a checkout, and git could not be asked";
  }
};

/** SHA-256 over what differs from the commit and over what git does not know yet; null: nothing does. */
const changesIn = (root: string): string | null => {
  const diff = git(root, "diff", "HEAD", "--binary");
  const unknown = git(root, "ls-files", "--others", "--exclude-standard");
  if (diff === "" && unknown === "") return null;
  const contents = unknown === "" ? "" : git(root, "hash-object", "--", ...unknown.split("\n"));
  return sha256Hex([diff, unknown, contents].join("\n"));
};

const git = (root: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-C", root, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
