import { bytes, bytesExactly, count, counted } from "../../base/figures.ts";
import type { Amount } from "../../case/theft.ts";
import { facts, list, minuteOf, note, say, small, strong, text, UNKNOWN, when } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Block, Card, Inline } from "../model.ts";
import { sourcesOf } from "../sources.ts";
import type { Summary } from "../summary.ts";

type Theft = CaseDossier["view"]["theft"];

/** The rules of `certaintyOf` in lib/core/theft/theft.ts, in a reader's words; each figure includes the one before it. */
const MEANINGS = [
  {
    label: "Certain",
    of: "certain",
    meaning:
      "Read with the stolen credential from the actor's address, or with a credential that only the actor ever had.",
  },
  {
    label: "Likely",
    of: "likely",
    meaning: "Certain, and read as the stolen identity from an address its owner had not used before.",
  },
  {
    label: "At most",
    of: "upperBound",
    meaning:
      "Likely, and all other reads by that identity or from the actor's address since the first sign of the actor.",
  },
] as const;

/** One figure where the three are the same, else three and why they differ; then what kind of data it is. */
export const taken = (dossier: CaseDossier, summary: Summary): readonly Block[] => {
  const { theft } = dossier.view;
  return [
    { as: "cards", cards: cards(dossier) },
    ...whyTheyDiffer(dossier, summary),
    facts([
      ["Buckets accessed", bucketsTold(theft, summary)],
      ["Objects downloaded", figure(theft, summary, ({ objects }) => count(objects))],
      ...(theft.held ?? []).map(({ says }) => ["Of what there was", says] as const),
      ["Requests", figure(theft, summary, ({ calls }) => count(calls))],
      ["Total data volume", figure(theft, summary, ({ bytes: size }) => (size === null ? null : bytesExactly(size)))],
      ...sensitivityFacts(summary),
    ]),
  ];
};

const amounts = (theft: Theft): readonly (Amount | null)[] => MEANINGS.map(({ of }) => theft[of]);

const areSame = (theft: Theft): boolean => {
  const [first, ...rest] = amounts(theft);
  return first != null && rest.every((one) => one?.objects === first.objects && one.bytes === first.bytes);
};

/** No figure can say more than the logs: what is later than the watermark, or in a hole, is in none of them. */
export const atMost = ({ view: { coverage } }: Pick<CaseDossier, "view">): Inline =>
  coverage.watermark === null ? "At most" : say`At most, within the logs up to ${minuteOf(coverage.watermark)}`;

const cards = (dossier: CaseDossier): readonly Card[] => {
  const { theft } = dossier.view;
  const source = sourcesOf(dossier, "objects");
  if (amounts(theft).every((amount) => amount === null))
    return [card("Taken", null, "Neither a least nor a most can be said.", source)];
  if (areSame(theft))
    return [
      card(
        "Certain, likely and at most",
        theft.certain,
        "The three figures are the same: no read was found that points to more.",
        source,
      ),
    ];
  return MEANINGS.map(({ label, of, meaning }) => card(label, theft[of], meaning, source));
};

const card = (label: string, amount: Amount | null, meaning: string, source: Inline): Card =>
  amount === null
    ? { label, figure: UNKNOWN, second: say`objects, bytes and calls ${source}`, meaning }
    : {
        label,
        figure: say`${count(amount.objects)} ${small(amount.objects === 1 ? "object" : "objects")}`,
        second: say`${amount.bytes === null ? say`size ${UNKNOWN}` : bytes(amount.bytes)} in ${counted(amount.calls, "call")} ${source}`,
        meaning,
      };

/** One figure, or the three by name; a missing one is not known, and says why where all are. */
const figure = (theft: Theft, { whyNoFigure }: Summary, of: (amount: Amount) => string | null): Inline => {
  const texts = amounts(theft).map((amount) => (amount === null ? null : of(amount)));
  if (texts.every((one) => one === null)) return say`${UNKNOWN} (${whyNoFigure})`;
  if (new Set(texts).size === 1) return texts[0]!;
  return texts.map((one, index) => `${["certain", "likely", "at most"][index]} ${one ?? "not known"}`).join("; ");
};

const bucketsTold = ({ certain, buckets }: Theft, { whyNoFigure }: Summary): Inline => {
  if (certain === null && buckets.length === 0) return say`${UNKNOWN} (${whyNoFigure})`;
  return `${buckets.length}${buckets.length > 0 ? ` (${buckets.join(", ")})` : ""}`;
};

const whyTheyDiffer = (dossier: CaseDossier, { whyNoFigure }: Summary): readonly Block[] => {
  const { theft } = dossier.view;
  if (amounts(theft).every((amount) => amount === null))
    return [text(say`${strong("Why there is no figure:")} ${whyNoFigure}`)];
  return [...when(!areSame(theft), text(say`${strong("Why they differ:")} ${difference(theft)}`)), ...limits(dossier)];
};

const difference = ({ certain, likely, upperBound }: Theft): string => {
  const gap = [
    step(certain, likely, "likely: the stolen identity from an address new to it"),
    step(
      likely ?? certain,
      upperBound,
      "possible: they cannot be told from the owner's own work, or from others at the same address",
    ),
  ].filter((one) => one !== null);
  return gap.length === 0 ? "the same objects, with other amounts." : `${capital(gap.join("; "))}.`;
};

const MOST_LIMITS = 4;

/** What no figure can make up for. */
const limits = (dossier: CaseDossier): readonly Block[] => {
  const { notKnown } = dossier.view.theft;
  return [
    ...when(dossier.view.coverage.watermark !== null, text(say`${atMost(dossier)}: what came later is in no figure.`)),
    ...when(notKnown.length > 0, list(notKnown.slice(0, MOST_LIMITS), "")),
    ...when(
      notKnown.length > MOST_LIMITS,
      note(say`${notKnown.length - MOST_LIMITS} more are listed under Not known.`),
    ),
  ];
};

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

const step = (from: Amount | null, to: Amount | null, kind: string): string | null =>
  from === null || to === null || to.objects <= from.objects
    ? null
    : `a further ${counted(to.objects - from.objects, "object")} ${to.objects - from.objects === 1 ? "is" : "are"} ${kind}`;

const sensitivityFacts = ({ sensitivity }: Summary): readonly (readonly [string, Inline])[] => {
  const { state, reason, categories, macie, highest } = sensitivity;
  const kinds = categories?.map(({ name, count: times }) => `${name} (${count(times)})`).join(", ");
  const told =
    kinds === undefined
      ? say`${UNKNOWN} (${reason})`
      : `${kinds === "" ? "none found" : kinds}${state === "incomplete" ? ` (incomplete: ${reason})` : ""}`;
  return [
    ["Sensitive data types", told],
    ["Macie severity", macie && highest !== null ? highest.toUpperCase() : UNKNOWN],
    ...(!macie && highest !== null ? ([["Local scanner severity", highest.toUpperCase()]] as const) : []),
  ];
};
