import type { DatabaseSync } from "node:sqlite";
import { CordonError } from "../base/errors.ts";
import { type Alone, exclusively } from "./database.ts";

/**
 * The right to drive the executions of a data directory. One process has it, under a name of its own and an epoch that
 * grows with every change of hands. Everything a step does is done inside `alone`, which holds the journal's write lock
 * and looks at holder and epoch first: nobody can take the lease in between, and whoever lost it can do nothing more.
 */
export interface Lease {
  /**
   * Takes the lease, or gives a sign of life. `silent`: another holds it and was not seen to live; it becomes ours once
   * the other is dead for certain or was silent for 15 seconds by our own even clock. `theirs`: another holds it and lives,
   * or it was ours and is not any more, which is for good.
   */
  take(): "ours" | "silent" | "theirs";
  /** Throws LEASE_LOST instead of doing the work when the lease is not ours (any more). */
  readonly alone: Alone;
  /** Who holds it; null: nobody. `epoch` counts changes of hands. */
  state(): { readonly held: "ours" | "theirs" | null; readonly epoch: number };
  release(): void;
}

export interface LeaseOptions {
  readonly db: DatabaseSync;
  /** Random, so that no two processes anywhere share it. */
  readonly holder: string;
  /** What tells this process from others, for `isGone` of those who come after. */
  readonly mark: string;
  readonly isGone: (mark: string) => boolean;
  readonly monotonicMs: () => number;
  /** Called with every taking, while nobody else can write. */
  readonly onTaken: () => void;
  /** Called once, when it turns out that another process has taken the lease from us. */
  readonly onLost: () => void;
}

/** Silent for this long, a holder is taken to be gone. The clock on the wall, which may jump, has no part in it. */
const SILENT_MS = 15_000;
const BEAT_MS = 2000;

interface Row {
  readonly holder: string | null;
  readonly epoch: number;
  readonly beat: number;
  readonly mark: string;
}

export const createLease = (options: LeaseOptions): Lease => {
  const { db, holder, monotonicMs } = options;
  let mine: { epoch: number; beatMs: number } | null = null;
  let lost = false;
  let seen: { readonly row: Row; readonly sinceMs: number; readonly moved: boolean } | null = null;
  const read = (): Row | undefined =>
    db.prepare("SELECT holder, epoch, beat, mark FROM lease").get() as Row | undefined;
  const isOurs = (row: Row | undefined): boolean => mine !== null && row?.holder === holder && row.epoch === mine.epoch;
  const lose = (): void => {
    if (lost || mine === null) return;
    lost = true;
    options.onLost();
  };
  const beat = (): void => {
    if (mine === null || monotonicMs() - mine.beatMs < BEAT_MS) return;
    db.prepare("UPDATE lease SET beat = beat + 1").run();
    mine.beatMs = monotonicMs();
  };
  /** What we saw of another holder, and since when it has not moved. */
  const watch = (row: Row): { readonly silentMs: number; readonly moved: boolean } => {
    const same = seen !== null && seen.row.holder === row.holder && seen.row.epoch === row.epoch;
    if (seen === null || !same || seen.row.beat !== row.beat) seen = { row, sinceMs: monotonicMs(), moved: same };
    return { silentMs: monotonicMs() - seen.sinceMs, moved: seen.moved };
  };
  const takeFrom = (row: Row | undefined): number => {
    options.onTaken();
    const epoch = (row?.epoch ?? 0) + 1;
    db.prepare("INSERT OR REPLACE INTO lease VALUES (1, ?, ?, 1, ?)").run(holder, epoch, options.mark);
    return epoch;
  };
  const tryToTake = (): "silent" | "theirs" | { readonly epoch: number } => {
    const row = read();
    if (mine !== null && isOurs(row)) {
      beat();
      return mine;
    }
    lose();
    if (lost) return "theirs";
    if (row !== undefined && row.holder !== null && !options.isGone(row.mark)) {
      const { silentMs, moved } = watch(row);
      if (silentMs < SILENT_MS) return moved ? "theirs" : "silent";
    }
    return { epoch: takeFrom(row) };
  };
  return {
    take: () => {
      const known = read();
      if (isOurs(known) && mine !== null && monotonicMs() - mine.beatMs < BEAT_MS) return "ours";
      const answer = exclusively(db, tryToTake);
      if (typeof answer === "string") return answer;
      // Only now: a full disk may have refused the row.
      mine ??= { epoch: answer.epoch, beatMs: monotonicMs() };
      return "ours";
    },
    alone: (work) =>
      exclusively(db, () => {
        if (!isOurs(read())) {
          lose();
          throw new CordonError("LEASE_LOST", "another process drives this data directory now: this one stops");
        }
        const result = work();
        beat();
        return result;
      }),
    state: () => {
      const row = read();
      const held = isOurs(row) ? "ours" : row?.holder == null ? null : "theirs";
      return { held, epoch: row?.epoch ?? 0 };
    },
    release: () => {
      if (mine !== null)
        db.prepare("UPDATE lease SET holder = NULL WHERE holder = ? AND epoch = ?").run(holder, mine.epoch);
    },
  };
};
