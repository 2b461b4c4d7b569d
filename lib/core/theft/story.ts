/**
 * The attack in order: what each run of calls was for, and the events behind it. Looking around is told from taking by
 * its shape: many kinds of call in a short time, most of them refused; taking is one kind of call, again and again,
 * that succeeds.
 */
import type { Phase } from "./detection.ts";
import { isThrottled, type Meaning, meaningOf } from "./phases.ts";

/** A row of `lib/sql/conduct.sql`. */
export interface ConductRow {
  readonly hour: string;
  readonly eventsource: string;
  readonly eventname: string;
  readonly errorcode: string | null;
  readonly readonly: string;
  readonly bucket: string | null;
  readonly principal_id: string | null;
  readonly access_key_id: string | null;
  readonly sourceip: string | null;
  readonly calls: number;
  readonly first_at: string;
  readonly last_at: string;
  /** At most five, comma-separated. */
  readonly event_ids: string;
}

/** An entry of the story. Times are ISO 8601 UTC. */
export interface StoryEntry {
  readonly at: string;
  readonly phase: Phase | "detection";
  /** ATT&CK id; null where no technique stands for it. */
  readonly technique: string | null;
  readonly text: string;
  /** The first of them; all are in the case table, by the query `conduct`. */
  readonly eventIds: readonly string[];
}

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

type Told = ConductRow & Meaning;

/** `rows` are the thief's alone, in order of time. */
export const storyOf = (rows: readonly ConductRow[], loot: readonly Loot[]): readonly StoryEntry[] => {
  const told = rows.filter(({ errorcode }) => !isThrottled(errorcode)).map((row) => ({ ...row, ...meaningOf(row) }));
  const [looking, doing] = parted(told, ({ phase }) => phase === "reconnaissance");
  const [taking, changing] = parted(doing, ({ eventname }) =>
    /^(GetObject|SelectObjectContent|CopyObject|UploadPartCopy)$/.test(eventname),
  );
  return [
    ...firstSign(told),
    ...runsOf(looking).flatMap(lookingAround),
    ...changing.map(change),
    ...taking.filter(({ errorcode }) => errorcode !== null).map(change),
    ...loot.map((one) => taken(one, taking)),
  ].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
};

const parted = <Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [Item[], Item[]] => [
  items.filter(test),
  items.filter((item) => !test(item)),
];

const firstSign = ([first]: readonly Told[]): readonly StoryEntry[] =>
  first === undefined
    ? []
    : [
        {
          at: first.first_at,
          phase: "initial access",
          technique: "T1078.004",
          text: `First call of this actor on record: ${first.eventname}${first.access_key_id === null ? "" : ` with ${first.access_key_id}`}${first.sourceip === null ? "" : ` from ${first.sourceip}`}. How the credential was had is not in CloudTrail.`,
          eventIds: idsOf([first]).slice(0, 1),
        },
      ];

/** Rows with no long pause between them. */
const runsOf = (rows: readonly Told[]): readonly (readonly Told[])[] => {
  const runs: Told[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run !== undefined && Date.parse(row.first_at) - Date.parse(latest(run)) <= PAUSE * 60_000) run.push(row);
    else runs.push([row]);
  }
  return runs;
};

/** A sweep is one entry; a few calls are told one by one. */
const lookingAround = (run: readonly Told[]): readonly StoryEntry[] => {
  const kinds = new Set(run.map(({ eventname }) => eventname));
  if (kinds.size < SWEEP) return run.map(change);
  const calls = sum(run);
  const refused = sum(run.filter(({ errorcode }) => errorcode !== null));
  const services = new Set(run.map(({ eventsource }) => eventsource)).size;
  return [
    {
      at: run[0]!.first_at,
      phase: "reconnaissance",
      technique: commonest(run),
      text: `Looks around until ${latest(run)}: ${calls} calls of ${kinds.size} kinds on ${services} service(s), ${refused} refused${refused >= WALL ? " (a wall of refusals)" : ""}: ${[...kinds].sort().join(", ")}.`,
      eventIds: idsOf(run).slice(0, MOST_EVENTS),
    },
  ];
};

const change = (row: Told): StoryEntry => ({
  at: row.first_at,
  phase: row.phase,
  technique: row.technique,
  text: `${row.errorcode === null ? "" : "Attempt: "}${row.calls === 1 ? "" : `${row.calls} × `}${row.eventname}${row.bucket === null ? "" : ` on ${row.bucket}`}${row.errorcode === null ? "" : ` refused (${row.errorcode})`}${row.calls === 1 ? "" : ` until ${row.last_at}`}`,
  eventIds: idsOf([row]),
});

const taken = ({ bucket, objects, firstAt, lastAt }: Loot, taking: readonly Told[]): StoryEntry => {
  const own = taking.filter((row) => row.bucket === bucket && row.errorcode === null);
  return {
    at: firstAt,
    phase: "theft",
    technique: own.length === 0 ? "T1530" : commonest(own),
    text: `${objects} objects of ${bucket} are taken until ${lastAt}`,
    eventIds: idsOf(own).slice(0, MOST_EVENTS),
  };
};

const sum = (rows: readonly Told[]): number => rows.reduce((total, { calls }) => total + calls, 0);
const latest = (rows: readonly Told[]): string =>
  rows
    .map(({ last_at }) => last_at)
    .toSorted()
    .at(-1)!;
const idsOf = (rows: readonly Told[]): readonly string[] => rows.flatMap(({ event_ids }) => event_ids.split(","));

/** The technique of most calls. */
const commonest = (rows: readonly Told[]): string | null => {
  const byTechnique = Map.groupBy(rows, ({ technique }) => technique);
  return [...byTechnique].toSorted(([, a], [, b]) => sum(b) - sum(a))[0]![0];
};
