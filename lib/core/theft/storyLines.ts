/** The lines of a story: calls of one effect together, refused ones as attempts, a long story told shorter. */
import { sum } from "../../base/lists.ts";
import type { StoryEntry } from "../../case/queries.ts";
import { inWords } from "../meaning/meaning.ts";
import type { Told } from "./storyTold.ts";

/** Objects of one bucket that were certainly taken. */
export interface Loot {
  readonly bucket: string;
  readonly objects: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** A longer pause than this, in minutes, begins a new run. */
const PAUSE = 30;
/** Refusals that make a wall, and kinds of call that make a sweep. */
const WALL = 10;
const SWEEP = 5;
const MOST_EVENTS = 20;
const MOST_NAMES = 8;
/** A longer story is told shorter: what follows one another in one phase becomes one line, of so many effects at most. */
export const MOST_LINES = 20;
const MOST_EFFECTS = 4;
/** Each of these is told by itself, however long the story is. */
const BY_ITSELF: readonly StoryEntry["phase"][] = ["theft"];

/** Calls with no long pause between them. */
export const runsOf = (rows: readonly Told[]): readonly (readonly Told[])[] => {
  const runs: Told[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run !== undefined && Date.parse(row.firstAt) - Date.parse(latest(run)) <= PAUSE * 60_000) run.push(row);
    else runs.push([row]);
  }
  return runs;
};

/** A sweep is one entry; a few calls are told one by one. */
export const lookingAround = (run: readonly Told[]): readonly StoryEntry[] => {
  const kinds = [...new Set(run.map(({ name }) => name))].sort();
  if (kinds.length < SWEEP)
    return [
      ...grouped(run.filter((row) => row.refused === null).map(byName)).map((group) => effect(group, [])),
      ...attempts(run.filter((row) => row.refused !== null).map(byName)),
    ];
  const refused = callsOf(run.filter((row) => row.refused !== null));
  const services = new Set(run.map(({ service }) => service)).size;
  return [
    {
      at: run[0]!.firstAt,
      phase: "reconnaissance",
      technique: commonest(run),
      ...lasting(run[0]!.firstAt, latest(run)),
      text: `Looks around: ${counted(callsOf(run), "call")} of ${counted(kinds.length, "kind")} on ${counted(services, "service")}, ${refused} refused${refused >= WALL ? " (a wall of refusals)" : ""}: ${some(kinds)}.`,
      eventIds: idsOf(run).slice(0, MOST_EVENTS),
    },
  ];
};

const byName = (row: Told): Told => ({
  ...row,
  effect: row.bucket === null ? row.name : `${row.name} on {}`,
  target: row.bucket,
});

/** Made and removed, named and tagged: one line a run. */
export const infrastructure = (run: readonly Told[]): StoryEntry => {
  const kinds = [...new Set(run.map(({ name }) => name))].sort();
  const refused = callsOf(run.filter((row) => row.refused !== null));
  return {
    at: run[0]!.firstAt,
    phase: "ordinary",
    technique: null,
    ...lasting(run[0]!.firstAt, latest(run)),
    text: `Infrastructure and settings that say nothing by themselves: ${counted(callsOf(run), "call")} of ${counted(kinds.length, "kind")}${refused === 0 ? "" : `, ${refused} refused`}: ${some(kinds)}.`,
    eventIds: idsOf(run).slice(0, MOST_EVENTS),
  };
};

/** Calls of the same effect with no long pause between them. */
export const grouped = (rows: readonly Told[]): readonly (readonly Told[])[] =>
  [...Map.groupBy(rows, ({ phase, effect }) => `${phase}\n${effect}`).values()].flatMap(runsOf);

/** `Switched data events off on the trail main, on again after 4 minutes`. */
export const effect = (group: readonly Told[], back: readonly Told[]): StoryEntry => {
  const { firstAt, phase, technique } = group[0]!;
  return {
    at: firstAt,
    phase,
    technique,
    ...lasting(firstAt, latest(group)),
    text: `${capital(said(group))}${again(group, back)}`,
    eventIds: idsOf(group).slice(0, MOST_EVENTS),
  };
};

const said = (group: readonly Told[]): string => {
  const calls = callsOf(group);
  const targets = [...new Set(group.map(({ target }) => target).filter((target) => target !== null))];
  return `${inWords(group[0]!, targets)}${calls > Math.max(targets.length, 1) ? ` (${calls} calls)` : ""}`;
};

