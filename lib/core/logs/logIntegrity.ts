import { counted } from "../../base/figures.ts";
import type { CheckedLogs, LogFileState } from "../../case/logIntegrity.ts";
import { baseName, type NamedLog } from "./logDigest.ts";

/** SHA-256 (hex) of a log file's unpacked content; `damaged`: it cannot be unpacked; `not checked`: it may not or need not be read. */
export type Hashed = { readonly sha256: string } | "damaged" | "not checked";

/** Files named in a case; the counts speak of all. */
const NAMED_FILES = 200;

/**
 * Log files against what the digests vouch for. `present` are those of the window, the most important first, for
 * `hashOf` may say `not checked` when its time is over. A named log file is missing when none of `everywhere` has its name.
 */
export const judgeLogFiles = async (
  named: readonly NamedLog[],
  present: readonly string[],
  everywhere: readonly string[],
  hashOf: (file: string) => Promise<Hashed>,
): Promise<Pick<CheckedLogs, "files" | "counts">> => {
  const vouched = new Map(named.map(({ key, sha256 }) => [baseName(key), sha256]));
  const states: { file: string; state: LogFileState }[] = [];
  for (const file of present) {
    const expected = vouched.get(baseName(file));
    states.push({ file, state: expected === undefined ? "not covered" : stateOf(await hashOf(file), expected) });
  }
  const there = new Set(everywhere.map(baseName));
  for (const { key } of named) if (!there.has(baseName(key))) states.push({ file: key, state: "missing" });
  return { files: worstOf(states), counts: countsOf(states) };
};

const stateOf = (hashed: Hashed, expected: string): LogFileState => {
  if (hashed === "not checked") return "not checked";
  return hashed !== "damaged" && hashed.sha256 === expected ? "verified" : "differs";
};

type NotVerified = CheckedLogs["files"][number];

const ORDER: readonly LogFileState[] = ["differs", "missing", "not checked", "not covered"];

const worstOf = (states: readonly { readonly file: string; readonly state: LogFileState }[]): readonly NotVerified[] =>
  states
    .filter((one): one is NotVerified => one.state !== "verified")
    .toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.file < b.file ? -1 : 1))
    .slice(0, NAMED_FILES);

const countsOf = (states: readonly { readonly state: LogFileState }[]): CheckedLogs["counts"] => {
  const count = (state: LogFileState): number => states.filter((one) => one.state === state).length;
  return {
    verified: count("verified"),
    differs: count("differs"),
    missing: count("missing"),
    "not covered": count("not covered"),
    "not checked": count("not checked"),
  };
};

/** A sentence for each thing that is wrong with the logs: a hole in what the case rests on. */
export const integrityHoles = ({ files, counts, digests }: CheckedLogs): readonly string[] => {
  const named = (state: LogFileState): string =>
    listed(files.filter((one) => one.state === state).map(({ file }) => file));
  const bad = digests.filter(({ signature }) => signature === "invalid");
  const broken = digests.filter(({ chain }) => chain === "broken" || chain === "missing");
  return [
    ...(counts.differs === 0
      ? []
      : [
          `${counted(counts.differs, "log file")} not as CloudTrail delivered (their SHA-256 is not that of the digest): ${named("differs")}. Events in them may have been changed or removed.`,
        ]),
    ...(counts.missing === 0
      ? []
      : [
          `${counted(counts.missing, "log file")} named by CloudTrail's digests and missing: ${named("missing")}. Their events are not known.`,
        ]),
    ...(bad.length === 0
      ? []
      : [
          `${counted(bad.length, "digest file")} of CloudTrail ${bad.length === 1 ? "does" : "do"} not hold: ${listed(bad.map(({ file, reason }) => `${baseName(file)} (${reason})`))}.`,
        ]),
    ...(broken.length === 0
      ? []
      : [
          `The chain of digest files is broken before ${listed(broken.map(({ file }) => baseName(file)))}: a digest there was removed or changed, and with it log files may have been.`,
        ]),
  ];
};

const listed = (names: readonly string[]): string =>
  `${names.slice(0, 3).map(baseName).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;

/** The state of the logs in one line. */
export const integrityLine = ({ digests, counts, notes }: CheckedLogs): string => {
  if (digests.length === 0) return notes[0] ?? "no digest file was checked";
  const signed = digests.filter(({ signature }) => signature === "verified").length;
  return `${counted(counts.verified, "log file")} verified, ${counts.differs} differ, ${counts.missing} missing, ${counts["not covered"]} named by no digest, ${counts["not checked"]} not checked; signature verified of ${signed} of ${counted(digests.length, "digest file")}`;
};
