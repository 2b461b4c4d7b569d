import type { Row } from "../../lib/case/scan.ts";
import type { Event } from "./events.ts";

/** Events that a detection sees alone, and what must come of them. */
export interface Scenario {
  /** Completes "<detection id>: …". */
  readonly name: string;
  readonly events: readonly Event[];
  /** Rows that fire; 0 = stays quiet. */
  readonly fires: number;
  /** Rows shown as attempts; 0 where not given. */
  readonly attempts?: number;
  /** Looks like the thing and is not. */
  readonly lookAlike?: boolean;
  /** Columns of the first row. */
  readonly row?: Partial<Row>;
  /** Bound instead of the card's values. */
  readonly parameters?: readonly string[];
  /** Keys and principal ids of the suspects; nobody where not given. */
  readonly suspects?: readonly string[];
}

export type Scenarios = Readonly<Record<string, readonly Scenario[]>>;

export const fires = (name: string, events: readonly Event[], row: Partial<Row> = {}, rows = 1): Scenario => ({
  name: `fires on ${name}`,
  events,
  fires: rows,
  row,
});
export const quiet = (name: string, events: readonly Event[]): Scenario => ({
  name: `stays quiet on ${name}`,
  events,
  fires: 0,
});
export const lookAlike = (name: string, events: readonly Event[]): Scenario => ({
  ...quiet(name, events),
  lookAlike: true,
});
/** Shown as attempted, and does not fire. */
export const attempt = (name: string, events: readonly Event[], rows = 1): Scenario => ({
  name: `shows as an attempt only ${name}`,
  events,
  fires: 0,
  attempts: rows,
});

/** The same calls, made by a suspect. */
export const ofSuspect = (suspect: string, scenario: Scenario): Scenario => ({
  ...scenario,
  name: `${scenario.name}, by a suspect`,
  suspects: [suspect],
});

type Events = Event | readonly Event[];
const isList = (events: Events): events is readonly Event[] => Array.isArray(events);
const listOf = (events: Events): readonly Event[] => (isList(events) ? events : [events]);

/** The usual three: what fires, what looks like it and is not, and something else that stays quiet. */
export const three = (
  firing: readonly (readonly [name: string, events: Events, row?: Partial<Row>])[],
  alike: readonly [name: string, events: Events],
  other: readonly [name: string, events: Events],
): readonly Scenario[] => [
  ...firing.map(([name, events, row]) => fires(name, listOf(events), row ?? {})),
  lookAlike(alike[0], listOf(alike[1])),
  quiet(other[0], listOf(other[1])),
];
