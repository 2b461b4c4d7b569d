import type { ApiRequest } from "../case/apiRequest.ts";
import type { State } from "../case/plan.ts";
import type { ActorDeed, ActorMark, Marker } from "./actorMarks.ts";

/** One setting before and after: lines that stay (` `), go (`-`) or come (`+`). A summary for the eye; the signed text is `renderPlan`. */
export interface Change {
  readonly what: string;
  readonly lines: readonly string[];
  /** Of each line the change of the actor that put it there, or null; absent: none of them. */
  readonly by?: readonly (ActorDeed | null)[];
}

/** Nobody's lines are marked. */
export const UNMARKED: Marker = () => [];

/** Over this many line pairs the two texts are shown whole, one after the other, instead of being compared. */
const MAXIMUM_PAIRS = 1_000_000;

/**
 * What the calls of an action would change, as far as a call carries the new value of a setting that was captured:
 * the member `Policy` of a call belongs to `policy` of the state, `PolicyDocument` to `document`; and of a captured list
 * the item that the call names, for example `Status` of one access key.
 */
export const plannedChanges = (
  before: State,
  requests: readonly ApiRequest[],
  marker: Marker = UNMARKED,
): readonly Change[] =>
  requests.flatMap(({ input }) => [
    ...changedMembers(before, input, marker),
    ...Object.values(before).flatMap((value) => changedItems(value, input, marker)),
  ]);

type Input = ApiRequest["input"];

const changedMembers = (before: State, input: Input, marker: Marker): readonly Change[] =>
  Object.entries(input).flatMap(([member, value]) => {
    const name = Object.keys(before).find((candidate) => member.toLowerCase().endsWith(candidate.toLowerCase()));
    return name === undefined ? [] : changed(member, before[name], value, marker);
  });

const changedItems = (list: unknown, input: Input, marker: Marker): readonly Change[] => {
  if (!Array.isArray(list)) return [];
  const items = list.filter((item): item is Input => typeof item === "object" && item !== null);
  const named = items.find((item) =>
    Object.entries(item).some(
      ([member, value]) => typeof value === "string" && input[member] === value && member.endsWith("Id"),
    ),
  );
  if (named === undefined) return [];
  const name = Object.entries(named).find(([member]) => member.endsWith("Id"))![1];
  return Object.entries(named).flatMap(([member, value]) =>
    input[member] === undefined ? [] : changed(`${member} of ${String(name)}`, value, input[member], marker),
  );
};

const changed = (what: string, before: unknown, after: unknown, marker: Marker): readonly Change[] => {
  const [old, fresh] = [textOf(before), textOf(after)];
  if (old === fresh) return [];
  const lines = compareLines(old, fresh);
  const by = marksOn(lines, marker(what, linesOf(old)), marker(what, linesOf(fresh)));
  return [{ what, lines, ...(by.some((one) => one !== null) ? { by } : {}) }];
};

/** Lines that stay or go are of the old text, lines that come of the new one. */
const marksOn = (
  lines: readonly string[],
  old: readonly ActorMark[],
  fresh: readonly ActorMark[],
): readonly (ActorDeed | null)[] => {
  let [i, j] = [-1, -1];
  const at = (marks: readonly ActorMark[], line: number): ActorDeed | null =>
    marks.find(({ from, to }) => from <= line && line <= to)?.by ?? null;
  return lines.map((line) => {
    if (!line.startsWith("+")) i += 1;
    if (!line.startsWith("-")) j += 1;
    return line.startsWith("+") ? at(fresh, j) : at(old, i);
  });
};

/** What was changed: every member of the captured state that is another now. */
export const madeChanges = (before: State, after: State, marker: Marker = UNMARKED): readonly Change[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    changed(name, before[name], after[name], marker),
  );

/** A setting as lines. Policies are JSON inside a string: shown as JSON. Nothing there: no line. */
const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  try {
    const inner: unknown = JSON.parse(value);
    return typeof inner === "object" && inner !== null ? JSON.stringify(inner, null, 2) : value;
  } catch {
    return value;
  }
};

/** The lines of two texts, compared by their longest common subsequence. */
export const compareLines = (before: string, after: string): readonly string[] => {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  if (old.length * fresh.length > MAXIMUM_PAIRS)
    return [...old.map((line) => `-${line}`), ...fresh.map((line) => `+${line}`)];
  return walk(old, fresh, commonLengths(old, fresh));
};

const linesOf = (text: string): readonly string[] => (text === "" ? [] : text.split("\n"));

/** `lengths[i][j]`: how many lines the texts from line i and line j on have in common, in order. */
const commonLengths = (old: readonly string[], fresh: readonly string[]): readonly Uint32Array[] => {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(fresh.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      lengths[i]![j] =
        old[i] === fresh[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  return lengths;
};

const walk = (old: readonly string[], fresh: readonly string[], lengths: readonly Uint32Array[]): readonly string[] => {
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push(` ${old[i]}`);
      i += 1;
      j += 1;
    } else if (j === fresh.length || (i < old.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      lines.push(`-${old[i]}`);
      i += 1;
    } else {
      lines.push(`+${fresh[j]}`);
      j += 1;
    }
  }
  return lines;
};
