import { CordonError } from "../base/errors.ts";
import { PHASES, SEVERITIES } from "../case/queries.ts";
import {
  type Detection,
  type DetectionCard,
  LOG_SOURCES,
  ORIGINS,
  type Origin,
  type Parameter,
} from "../core/theft/detection.ts";
import { ofBursts } from "./ofBursts.ts";
import { ofCalls } from "./ofCalls.ts";

/** `-- Key: value`; the card is the lines of this form with which a file begins. */
const LINE = /^-- ([A-Z][a-z ]+?): (\S.*)$/;
const KEYS = ["Title", "Severity", "Technique", "Phase", "Logs", "Fires on", "Table", "Rows", "Finds", "Misses"];
const LISTS = ["Parameters", "Parameter", "Origin", "Put right", "Blind spot", "False positive"];

/** A detection of its file's text. Throws on the first fault of the card: a malformed rule stops start-up, no incident. */
export const readDetection = (id: string, text: string): Detection => {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("--"));
  const header = lines.slice(0, end).map((line) => lineOf(id, line));
  const body = lines.slice(end).join("\n");
  const rows = header.find(([key]) => key === "Rows")?.[1];
  return { card: cardOf(id, header), sql: rows === undefined ? body : wholeOf(id, rows, body) };
};

/** `calls`, or `bursts of secrets`: what stands around the calls that the file selects. */
const wholeOf = (id: string, rows: string, body: string): string => {
  if (rows === "calls") return ofCalls(body);
  const what = /^bursts of ([a-z' ]+)$/.exec(rows)?.[1];
  return what === undefined ? fault(id, "Rows: calls, or bursts of something", rows) : ofBursts(body, what);
};

type Line = readonly [key: string, value: string];

const lineOf = (id: string, line: string): Line => {
  const [, key, value] = LINE.exec(line) ?? [];
  return key !== undefined && [...KEYS, ...LISTS].includes(key)
    ? [key, value!]
    : fault(id, `a line "-- Key: value" with a known key`, line);
};

const cardOf = (id: string, header: readonly Line[]): DetectionCard => {
  const all = (key: string): readonly string[] => header.filter(([name]) => name === key).map(([, value]) => value);
  const one = (key: string): string => {
    const [value, ...more] = all(key);
    return value === undefined || more.length > 0 ? fault(id, `one line ${key}`, `${all(key).length}`) : value;
  };
  const oneOf = <Name extends string>(key: string, names: readonly Name[], value = one(key)): Name =>
    names.find((name) => name === value) ?? fault(id, `${key}: ${names.join(" | ")}`, value);
  const some = (key: string): readonly string[] =>
    all(key).length === 0 ? fault(id, `a line ${key}`, "none") : all(key);
  return {
    id,
    title: one("Title"),
    severity: oneOf("Severity", SEVERITIES),
    technique: /^T\d{4}(\.\d{3})?$/.exec(one("Technique"))?.[0] ?? fault(id, "an ATT&CK id", one("Technique")),
    tactic: oneOf("Phase", PHASES),
    logs: one("Logs")
      .split(", ")
      .map((log) => oneOf("Logs", LOG_SOURCES, log)),
    fires: oneOf("Fires on", ["success", "attempt"]),
    ...(all("Table").length === 0 ? {} : { table: oneOf("Table", ["access_log"]) }),
    finds: one("Finds"),
    misses: one("Misses"),
    origins: some("Origin").map((line) => originOf(id, line)),
    putRight: all("Put right"),
    blindSpots: some("Blind spot"),
    falsePositives: some("False positive"),
    parameters: eachOr(id, all("Parameters"), all("Parameter")).map((line) => parameterOf(id, line)),
  };
};

/** Either `Parameters: none` or a line each. */
const eachOr = (id: string, none: readonly string[], each: readonly string[]): readonly string[] =>
  (none.length === 1 && none[0] === "none") !== each.length > 0
    ? each
    : fault(id, "Parameters: none, or a line Parameter each", [...none, ...each].join("; "));

/** `Sigma: Bucket deleted (2026-08-05)`; the day of the version read where one is known. */
const originOf = (id: string, line: string): Origin => {
  const [, from, name, date] = /^(\w+): (.+?)(?: \((\d{4}-\d\d-\d\d)\))?$/.exec(line) ?? [];
  const known = ORIGINS.find((each) => each === from) ?? fault(id, `Origin: ${ORIGINS.join(" | ")}`, line);
  return { from: known, name: name!, ...(date === undefined ? {} : { date }) };
};

const FROM_CASE: readonly Parameter[] = [
  {
    name: "own accounts",
    meaning: "Account ids that are ours, comma-separated; another account whose logs are at hand weighs one step less",
    value: { fromCase: "own-accounts" },
  },
  {
    name: "suspects",
    meaning: "Keys and principal ids of the suspects, comma-separated; addresses too where they have no name",
    value: { fromCase: "suspects" },
  },
];

/** `own accounts`, `suspects`, or `reads = 1000: what it means`. */
const parameterOf = (id: string, line: string): Parameter => {
  const known = FROM_CASE.find(({ name }) => name === line);
  if (known !== undefined) return known;
  const [, name, value, meaning] = /^([^=]+?) = (\S*): (.+)$/.exec(line) ?? [];
  return name === undefined
    ? fault(id, "own accounts, suspects, or name = value: meaning", line)
    : { name, value: value!, meaning: meaning! };
};

const fault = (id: string, expected: string, got: string): never => {
  throw new CordonError("SETTINGS_INVALID", `detection ${id}: expected ${expected}, got ${got}`, {
    faults: [{ path: `lib/detections/${id}.sql`, expected, got }],
  });
};
