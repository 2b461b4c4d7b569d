import { join } from "node:path";
import type { Clock, Notice, Notifier } from "../ports/ports.ts";
import { createExclusively } from "./files.ts";

/** Notices to the terminal (`print`, or null in quiet and JSON mode) and to one file each under `notices/`. */
export const createNotifier = (folder: string, print: ((line: string) => void) | null, clock: Clock): Notifier => ({
  notify: async (notice) => {
    try {
      print?.(lineOf(notice));
      const at = clock.now();
      createExclusively(
        join(folder, `${at.replaceAll(/[:.]/g, "-").toLowerCase()}-${notice.caseId}-${notice.kind}.json`),
        Buffer.from(`${JSON.stringify({ at, ...notice })}\n`),
      );
      return { delivered: true, channel: "file", reason: null };
    } catch (error) {
      return { delivered: false, channel: "file", reason: (error as Error).message };
    }
  },
});

const lineOf = ({ caseId, kind, text }: Notice): string => `[${caseId}] ${kind}: ${text}`;
