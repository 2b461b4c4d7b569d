import type { Verb } from "./command.ts";
import { HUNT_OPTIONS, huntLogs } from "./huntLogs.ts";

export const huntVerb: Verb = {
  usage: "--logs DIR [--from TIME] [--to TIME] [--open N --reason TEXT]",
  dataDirectoryOnly: true,
  options: HUNT_OPTIONS,
  examples: [
    "cordon hunt --logs ./cloudtrail",
    "cordon hunt --logs ./cloudtrail --from 2026-11-29T00:00:00Z --json",
    'cordon hunt --logs ./cloudtrail --open 1 --reason "key seen from a hosting network"',
  ],
  run: (typed, io) => huntLogs({}, typed, io),
};
