import type { StoryEntry } from "../case/queries.ts";

/** What the actor did, in order, with how long each lasted. */
export interface DeedsPage {
  readonly lines: readonly DeedLine[];
  /** Deeds that the page leaves out; the report has them. */
  readonly more: number;
}

export type DeedLine = Pick<StoryEntry, "at" | "phase" | "text" | "technique"> & {
  /** The last call of it; null: one moment. */
  readonly until: string | null;
};

/** A chart of more lines than this is no chart. */
const MOST_DEEDS = 120;

/** What says nothing by itself is in the report; the alarm is no deed of the actor, and marked beside them. */
export const deedsOf = (story: readonly StoryEntry[]): DeedsPage => {
  const told = story.filter(({ phase }) => phase !== "ordinary");
  return {
    lines: told
      .slice(0, MOST_DEEDS)
      .map(({ at, until, phase, text, technique }) => ({ at, phase, text, technique, until: until ?? null })),
    more: Math.max(0, told.length - MOST_DEEDS),
  };
};
