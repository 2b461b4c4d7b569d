import { count, counted } from "../../base/figures.ts";
import { type Overruling, overruling, verdictTold } from "../../core/theft/overruling.ts";
import { link, list, say, strong, text, time, verdict } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Inline, Section } from "../model.ts";
import { toneOf } from "./likelihood.ts";

const MOST_REASONS = 4;

/** Is it theft at all, and how much of what happened do the logs show? */
export const sure = (dossier: CaseDossier): Section => {
  const opinion = dossier.likelihood ?? null;
  const overruled = overruling(dossier.events);
  const told = verdictTold(opinion?.likelihood ?? null, overruled);
  return {
    id: "sure",
    title: "How sure this is",
    blocks: [
      told === null
        ? text("Not known: that it is theft was not weighed.")
        : verdict(
            toneOf(overruled?.verdict ?? opinion?.likelihood ?? null),
            `${told.charAt(0).toUpperCase()}${told.slice(1)}.`,
          ),
      list([...overruledBy(overruled), ...reasons(dossier), logs(dossier)], ""),
    ],
  };
};

const overruledBy = (overruled: Overruling | null): readonly Inline[] =>
  overruled === null ? [] : [say`${strong(`${overruled.humanId}:`)} ${overruled.reason} (${time(overruled.at)})`];

/** Signs first, then how many of the ordinary explanations fit; the rule and every criterion stand in an appendix. */
const reasons = ({ likelihood }: CaseDossier): readonly Inline[] => {
  const { signs = [], explanations = [], reasons: all = [] } = likelihood ?? {};
  if (signs.length === 0) return all.slice(0, MOST_REASONS);
  const shown = signs
    .filter(({ holds }) => holds === true)
    .toSorted((a, b) => Number(b.decisive) - Number(a.decisive))
    .slice(0, MOST_REASONS);
  const fit = explanations.filter(({ verdict: told }) => told === "fits").length;
  const open = explanations.filter(({ verdict: told }) => told === "possible").length;
  return [
    ...shown.map(({ decisive, text: words }) => say`${decisive ? say`${strong("Decisive:")} ` : ""}${words}`),
    say`Of ${counted(explanations.length, "ordinary explanation")} (migration, development, backup) ${count(fit)} ${fit === 1 ? "fits" : "fit"} and ${count(open)} cannot be ruled out. ${link("likelihood", "All signs, and the rule")}`,
  ];
};

const logs = ({ view: { coverage } }: CaseDossier): Inline => {
  if (coverage.watermark === null) return "No log was read, so no figure can be relied upon.";
  const whole = coverage.buckets.filter(({ dataEvents }) => dataEvents === "covered").length;
  return say`The logs record every read of ${count(whole)} of ${counted(coverage.buckets.length, "bucket")}; ${counted(coverage.holes.length, "hole")} in them ${coverage.holes.length === 1 ? "is" : "are"} known. ${link("completeness", "Completeness")}`;
};
