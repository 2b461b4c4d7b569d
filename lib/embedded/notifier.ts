import { join } from "node:path";

import type { Clock, Notice, Notifier } from "../ports/ports.ts";
import type { Alone } from "./database.ts";

import { createExclusively } from "./files.ts";

/** Notices to the terminal (`print`, or null in quiet and JSON mode) and to one file each under `notices/`. */
export const createNotifier = (
  folder: string,
  print: ((line: string) => void) | null,
  clock: Clock,
  alone: Alone = (work) => work(),
): Notifier => ({
  notify: async (notice) => {
    try {
      const at = clock.now();
      const name = `${at.replaceAll(/[:.]/g, "-").toLowerCase()}-${notice.caseId}-${notice.kind}.json`;
      alone(() => createExclusively(join(folder, name), Buffer.from(`${JSON.stringify({ at, ...notice })}\n`)));
      print?.(lineOf(notice));
      return { delivered: true, channel: "file", reason: null };
    } catch (error) {
      return { delivered: false, channel: "file", reason: (error as Error).message };
    }
  },
});

const lineOf = ({ caseId, kind, text }: Notice): string => `[${caseId}] ${kind}: ${text}`;
