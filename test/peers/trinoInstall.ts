import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** Athena engine v3 follows Trino; 476 is the last release whose server Maven Central has in parts. */
const VERSION = "476";
const PARTS = [
  { artifact: "trino-server-core", type: "tar.gz" },
  { artifact: "trino-hive", type: "zip" },
] as const;
const OLDEST_JAVA = 24;

export interface Installed {
  /** The unpacked server, `bin/launcher` in it. */
  readonly server: string;
  readonly javaHome: string;
}

/** A Trino server in the user's cache (450 MB to fetch, once), or one line that says why there is none. */
export const installTrino = (): Installed | string => {
  const javaHome = javaHomes().find((home) => javaVersion(home) >= OLDEST_JAVA);
  if (javaHome === undefined) return `no Java ${OLDEST_JAVA} or newer`;
  const server = join(cacheDir(), `trino-${VERSION}`);
  if (existsSync(server)) return { server, javaHome };
  if (spawnSync("mvn", ["--version"]).status !== 0) return "no Maven to fetch it with";
  try {
    unpack(
      server,
      PARTS.map(({ artifact, type }) => fetchPart(artifact, type)),
    );
    return { server, javaHome };
  } catch (error) {
    return `Trino ${VERSION} cannot be fetched (${(error as Error).message.split("\n")[0]})`;
  }
};

const cacheDir = (): string => join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cordon");

const javaHomes = (): readonly string[] => {
  const places = ["/usr/lib/jvm", "/Library/Java/JavaVirtualMachines", join(homedir(), ".sdkman/candidates/java")];
  const found = places.flatMap((place) =>
    existsSync(place) ? readdirSync(place).map((name) => join(place, name)) : [],
  );
  const own = process.env.JAVA_HOME;
  return [...(own === undefined ? [] : [own]), ...found, ...found.map((home) => join(home, "Contents/Home"))].filter(
    (home) => existsSync(join(home, "bin/java")),
  );
};

const javaVersion = (home: string): number => {
  const { stderr } = spawnSync(join(home, "bin/java"), ["-version"], { encoding: "utf8" });
  return Number(/version "(\d+)/.exec(stderr ?? "")?.[1] ?? 0);
};

const fetchPart = (artifact: string, type: string): string => {
  const coordinates = `io.trino:${artifact}:${VERSION}:${type}`;
  execFileSync("mvn", ["-q", "dependency:get", "-Dtransitive=false", `-Dartifact=${coordinates}`], { stdio: "pipe" });
  const repository = execFileSync(
    "mvn",
    ["-q", "help:evaluate", "-Dexpression=settings.localRepository", "-DforceStdout"],
    { encoding: "utf8" },
  );
  return join(
    stripVTControlCharacters(repository).trim(),
    "io/trino",
    artifact,
    VERSION,
    `${artifact}-${VERSION}.${type}`,
  );
};

/** Whole or not at all: unpacked beside its place and then renamed. */
const unpack = (server: string, [core, hive]: readonly string[]): void => {
  const unfinished = `${server}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  execFileSync("tar", ["-xzf", core!, "-C", unfinished]);
  execFileSync("unzip", ["-q", hive!, "-d", unfinished]);
  const root = join(unfinished, `trino-server-core-${VERSION}`);
  cpSync(join(unfinished, `trino-hive-${VERSION}`), join(root, "plugin/hive"), { recursive: true });
  renameSync(root, server);
  rmSync(unfinished, { recursive: true });
};
