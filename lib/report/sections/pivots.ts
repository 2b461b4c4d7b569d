import { between } from "../../base/figures.ts";
import type { Pivot, Pivots } from "../../case/opinion.ts";
import { BREAK, code, facts, heading, lines, nothing, say, table, text, time, timeOrUnknown } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Block, Inline, Section } from "../model.ts";
import { sourcesOf } from "../sources.ts";

/** When the actor was there, and what each of their marks finds when it is followed by itself. */
export const pivots = (dossier: CaseDossier): Section => ({
  id: "pivots",
  title: "How long, whether it goes on, and where else to look",
  blocks:
    dossier.pivots == null
      ? [nothing("Not known: the marks of the actor were not followed.")]
      : [
          presence(dossier.pivots),
          heading(say`Each mark by itself ${sourcesOf(dossier, "actors")}`),
          text(
            "An address may be an office's, and an agent is what its sender writes: what a mark brings is a lead, and counted nowhere.",
          ),
          followed(dossier.pivots.pivots),
        ],
});

const presence = ({ activity }: Pivots): Block =>
  facts([
    ["Still going on?", `${GOES_ON[activity.state]}: ${activity.why}`],
    ["First sign", timeOrUnknown(activity.firstSignAt)],
    ["From the first sign to the first theft", between(activity.firstSignAt, activity.firstTheftAt)],
    ["First to last sign (dwell time)", between(activity.firstSignAt, activity.lastSignAt)],
    ["Last sign", timeOrUnknown(activity.lastSignAt)],
  ]);

export const GOES_ON: Readonly<Record<Pivots["activity"]["state"], string>> = {
  "going on": "Perhaps",
  quiet: "Not as far as the logs go",
  "not known": "Not known",
};

const followed = (rows: readonly Pivot[]): Block =>
  table({
    caption: "Calls found by one mark alone",
    columns: [
      { head: "Mark", cell: ({ kind }) => kind },
      { head: "Value", cell: ({ value }) => code(value), kind: "wide" },
      { head: "Calls", cell: ({ calls }) => calls, kind: "number" },
      { head: "Not the actor's", cell: ({ others }) => others, kind: "number" },
      {
        head: "First and last",
        cell: ({ firstAt, lastAt }) => say`${time(firstAt)}${BREAK}${time(lastAt)}`,
        kind: "time",
      },
      { head: "What it adds", cell: added, kind: "wide" },
    ],
    rows,
    empty: "No call of the actor is in the logs, so that there is nothing to follow.",
  });

const added = ({ adds: { keys, principals, addresses } }: Pivot): Inline => {
  const named = [...keys, ...principals, ...addresses];
  return named.length === 0 ? "nothing new" : lines(named.map(code));
};
