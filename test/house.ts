/** What the house consists of, read from its files: sources, their imports, the rooms and the arrows allowed between them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "..");

export const sourcesIn = (folder: string): readonly string[] =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
        .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    : [];

export const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

export interface Import {
  readonly from: string;
  /** A path inside the project, or a package name. */
  readonly to: string;
  readonly typeOnly: boolean;
}

export const importsOf = (path: string): readonly Import[] =>
  [...read(path).matchAll(/^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gms)].map(([, type, to]) => ({
    from: path,
    to: to!.startsWith(".") ? relative(ROOT, resolve(ROOT, dirname(path), to!)) : to!,
    typeOnly: type !== undefined,
  }));

/** Each room and what it may import, type imports included. The table may only shrink. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  case: ["base"],
  core: ["base", "case"],
  ports: ["base", "case", "core"],
  logs: ["base", "case", "core", "ports"],
  sql: ["base", "case", "core", "ports"],
  detections: ["base", "case", "core", "ports"],
  actions: ["base", "case", "core", "ports"],
  skim: [],
  evidence: ["base"],
  incident: ["base"],
  report: ["base", "case", "core", "ports", "logs", "sql", "detections", "actions"],
  export: ["base", "case", "core", "ports", "logs", "sql", "detections", "actions", "report", "evidence"],
  response: ["base", "case", "core", "ports", "logs", "sql", "detections", "actions", "report", "export", "evidence"],
  aws: ["base", "case", "core", "ports", "logs", "sql", "evidence", "response", "web"],
  embedded: ["base", "case", "core", "ports", "logs", "sql", "skim", "evidence", "response", "web"],
  web: ["base", "case", "core", "ports", "actions", "report", "evidence", "response"],
  cli: [
    "base",
    "case",
    "core",
    "ports",
    "logs",
    "evidence",
    "export",
    "incident",
    "response",
    "aws",
    "embedded",
    "web",
    "stack",
  ],
  stack: ["base", "case", "core", "logs", "actions", "aws"],
};

/** Inside `response` each folder may import those below it; what lies beside the folders is common to all, or puts them together. */
export const STEPS: Readonly<Record<string, readonly string[]>> = {
  investigate: [],
  hunt: ["investigate"],
  contain: ["investigate"],
  approve: ["investigate", "contain"],
  seal: ["investigate", "contain", "approve"],
};

export const roomOf = (path: string): string => path.split("/")[1]!;

/** Every document that people read. */
export const documents = (): readonly string[] =>
  [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).map((name) => `docs/${name}`),
  ]
    .concat(["lib/sql/README.md", "test/peers/README.md", "test/golden/README.md"])
    .filter((path) => path.endsWith(".md"));
