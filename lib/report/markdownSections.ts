import { nameOf } from "../core/principal/credential.ts";
import { chainTree } from "./chainTree.ts";
import type { CaseDossier } from "./dossier.ts";
import { count, minute } from "./figures.ts";
import { md } from "./markdown.ts";
import { dollars } from "./money.ts";
import { changesTold } from "./sections/changes.ts";

/** Lines per list; the documents named hold the rest. */
const MOST = 40;

export const likelihoodLines = ({ likelihood }: CaseDossier): readonly string[] => {
  if (likelihood == null) return ["not weighed"];
  return [
    `Likelihood: ${md(likelihood.likelihood ?? "not known")}`,
    ...likelihood.reasons.map(md),
    ...(likelihood.rule === undefined ? [] : [`Rule: ${md(likelihood.rule)}`]),
    ...likelihood.notKnown.map((one) => `Not known: ${md(one)}`),
  ];
};

/** The picture of the HTML report as an outline: one dot a level. */
export const chainLines = ({ roleChain }: CaseDossier): readonly string[] => {
  if (roleChain == null) return ["not traced"];
  const { cut } = roleChain;
  return [
    ...chainTree(roleChain).map(({ depth, name, whose, hop, held, start, cut: here, revokeToo, left }) =>
      [
        `${"· ".repeat(depth)}${md(name)}, ${md(whose)}`,
        start === null ? (held === "thief" ? ", in the thief's hands" : ", its owner's") : "",
        hop === null ? "" : `, made by ${md(hop.how)} ${md(minute(hop.at))}, event ${md(hop.eventId)}`,
        here ? ", CUT HERE" : "",
        revokeToo ? ", REVOKE TOO" : "",
        left === 0 ? "" : `, ${count(left)} more made from it`,
      ].join(""),
    ),
    cut === null ? "Where to cut: not known" : `Cut at ${md(nameOf(cut.credential))}: ${md(cut.reason)}`,
    ...roleChain.notKnown.map((one) => `Not known: ${md(one)}`),
  ];
};

export const changeLines = (dossier: CaseDossier): readonly string[] => {
  if (dossier.discovered === null) return ["not known: the logs were not searched for changes"];
  const told = changesTold(dossier);
  const telling = told.filter(({ phase }) => phase !== "ordinary");
  const lines = telling
    .slice(0, MOST)
    .map(({ eventTime, text, eventId }) => `${md(minute(eventTime))} - ${md(text)}, event ${md(eventId)}`);
  const rest = told.length - lines.length;
  return rest === 0
    ? lines
    : [
        ...lines,
        `${count(rest)} more, of which ${count(told.length - telling.length)} say nothing by themselves, in discovered.json`,
      ];
};

export const rotationLines = ({ hints }: CaseDossier): readonly string[] => {
  if (hints == null) return ["not known: names were not looked at"];
  const lines = hints.rotation
    .slice(0, MOST)
    .map(({ bucket, key, certainty, means }) => `${md(`${bucket}/${key}`)} (${certainty}): ${md(means)}`);
  const rest = hints.rotation.length - lines.length;
  return rest === 0 ? lines : [...lines, `${count(rest)} more in sensitivity-hints.json`];
};

export const costLines = ({ spending }: CaseDossier): readonly string[] =>
  spending == null
    ? ["not known"]
    : [
        `Together: ${inUsd(spending.dollars)}`,
        ...spending.lines.map((line) => `${md(line.what)}: ${inUsd(line.dollars)} (${md(line.how)})`),
        `Prices: ${md(spending.prices)}`,
      ];

/** A dollar sign begins a formula in some Markdown dialects. */
const inUsd = (amount: number): string => dollars(amount).replace("$", "USD ");
