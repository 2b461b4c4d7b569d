import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { CordonError } from "../base/errors.ts";
import type { Finding } from "../case/finding.ts";
import { parseFindings } from "../core/finding/finding.ts";
import type { Sources } from "../embedded/deployment.ts";
import type { OptionSpecs, Typed } from "./command.ts";

export const SOURCE_OPTIONS: OptionSpecs = {
  logs: { type: "string", value: "DIR", help: "CloudTrail logs: .json.gz as delivered, .json, JSON lines, exports" },
  iam: { type: "string", value: "FILE", help: "output of `aws iam get-account-authorization-details`" },
  "scan-limit": {
    type: "string",
    value: "BYTES",
    help: "refuse to read more log files than this for the case (compressed bytes, or none), instead of the settings",
  },
  buckets: { type: "string", value: "DIR", help: "bucket settings, one <bucket>.json each (docs/embedded.md)" },
};

/** Checks the paths of a command line before anything is written. Throws INPUT_UNREADABLE naming each one. */
export const sourcesFrom = (typed: Typed): Omit<Sources, "accountId"> => ({
  logs: pathOf(typed, "logs", "a folder"),
  iam: pathOf(typed, "iam", "a file"),
  buckets: pathOf(typed, "buckets", "a folder"),
  ...scanLimitOf(typed.values["scan-limit"]),
});

const scanLimitOf = (value: unknown): Pick<Sources, "scanLimitBytes"> => {
  if (typeof value !== "string") return {};
  if (value === "none") return { scanLimitBytes: null };
  if (/^[1-9]\d{0,14}$/.test(value)) return { scanLimitBytes: Number(value) };
  throw new CordonError("USAGE", `--scan-limit ${value}: expected a number of bytes, or none`);
};

const pathOf = (typed: Typed, option: string, kind: "a folder" | "a file"): string | null => {
  const value = typed.values[option];
  if (typeof value !== "string") return null;
  const path = resolve(value);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory() !== (kind === "a folder")) {
    throw new CordonError("INPUT_UNREADABLE", `--${option} ${value}: expected ${kind} that can be read`);
  }
  if (kind === "a file") assertJson(path, `--${option} ${value}`);
  return path;
};

const assertJson = (path: string, where: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new CordonError("INPUT_INVALID", `${where}: expected JSON: ${(cause as Error).message}`, { cause });
  }
};

/** A finding as it was handed in, and as checked. */
export interface Intake {
  readonly raw: unknown;
  readonly finding: Finding;
}

/** Reads a file of one finding or many (`-`: standard input); each comes back with its own part of the input. */
export const readFindings = (file: string): readonly Intake[] => {
  const raw = file === "-" ? parseText(readFileSync(0, "utf8"), "standard input") : parseText(readText(file), file);
  const findings = parseFindings(raw);
  if (findings.length === 0) throw new CordonError("INPUT_INVALID", `${file}: expected at least one finding, got none`);
  if (findings.length === 1) return [{ raw, finding: findings[0]! }];
  return partsOf(raw).map((part) => ({ raw: part, finding: parseFindings(part)[0]! }));
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new CordonError("INPUT_UNREADABLE", `${file}: cannot be read: ${(cause as Error).message}`, { cause });
  }
};

const parseText = (text: string, where: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CordonError("INPUT_INVALID", `${where}: expected JSON: ${(cause as Error).message}`, { cause });
  }
};

/** The members of a list, or of `{"Findings": [...]}`. */
const partsOf = (raw: unknown): readonly unknown[] => {
  if (Array.isArray(raw)) return raw.flatMap((part) => (parseFindings(part).length > 1 ? partsOf(part) : [part]));
  const listed = raw as { Findings?: unknown; findings?: unknown };
  return partsOf(listed.Findings ?? listed.findings);
};
