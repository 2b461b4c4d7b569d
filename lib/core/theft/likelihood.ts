import type { TakenObject } from "../../case/objects.ts";
import type { Comparison, Explanation, Likelihood, Sign } from "../../case/opinion.ts";
import { explanationsOf } from "../plan/explanations.ts";
import { signsOf } from "./theftSigns.ts";

/** What is weighed: all of it is on record elsewhere in the case. */
export interface WeighedFacts {
  readonly findingType: string;
  readonly accountId: string;
  /** Types of the suspects, as CloudTrail names them. */
  readonly principalTypes: readonly string[];
  /** Names of the roles and users in question. */
  readonly identities: readonly string[];
  readonly baseline: Comparison;
  /** Objects that are certainly or likely gone. */
  readonly taken: readonly Pick<TakenObject, "bucket" | "path" | "destination">[];
  /** Settings the thief changed with success. */
  readonly changes: readonly string[];
  /** Access keys, users and passwords the thief made: what lasts, not role sessions, which ordinary work opens too. */
  readonly minted: number;
  readonly refused: number;
  /** Stolen objects whose names look like credentials. */
  readonly credentialNames: number;
}

const RULE =
  "Decisive signs are those that ordinary work does not show. Very likely theft: two decisive signs, or one and at least two others, and no ordinary explanation fits. Likely theft: one decisive sign, or three others, and none fits. Likely legitimate: an ordinary explanation fits, no decisive sign and at most one other. Everything else is unclear.";

/** How likely this is theft, by a stated rule over counted signs and the three ordinary explanations of the second seed. */
export const weigh = (facts: WeighedFacts): Likelihood => {
  const signs = signsOf(facts);
  const explanations = explanationsOf(facts);
  return {
    schema: "cordon/likelihood/v1",
    likelihood: judge(signs, explanations),
    rule: RULE,
    reasons: reasonsOf(signs, explanations),
    signs,
    explanations,
    baseline: facts.baseline,
    notKnown: notKnownOf(facts, signs, explanations),
  };
};

const judge = (signs: readonly Sign[], explanations: readonly Explanation[]): Likelihood["likelihood"] => {
  const shown = signs.filter(({ holds }) => holds === true);
  const decisive = shown.filter((sign) => sign.decisive).length;
  const others = shown.length - decisive;
  const fits = explanations.some(({ verdict }) => verdict === "fits");
  if (!fits && (decisive >= 2 || (decisive === 1 && others >= 2))) return "very likely theft";
  if (!fits && (decisive === 1 || others >= 3)) return "likely theft";
  return fits && decisive === 0 && others <= 1 ? "likely legitimate" : "unclear";
};

const reasonsOf = (signs: readonly Sign[], explanations: readonly Explanation[]): readonly string[] => [
  ...signs.filter(({ holds }) => holds === true).map(({ text, decisive }) => `${decisive ? "Decisive: " : ""}${text}`),
  ...explanations.map(({ title, verdict, criteria }) => {
    const failed = criteria.filter(({ holds }) => holds === false).length;
    const open = criteria.filter(({ holds }) => holds === null).length;
    return `${title}: ${verdict} (${criteria.length - failed - open} of ${criteria.length} criteria hold, ${failed} are against it, ${open} cannot be told from the logs).`;
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
    ? [`The identity was not seen in the ${baseline.hours} hour(s) before the first sign: what is new cannot be told.`]
    : []),
];

const reachSentences = ({ scan }: Comparison): readonly string[] => {
  if (scan === undefined || scan.reason === null) return [];
  return [scan.state === "known" ? scan.reason : `The ${scan.daysAsked}-day baseline is not known: ${scan.reason}.`];
};
