import { count, minute } from "../base/figures.ts";
import type { Pivot } from "../case/opinion.ts";
import { nameOf } from "../core/principal/credential.ts";
import { chainTree } from "./chainTree.ts";
import type { CaseDossier } from "./dossier.ts";
import { md } from "./markdown.ts";
import { dollars } from "./money.ts";
import { changesTold } from "./sections/changes.ts";
import { bySeverity, othersLine, ownRows } from "./sections/detections.ts";

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

/** The actor's rows, gravest first; everybody else in one line for each detection. */
export const detectionLines = ({ detections: all }: CaseDossier): readonly string[] => {
  if (all.length === 0) return ["not known: no detection was run"];
  const found = bySeverity(all.filter(({ rows }) => rows.length > 0));
  const own = found.filter((one) => ownRows(one) > 0);
  const failed = all.filter(({ error }) => error != null);
  const alone = found.filter((one) => ownRows(one) === 0);
  return [
    ...own.flatMap((one) => [
      `${md(one.title)} (${md(one.severity)}): ${count(ownRows(one))} of the actor`,
      ...one.rows
        .slice(0, Math.min(ownRows(one), MOST_ROWS))
        .map(
          (row) =>
            `  ${md(String(row.first_at ?? ""))} - ${md(String(row.detail ?? ""))}${row.bucket == null ? "" : ` ${md(String(row.bucket))}`}${row.outcome === "attempted" ? " (refused)" : ""}`,
        ),
    ]),
    ...alone.map((one) => `Of other identities alone: ${md(one.title)}: ${md(othersLine(one))}`),
    ...failed.map(({ id, error }) => `Could not be run: ${md(`${id}: ${error}`)}`),
    `${count(all.length - found.length - failed.length)} quiet`,
  ];
};

const MOST_ROWS = 3;

/** What each mark of the actor finds by itself, and whether it goes on. */
export const pivotLines = ({ pivots }: CaseDossier): readonly string[] =>
  pivots == null
    ? ["not known: the marks of the actor were not followed"]
    : [
        `Still going on: ${pivots.activity.state}: ${md(pivots.activity.why)}`,
        ...pivots.pivots
          .filter(({ others }) => others > 0)
          .map(
            ({ kind, value, others, adds }) =>
              `${kind} ${md(value)}: ${count(others)} calls that are not the actor's${leads(adds)}`,
          ),
      ];

const leads = (adds: Pivot["adds"]): string => {
  const named = [...adds.principals, ...adds.keys, ...adds.addresses];
  return named.length === 0
    ? ""
    : `: ${named.slice(0, MOST_ROWS).map(md).join(", ")}${named.length > MOST_ROWS ? ` and ${count(named.length - MOST_ROWS)} more` : ""}`;
};

export const rotationLines = ({ hints }: CaseDossier): readonly string[] => {
  if (hints == null) return ["not known: names were not looked at"];
  const secrets = (hints.secrets ?? []).map(
    ({ kind, name, firstAt }) => `${kind} ${md(name)}: read by the actor ${md(minute(firstAt))}`,
  );
  const objects = hints.rotation.map(
    ({ bucket, key, certainty, means }) => `${md(`${bucket}/${key}`)} (${certainty}): ${md(means)}`,
  );
  const all = [...secrets, ...objects];
  const rest = all.length - MOST;
  return rest <= 0 ? all : [...all.slice(0, MOST), `${count(rest)} more in sensitivity-hints.json`];
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
