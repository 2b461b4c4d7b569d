import { counted } from "../../base/figures.ts";
import type { Comparison, Explanation, Likelihood, Sign } from "../../case/opinion.ts";
import { explanationsOf } from "../plan/explanations.ts";
import { signsOf } from "./theftSigns.ts";
import type { WeighedFacts } from "./weighedFacts.ts";

const RULE =
  "Decisive signs are those that ordinary work does not show. Very likely theft: two decisive signs, or one and at least two others, and no ordinary explanation fits. Likely theft: one decisive sign, or a new network and at least two others, and none fits. Likely legitimate: an AWS service works for itself and no sign is decisive; or another ordinary explanation fits, no sign is decisive, at most one other holds, and no more was read than ever before. Everything else is unclear. A new hour of day is told and not counted.";

/** How likely this is theft, by a stated rule over counted signs and the ordinary explanations. */
export const weigh = (facts: WeighedFacts): Likelihood => {
  const signs = signsOf(facts);
  const explanations = explanationsOf(facts, signs);
  return {
    schema: "cordon/likelihood/v1",
    likelihood: judge(signs, explanations),
    rule: RULE,
    reasons: reasonsOf(signs, explanations),
    signs,
    explanations,
    baseline: facts.baseline,
    sharedWithOwner: facts.sharedWithOwner,
    notKnown: notKnownOf(facts, signs, explanations),
  };
};

const judge = (signs: readonly Sign[], explanations: readonly Explanation[]): Likelihood["likelihood"] => {
  const shown = signs.filter(({ id, holds }) => holds === true && id !== "new-hour");
  const decisive = shown.filter((sign) => sign.decisive).length;
  const others = shown.length - decisive;
  const has = (id: string): boolean => shown.some((sign) => sign.id === id);
  const fits = explanations.filter(({ verdict }) => verdict === "fits").map(({ id }) => id);
  if (fits.length === 0) {
    if (decisive >= 2 || (decisive === 1 && others >= 2)) return "very likely theft";
    return decisive === 1 || (has("new-network") && others >= 3) ? "likely theft" : "unclear";
  }
  const isOrdinary = decisive === 0 && (fits.includes("service") || (others <= 1 && !has("spike")));
  return isOrdinary ? "likely legitimate" : "unclear";
};

const reasonsOf = (signs: readonly Sign[], explanations: readonly Explanation[]): readonly string[] => [
  ...signs.filter(({ holds }) => holds === true).map(({ text, decisive }) => `${decisive ? "Decisive: " : ""}${text}`),
  ...explanations.map(({ title, verdict, criteria }) => {
    const failed = criteria.filter(({ holds }) => holds === false).length;
    const open = criteria.filter(({ holds }) => holds === null).length;
    return `${title}: ${verdict} (${criteria.length - failed - open} of ${criteria.length} criteria hold; against it: ${failed}; not known from the logs: ${open}).`;
  }),
];

const notKnownOf = (
  { baseline, taken }: WeighedFacts,
  signs: readonly Sign[],
  explanations: readonly Explanation[],
): readonly string[] => {
  const open = [...signs, ...explanations.flatMap(({ criteria }) => criteria)].filter(({ holds }) => holds === null);
  return [...wholesale(taken.length, baseline), ...new Set(open.map(({ text }) => text))];
};

const wholesale = (taken: number, baseline: Comparison): readonly string[] => [
  ...(taken === 0 ? ["No object is on record as taken: what is weighed is the conduct, not the loss."] : []),
  ...reachSentences(baseline),
  ...(baseline.activeHours === 0
    ? [
        `The identity was not seen in the ${counted(baseline.hours, "hour")} before the first sign: what is new cannot be told.`,
      ]
    : []),
];

const reachSentences = ({ scan }: Comparison): readonly string[] => {
  if (scan === undefined || scan.reason === null) return [];
  return [scan.state === "known" ? scan.reason : `The ${scan.daysAsked}-day baseline is not known: ${scan.reason}.`];
};