/** What was refused in one run and one phase is one line: it was tried, and nothing came of it. */
export const attempts = (run: readonly Told[]): readonly StoryEntry[] =>
  [...Map.groupBy(run, ({ phase }) => phase).values()].map((rows) => ({
    at: rows[0]!.firstAt,
    phase: rows[0]!.phase,
    technique: commonest(rows),
    ...lasting(rows[0]!.firstAt, latest(rows)),
    text: `Attempt: ${grouped(rows)
      .map((group) => `${said(group)}, refused (${group[0]!.refused})`)
      .join("; ")}`,
    eventIds: idsOf(rows).slice(0, MOST_EVENTS),
  }));

export const condensed = (entries: readonly StoryEntry[]): readonly StoryEntry[] => {
  const lines: StoryEntry[][] = [];
  for (const entry of entries.toSorted(byTime)) {
    const line = lines.at(-1);
    if (
      line !== undefined &&
      line[0]!.phase === entry.phase &&
      line.length < MOST_EFFECTS &&
      !BY_ITSELF.includes(entry.phase)
    )
      line.push(entry);
    else lines.push([entry]);
  }
  return lines.map((line) => ({
    ...line[0]!,
    ...lasting(
      line[0]!.at,
      line
        .map(({ at, until }) => until ?? at)
        .toSorted()
        .at(-1)!,
    ),
    text: line.map(({ text }, index) => (index === 0 ? text : text.charAt(0).toLowerCase() + text.slice(1))).join("; "),
    eventIds: line.flatMap(({ eventIds }) => eventIds).slice(0, MOST_EVENTS),
  }));
};

export const switchedOffBefore = (one: Told, all: readonly Told[]): Told | undefined =>
  all.find(
    ({ switched, firstAt, refused }) =>
      refused === null && switched?.of === one.switched?.of && switched?.to === "off" && firstAt <= one.firstAt,
  );

/** When what was switched off was switched on again, by the first call that did. */
const again = (group: readonly Told[], back: readonly Told[]): string => {
  const off = group.findLast(({ switched }) => switched?.to === "off");
  if (off === undefined) return "";
  const on = back.find(({ switched, firstAt }) => switched?.of === off.switched?.of && firstAt >= off.lastAt);
  return on === undefined ? "" : `, on again after ${duration(off.lastAt, on.firstAt)}`;
};

const duration = (from: string, to: string): string => {
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
};

export const taken = ({ bucket, objects, firstAt, lastAt }: Loot, taking: readonly Told[]): StoryEntry => {
  const own = taking.filter((row) => row.bucket === bucket && row.refused === null);
  return {
    at: firstAt,
    phase: "theft",
    technique: own.length === 0 ? "T1530" : commonest(own),
    ...lasting(firstAt, lastAt),
    text: `Took ${counted(objects, "object")} of ${bucket}`,
    eventIds: idsOf(own).slice(0, MOST_EVENTS),
  };
};

/** An entry that is more than a moment says when it ended. */
const lasting = (at: string, until: string): Pick<StoryEntry, "until"> => (until === at ? {} : { until });

const counted = (value: number, singular: string): string =>
  `${String(value).replace(/\B(?=(\d{3})+$)/g, ",")} ${singular}${value === 1 ? "" : "s"}`;

const some = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? names.join(", ")
    : `${names.slice(0, MOST_NAMES).join(", ")} and ${names.length - MOST_NAMES} more`;
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const callsOf = (rows: readonly Told[]): number => sum(rows.map(({ calls }) => calls));
const latest = (rows: readonly Told[]): string =>
  rows
    .map(({ lastAt }) => lastAt)
    .toSorted()
    .at(-1)!;
const idsOf = (rows: readonly Told[]): readonly string[] => rows.flatMap(({ eventIds }) => eventIds);

/** The technique of most calls. */
const commonest = (rows: readonly Told[]): string | null => {
  const byTechnique = Map.groupBy(rows, ({ technique }) => technique);
  return [...byTechnique].toSorted(([, a], [, b]) => callsOf(b) - callsOf(a))[0]![0];
};

export const byTime = (a: { readonly at: string }, b: { readonly at: string }): number =>
  a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
