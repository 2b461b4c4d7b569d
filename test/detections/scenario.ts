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
