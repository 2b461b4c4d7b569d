/** What is said of the logs beside CloudTrail that were and were not given. */
import type { ScanInventory, SideLogFound } from "../case/scan.ts";
import type { OtherLog } from "../case/theft.ts";
import { LOG_SOURCES, type LogId } from "./index.ts";
import type { LogSource } from "./source.ts";

/** The port's list travels through documents, so that an older case may lack it: then nothing was given. */
export const foundOf = (inventory: ScanInventory | undefined, log: LogId): SideLogFound | null =>
  inventory?.otherLogs?.find((one) => one.log === log) ?? null;

/** Why a log that was given could not be used. */
export type FailedLogs = Readonly<Partial<Record<LogId, string | undefined>>>;

/** What was and was not given, a sentence each. */
export const otherLogsOf = (inventory: ScanInventory | undefined, failed: FailedLogs): readonly OtherLog[] =>
  LOG_SOURCES.map((source) => {
    const { id: log, name, without } = source;
    const found = foundOf(inventory, log);
    const [files, entries] = [found?.files ?? 0, found?.entries ?? 0];
    if (found === null) return { log, state: "not given", files, entries, says: `No ${name}s were given: ${without}.` };
    const reason = found.failed ?? failed[log];
    if (reason !== undefined)
      return { log, state: "failed", files, entries, says: `${name}s were given and could not be used: ${reason}` };
    return { log, state: "used", files, entries, says: usedSentence(source, found) };
  });

const usedSentence = (
  { name, uses, isState = false }: LogSource,
  { files, entries, unread, earliest, latest }: SideLogFound,
): string => {
  if (isState)
    return `${name}s (${files === 0 ? "asked where they lie" : `${files} files, ${entries} entries`}) ${uses}.${broken(unread)}`;
  const span = earliest === null ? "" : ` from ${earliest} to ${latest}`;
  return `${name}s (${files} files${span}, ${entries} entries in the window) ${uses}.${broken(unread)}`;
};

const broken = (unread: number): string => (unread === 0 ? "" : ` ${unread} lines could not be read.`);
