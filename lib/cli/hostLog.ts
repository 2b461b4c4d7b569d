import { visibleJson } from "../base/visible.ts";
import type { Clock } from "../ports/ports.ts";
import type { Io } from "./io.ts";

/** What a host says while it runs: lines for a person, or with `--json` one JSON object a line on stdout for a collector. */
export interface HostLog {
  info(event: string, text: string, fields?: Fields): void;
  warn(event: string, text: string, fields?: Fields): void;
}

type Fields = Readonly<Record<string, string | number | boolean | null>>;

export const createHostLog = (io: Io, clock: Clock): HostLog => {
  const line = (level: string, event: string, text: string, fields: Fields = {}): void =>
    void process.stdout.write(`${JSON.stringify(visibleJson({ at: clock.now(), level, event, text, ...fields }))}\n`);
  if (io.json)
    return {
      info: (event, text, fields) => line("info", event, text, fields),
      warn: (event, text, fields) => line("warn", event, text, fields),
    };
  return { info: (_event, text) => io.note(text), warn: (_event, text) => io.warn(text) };
};
