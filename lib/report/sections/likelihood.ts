import { bytes, count } from "../../base/figures.ts";
import type {
  Comparison,
  Criterion,
  Explanation,
  LikelihoodName,
  Novelty,
  Opinion,
  Volume,
} from "../../case/opinion.ts";
import { type Overruling, overruling } from "../../core/theft/overruling.ts";
import {
  code,
  codes,
  heading,
  list,
  nothing,
  pill,
  say,
  strong,
  table,
  text,
  time,
  UNKNOWN,
  verdict,
} from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Block, Inline, Section, Tone } from "../model.ts";
import { sourcesOf } from "../sources.ts";

/** Values named of what is new; `likelihood.json` has all. */
const MOST_NEW = 6;

/** Theft, or a migration, a backup, a developer at work: what speaks for and against each, and the rule, never a score. */
export const likelihood = (dossier: CaseDossier): Section => ({
  id: "likelihood",
  title: "Theft or ordinary work: every sign, and the rule",
  blocks:
    dossier.likelihood == null
      ? [nothing("Not weighed: the figures that it rests on are not there.")]
      : opinionBlocks(dossier, dossier.likelihood),
});

const opinionBlocks = (dossier: CaseDossier, opinion: Opinion): readonly Block[] => [
  verdict(toneOf(opinion.likelihood), opinion.likelihood ?? "Not known"),
  ...overruledBlocks(overruling(dossier.events)),
  ...(opinion.likelihood === null
    ? [list([...opinion.reasons, ...opinion.notKnown], "No reason is on record.")]
    : weighed(dossier, opinion)),
];

const overruledBlocks = (overruled: Overruling | null): readonly Block[] =>
  overruled === null
    ? []
    : [
        text(
          say`${overruled.humanId} put another verdict in its place: ${strong(overruled.verdict)}, ${time(overruled.at)}. ${overruled.reason}`,
        ),
      ];

/** Colour is never the only sign: the words say the same. */
export const toneOf = (told: LikelihoodName | null): Tone =>
  told === "likely legitimate" ? "good" : told === "very likely theft" || told === "likely theft" ? "bad" : "warn";

const weighed = (
  dossier: CaseDossier,
  { rule, signs, explanations, baseline, notKnown }: Opinion,
): readonly Block[] => [
  text(say`${rule ?? ""} ${sourcesOf(dossier, "habits")}`),
  heading("Signs of theft"),
  table<Criterion & { readonly decisive?: boolean }>({
    caption: "Signs of theft, and whether the logs show them",
    rows: signs ?? [],
    empty: "No sign was looked for.",
    columns: [
      {
        head: "Sign",
        cell: ({ id, decisive }) => say`${code(id)}${decisive === true ? say` ${pill("decisive")}` : ""}`,
      },
      { head: "Seen", cell: ({ holds }) => seen(holds, "bad") },
      { head: "What the record shows", kind: "wide", cell: ({ text: words }) => words },
    ],
  }),
  heading("Ordinary explanations"),
  ...(explanations ?? []).flatMap(explanation),
  ...(baseline === undefined ? [] : habits(baseline)),
  heading("Not known"),
  list(notKnown, "Nothing that the rule asks for is missing."),
];

const seen = (holds: boolean | null, tone: Tone): Inline =>
  holds === null ? UNKNOWN : pill(holds ? "yes" : "no", holds ? tone : "plain");

const explanation = ({ title, verdict: told, criteria, verify }: Explanation): readonly Block[] => [
  heading(`${title}: ${told}`, 4),
  table<Criterion>({
    caption: `For and against: ${title}`,
    rows: criteria,
    empty: "",
    columns: [
      { head: "Criterion", cell: ({ id }) => code(id) },
      { head: "Holds", cell: ({ holds }) => seen(holds, "good") },
      { head: "What the record shows", kind: "wide", cell: ({ text: words }) => words },
    ],
  }),
  text(`To make sure: ${verify}`),
];

const habits = (baseline: Comparison): readonly Block[] => [
  heading("What is new for this identity"),
  text(
    say`${baseline.note} Compared with ${count(baseline.hours)} hours before ${time(baseline.until)}, in ${count(baseline.activeHours)} of which it called.`,
  ),
  table<readonly [string, Novelty]>({
    caption: "Used by the actor, and not before",
    rows: [
      ["Addresses", baseline.address],
      ["Networks", baseline.network],
      ["User agents", baseline.agent],
      ["Buckets", baseline.bucket],
      ["Hours of day (UTC)", baseline.hourOfDay],
    ],
    empty: "",
    columns: [
      { head: "What", cell: ([name]) => name },
      { head: "Known before", kind: "number", cell: ([, { before }]) => before },
      { head: "Used", kind: "number", cell: ([, { during }]) => during.length },
      { head: "New", kind: "wide", cell: ([, { fresh }]) => newOnes(fresh) },
    ],
  }),
  table<readonly [string, Volume, (value: number) => string]>({
    caption: "Volume per hour: before, and the actor's busiest hour",
    rows: [
      ["Calls", baseline.callsPerHour, rounded],
      ["Objects read", baseline.readsPerHour, rounded],
      ["Bytes", baseline.bytesPerHour, (value) => bytes(Math.round(value))],
    ],
    empty: "",
    columns: [
      { head: "Per hour", cell: ([name]) => name },
      { head: "Hours before", kind: "number", cell: ([, { points }]) => points },
      { head: "Mean", kind: "number", cell: ([, { mean }, told]) => figure(mean, told) },
      { head: "Mean + 3σ", kind: "number", cell: ([, { threshold }, told]) => figure(threshold, told) },
      { head: "Busiest", kind: "number", cell: ([, { busiest }, told]) => figure(busiest?.value ?? null, told) },
      { head: "A spike", cell: ([, { above }]) => seen(above, "bad") },
    ],
  }),
];

const rounded = (value: number): string => count(Math.round(value));

const figure = (value: number | null, told: (value: number) => string): Inline =>
  value === null ? UNKNOWN : told(value);

const newOnes = (fresh: readonly string[] | null): Inline => {
  if (fresh === null) return UNKNOWN;
  if (fresh.length === 0) return "none";
  return [
    codes(fresh.slice(0, MOST_NEW), " "),
    fresh.length > MOST_NEW ? ` and ${fresh.length - MOST_NEW} more (likelihood.json)` : "",
  ];
};
