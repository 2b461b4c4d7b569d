/**
 * The attack in order: what each run of calls was for, and the events behind it. Calls with the same effect are one
 * entry with their targets, opposites never; looking around is told from taking by its shape, many kinds of call in a
 * short time, most of them refused; what made and removed infrastructure is one line.
 */

import type { StoryEntry } from "../../case/queries.ts";
import {
  attempts,
  byTime,
  condensed,
  effect,
  grouped,
  infrastructure,
  type Loot,
  lookingAround,
  MOST_LINES,
  runsOf,
  switchedOffBefore,
  taken,
} from "./storyLines.ts";
import { type Conduct, type ConductRow, type Told, toldOf } from "./storyTold.ts";
import { isThrottled } from "./throttled.ts";

export type { Loot } from "./storyLines.ts";
export type { Conduct, ConductRow, SecretRow } from "./storyTold.ts";

export const storyOf = (conduct: Conduct, loot: readonly Loot[]): readonly StoryEntry[] => {
  const told = toldOf(conduct);
  const [looking, doing] = parted(told, ({ phase }) => phase === "reconnaissance");
  const [taking, changing] = parted(doing, isTaking);
  const [back, rest] = parted(
    changing,
    (one) => one.switched?.to === "on" && switchedOffBefore(one, changing) !== undefined,
  );
  const [ordinary, telling] = parted(rest, ({ phase }) => phase === "ordinary");
  const [refused, effects] = parted(
    [...telling, ...taking.filter((row) => row.refused !== null)],
    (one) => one.refused !== null,
  );
  const changes = grouped(effects).map((group) => effect(group, back));
  const tried = runsOf(refused).flatMap(attempts);
  return [
    ...firstSign(conduct.rows),
    ...runsOf(looking).flatMap(lookingAround),
    ...runsOf(ordinary).map(infrastructure),
    ...(changes.length > MOST_LINES ? condensed(changes) : changes),
    ...tried,
    ...loot.map((one) => taken(one, taking)),
  ].toSorted(byTime);
};

const isTaking = ({ name }: Told): boolean => /^(GetObject|SelectObjectContent|CopyObject|UploadPartCopy)$/.test(name);

const firstSign = (rows: readonly ConductRow[]): readonly StoryEntry[] => {
  const first = rows.find(({ errorcode }) => !isThrottled(errorcode));
  if (first === undefined) return [];
  const { eventname, access_key_id: key, sourceip, first_at: at, event_ids } = first;
  const text = `First call of this actor on record: ${eventname}${key === null ? "" : ` with ${key}`}${sourceip === null ? "" : ` from ${sourceip}`}. How the credential was had is not in CloudTrail.`;
  return [{ at, phase: "initial access", technique: "T1078.004", text, eventIds: event_ids.split(",").slice(0, 1) }];
};

const parted = <Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [Item[], Item[]] => [
  items.filter(test),
  items.filter((item) => !test(item)),
];
