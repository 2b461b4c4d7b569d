/** Every scenario of every detection, and the events of all of them with ids that say whose they are. */
import type { Event } from "../events.ts";
import type { Scenarios } from "../scenario.ts";
import { access, identity, reconnaissance } from "./access.ts";
import { covering } from "./covering.ts";
import { credentials } from "./credentials.ts";
import { machines } from "./machines.ts";
import { stores } from "./stores.ts";
import { tampering } from "./tampering.ts";
import { exposure, otherStores, theft } from "./theft.ts";

export const scenarios: Scenarios = {
  ...access,
  ...reconnaissance,
  ...identity,
  ...theft,
  ...exposure,
  ...otherStores,
  ...covering,
  ...credentials,
  ...machines,
  ...stores,
  ...tampering,
};

export const prefixOf = (id: string, index: number): string => `${id}/${index}/`;
export const numbered = (events: readonly Event[], prefix: string): readonly Event[] =>
  events.map((event, n) => ({ ...event, eventID: `${prefix}${n}` }));

export const scenarioRecords: readonly Event[] = Object.entries(scenarios).flatMap(([id, all]) =>
  all.flatMap(({ events }, index) => numbered(events, prefixOf(id, index))),
);
