import type { Verb } from "./command.ts";
import { withPlace } from "./places.ts";
import { progressOf } from "./progress.ts";
import { ASKING_OPTIONS, askForPlan } from "./propose.ts";

export const rollback: Verb = {
  usage: "CASE [--actions contain-1/a1,contain-1/a2]",
  options: {
    actions: { type: "string", value: "LIST", help: "only these changes, as <plan>/<action> (default: all)" },
    ...ASKING_OPTIONS,
  },
  examples: [
    "cordon rollback case-20260223-0123456789",
    "cordon rollback case-20260223-0123456789 --actions contain-1/a2",
    "cordon rollback case-20260223-0123456789 --profile security",
  ],
  run: (typed, io) =>
    withPlace(typed, io, progressOf(io), (place) => {
      const actions = typeof typed.values.actions === "string" ? typed.values.actions.split(",") : [];
      return askForPlan({ purpose: "release", actions }, typed, place, io);
    }),
};
