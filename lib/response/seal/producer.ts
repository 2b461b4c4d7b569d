import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "../../base/jcs.ts";
import { version } from "../../base/version.ts";

/** The folder of this package: a checkout, an installed package, or what a function was bundled into. */
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Written when a package or a function is built: the SHA-256 of what was built. */
const BUILD = "build.json";

/**
 * Name, version, and by what exactly a bundle was made: measured once per process, when a deployment or a function is opened.
 * Later the files on disk may be those of another version than the code that runs.
 */
export interface Producer {
  readonly name: string;
  readonly version: string;
  /** `sha256:` of the build; of a checkout `git:`, its commit, and the digest of what differs in it; else `unknown`. */
  readonly sourceDigest: string;
}

let measured: Producer | undefined;

export const producer = (): Producer => {
  measured ??= { name: "cordon", version: version(), sourceDigest: sourceOf(ROOT) };
  return measured;
};

/** Two programs of which nothing is known are not the same. */
export const isKnown = ({ sourceDigest }: Producer): boolean => !sourceDigest.startsWith("unknown");

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
  const unknown = git(root, "ls-files", "-z", "--others", "--exclude-standard").split("\0").filter(Boolean);
  if (diff === "" && unknown.length === 0) return null;
  const names = unknown.join("\n");
  return sha256Hex([diff, names, asked(root, names, "hash-object", "--stdin-paths")].join("\n"));
};

const git = (root: string, ...args: readonly string[]): string => asked(root, "", ...args);

const asked = (root: string, input: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-C", root, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    input,
    stdio: ["pipe", "pipe", "ignore"],
  }).trim();
