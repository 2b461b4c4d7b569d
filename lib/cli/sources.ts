import { opendirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { CordonError, gotInstead } from "../base/errors.ts";
import { parseConcatenated } from "../base/jsonStream.ts";
import { visible } from "../base/visible.ts";
import type { Finding } from "../case/finding.ts";
import { opensByHand, opensCase, parseFindings } from "../core/finding/finding.ts";
import { candidatesOf } from "../core/finding/findingEnvelope.ts";
import type { Settings } from "../core/settings.ts";
import { assertIamSnapshot } from "../embedded/account/iamSnapshot.ts";
import { plainText } from "../embedded/plainText.ts";
import type { Sources } from "../embedded/portsHere.ts";
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
  iam: snapshotOf(pathOf(typed, "iam", "a file")),
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
    const got = found === undefined ? "nothing by that name" : found.isDirectory() ? "a folder" : "a file";
    throw new CordonError("INPUT_UNREADABLE", `--${option} ${value}: expected ${kind} that can be read, got ${got}`);
  }
  return path;
};

/** Logs that are not there answer nothing. A host may begin with an empty folder, into which they come later. Throws INPUT_INVALID. */
export const assertLogsThere = (folder: string): void => {
  if (hasFile(folder)) return;
  throw new CordonError(
    "INPUT_INVALID",
    `--logs ${folder}: expected CloudTrail log files, got a folder without a file`,
  );
};

/** Stops at the first: a folder may hold millions. */
const hasFile = (folder: string): boolean => {
  using open = opendirSync(folder);
  for (let entry = open.readSync(); entry !== null; entry = open.readSync())
    if (!entry.isDirectory() || hasFile(join(folder, entry.name))) return true;
  return false;
};

/** Read before a case is opened on its word. Throws INPUT_INVALID. */
const snapshotOf = (path: string | null): string | null => {
  if (path !== null) assertIamSnapshot(path);
  return path;
};

/** A finding as it was handed in, and as checked. */
export interface Intake {
  readonly raw: unknown;
  readonly finding: Finding;
}

/** What a file of findings held: those that can be responded to, and why others cannot, a sentence each. */
export interface Findings {
  readonly intakes: readonly Intake[];
  readonly refused: readonly string[];
}

/**
 * Reads a file of one finding or many (`-`: standard input), packed or not, in any Unicode encoding, as JSON or JSON
 * lines; each comes back with its own part of the input. One that is broken is refused by itself; throws where all are.
 */
export const readFindings = (file: string): Findings => {
  const where = file === "-" ? "standard input" : file;
  const raw = parseText(readText(file), where);
  const candidates = candidatesOf(raw);
  if (candidates.length <= 1) {
    const [finding] = findingsIn(raw, where);
    if (finding === undefined)
      throw new CordonError("INPUT_INVALID", `${where}: expected at least one finding, got none`);
    return { intakes: [{ raw, finding }], refused: [] };
  }
  const read = candidates.map(({ path, value }) => intakeOf(path, value));
  const intakes = read.flatMap((one) => (one instanceof CordonError ? [] : [one]));
  const faults = read.filter((one) => one instanceof CordonError);
  if (intakes.length === 0) findingsIn(raw, where);
  return { intakes, refused: faults.map(({ message }) => message) };
};

/** One JSON value, or several as a list, packed or not, in any Unicode encoding; `-` is standard input. */
export const readDocument = (file: string): unknown =>
  parseText(readText(file), file === "-" ? "standard input" : file);

const findingsIn = (raw: unknown, where: string): readonly Finding[] => {
  try {
    return parseFindings(raw);
  } catch (error) {
    if (!(error instanceof CordonError)) throw error;
    throw new CordonError(error.code, `${where}: ${error.message}`, { faults: error.faults });
  }
};

const intakeOf = (path: string, value: unknown): Intake | CordonError => {
  try {
    return { raw: value, finding: parseFindings(value)[0]! };
  } catch (error) {
    if (error instanceof CordonError) return new CordonError(error.code, `${path}: ${error.message}`);
    throw error;
  }
};

type OpeningSettings = Pick<Settings, "openOn" | "minimumSeverity">;

/**
 * Of the findings in one file those that open a case here; where none does, those that a person may mean by handing them
 * in. Throws INPUT_INVALID when there is none of either.
 */
export const chosen = (found: Findings, settings: OpeningSettings): Findings => {
  const opening = thoseThat(opensCase, found, settings);
  if (opening.intakes.length > 0) return opening;
  const expected = `a finding about S3 or an identity of IAM, or a type of openOn (${settings.openOn.join(", ")})`;
  return someOf(thoseThat(opensByHand, found, settings), found, expected);
};

/** Of the findings that nobody handed in those that open a case here. Throws INPUT_INVALID when none does. */
export const opening = (found: Findings, settings: OpeningSettings): Findings =>
  someOf(
    thoseThat(opensCase, found, settings),
    found,
    `a type of openOn (${settings.openOn.join(", ")}) from severity ${settings.minimumSeverity}`,
  );

const thoseThat = (opens: typeof opensCase, { intakes, refused }: Findings, settings: OpeningSettings): Findings => {
  const left = intakes.filter(({ finding }) => !opens(finding, settings));
  return {
    intakes: intakes.filter((one) => !left.includes(one)),
    refused: [...refused, ...left.map(({ finding: { type, id } }) => `${type} ${id}: opens no case here`)],
  };
};

const someOf = (some: Findings, { intakes }: Findings, expected: string): Findings => {
  if (some.intakes.length > 0) return some;
  const types = [
    ...new Set(intakes.map(({ finding }) => `${visible(finding.type).slice(0, 100)}, severity ${finding.severity}`)),
  ].slice(0, 5);
  throw new CordonError(
    "INPUT_INVALID",
    `opens no case here: expected ${expected}, got ${types.join("; ")}. To respond to such a finding add its type to openOn in the settings`,
  );
};

const readText = (file: string): string => {
  try {
    return plainText(readFileSync(file === "-" ? 0 : file));
  } catch (cause) {
    throw new CordonError("INPUT_UNREADABLE", `${file}: expected a file that can be read, got ${gotInstead(cause)}`, {
      cause,
    });
  }
};

const parseText = (text: string, where: string): unknown => {
  try {
    const values = parseConcatenated(text);
    return values.length === 1 ? values[0] : values;
  } catch (cause) {
    throw new CordonError("INPUT_INVALID", `${where}: expected JSON: ${visible((cause as Error).message)}`, { cause });
  }
};
