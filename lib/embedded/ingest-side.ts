import type { ScanRequest } from "../case/scan.ts";
import { LINE_SOURCES, LOG_SOURCES, type LogId, OBJECT_SOURCES } from "../logs/index.ts";
import type { Entry, Keeper, LogSource } from "../logs/source.ts";
import { windowParameters } from "../sql/case-table.ts";

/** What a file of such a log held. `entries` lie in the window, `unread` are lines that are none. */
export interface SideTally {
  readonly log: LogId;
  entries: number;
  unread: number;
  earliest: string | null;
  latest: string | null;
}

export const emptyTally = (log: LogId): SideTally => ({ log, entries: 0, unread: 0, earliest: null, latest: null });

/** Takes an entry that belongs to the case; it is written as a line of the log's table. */
export type KeepEntry = (log: LogId, entry: object) => void;

export interface SideReader {
  /** The reader of one file's lines; it answers whether a line is one of the log, a header, or blank. */
  lines(log: LogId, tally: SideTally, keep: KeepEntry): (line: string) => boolean;
  /** Whether something out of an envelope is an entry of a log: an object, or a line of text. */
  entry(found: unknown, tally: (log: LogId) => SideTally, keep: KeepEntry): boolean;
}

export const createSideReader = (request: ScanRequest): SideReader => {
  const [, , from, to] = windowParameters(request);
  const keepers: ReadonlyMap<string, Keeper<Entry>> = new Map(
    LOG_SOURCES.map((source) => [source.id, source.keeper(request)]),
  );
  const take = (source: LogSource & { readonly id: LogId }, entry: Entry, tally: SideTally, keep: KeepEntry): void => {
    const at = String(entry[source.at]);
    const isInWindow = source.isState === true || (at >= from && at < to);
    note(tally, at, isInWindow);
    if (isInWindow && keepers.get(source.id)!.keeps(entry)) keep(source.id, entry);
  };
  return {
    lines: (log, tally, keep) => {
      const source = LINE_SOURCES.find(({ id }) => id === log)!;
      const read = source.reads.reader();
      return (line) => {
        const entry = read(line);
        if (entry !== null && entry !== "header") take(source, entry, tally, keep);
        if (entry !== null || line.trim() === "") return true;
        tally.unread++;
        return false;
      };
    },
    entry: (found, tally, keep) => {
      const isText = typeof found === "string";
      for (const source of isText ? LINE_SOURCES : OBJECT_SOURCES) {
        const entry =
          source.reads.form === "lines" ? source.reads.reader()(String(found).trim()) : source.reads.parse(found);
        if (entry === null || entry === "header") continue;
        take(source, entry, tally(source.id), keep);
        return true;
      }
      return false;
    },
  };
};

const note = (tally: SideTally, at: string, isInWindow: boolean): void => {
  if (isInWindow) tally.entries++;
  if (tally.earliest === null || at < tally.earliest) tally.earliest = at;
  if (tally.latest === null || at > tally.latest) tally.latest = at;
};
