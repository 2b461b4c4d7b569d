import { CordonError } from "../base/errors.ts";
import type { Settings } from "../core/settings.ts";
import type { OptionSpecs, Typed } from "./command.ts";

const DAY_MINUTES = 24 * 60;
const WATCH_MINUTES = 30;
/** Between two looks of a watch; each is a line of the audit trail. */
const LOOK_SECONDS = 30;
const LATE_SECONDS = 15 * 60;

export const WATCH_OPTION: OptionSpecs[string] = {
  type: "string",
  value: "MINUTES",
  help: `read the log files that arrive after a cut, so long (default: the settings' watchMinutes, ${WATCH_MINUTES} where that is 0); 0: the logs given are all there are`,
};

/** Null: not said. */
export const minutesFrom = ({ values: { watch } }: Typed): number | null => {
  if (watch === undefined) return null;
  if (typeof watch === "string" && /^\d{1,4}$/.test(watch) && Number(watch) <= DAY_MINUTES) return Number(watch);
  throw new CordonError("USAGE", `--watch: expected minutes, 0 to ${DAY_MINUTES}, got ${String(watch)}`);
};

/**
 * Here logs go on arriving and nobody waits for the command to end: what is off in a data directory, which answers for
 * logs of the past, is on. Files come up to 15 minutes late (CloudTrail user guide), so the logs are read again after that.
 */
export const watchingFor =
  (minutes: number | null) =>
  (settings: Settings): Settings => {
    if (minutes === null && settings.watchMinutes > 0) return settings;
    const { waits } = settings;
    if (minutes === 0) return { ...settings, watchMinutes: 0, waits: { ...waits, lateLogs: null } };
    return {
      ...settings,
      watchMinutes: minutes ?? WATCH_MINUTES,
      waits: {
        ...waits,
        watch: Math.max(waits.watch, LOOK_SECONDS),
        lateLogs: waits.lateLogs ?? LATE_SECONDS,
      },
    };
  };

export const watchSentence = ({ watchMinutes }: Settings): string =>
  watchMinutes === 0
    ? "Watch      off: after a cut the settings are read back, and new log files are not read"
    : `Watch      ${watchMinutes} minutes after a cut, over the log files that arrive (--watch 0: off)`;
