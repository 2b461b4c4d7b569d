import { count, counted } from "../../base/figures.ts";
import { deadlinesOf } from "../deadlines.ts";
import type { CaseDossier } from "../dossier.ts";
import { facts, list, time, UNKNOWN } from "../elements.ts";
import { type Html, html, NOTHING, type Part } from "../html.ts";
import { sourcesOf } from "../sources.ts";
import { amountText, type Summary } from "../summary.ts";
import { decided } from "../timeline.ts";
import { toneOf } from "./likelihood.ts";

const MOST_REASONS = 4;
const MOST_DATES = 6;
const MOST_DECISIONS = 5;
const DEMO = " (the bundled demo responder, no human)";

/** The answers in a line each, for whoever reads no further. */
export const atAGlance = (dossier: CaseDossier, { contained, next }: Summary): Html => {
  const { certain } = dossier.view.theft;
  const decisions = dossier.plans.flatMap(({ decisions: all }) => all);
  const due = deadlinesOf(dossier).find(({ passed }) => !passed);
  const who = [
    ...new Set(
      decisions.map(({ decision }) => `${decision.approver.humanId}${decision.channel === "demo" ? DEMO : ""}`),
    ),
  ];
  return facts([
    ["Taken", certain === null ? null : html`at least ${amountText(certain)} ${sourcesOf(dossier, "objects")}`],
    ["Is it theft?", dossier.likelihood?.likelihood ?? null],
    ["Stopped?", contained],
    ["Decided by", who.length === 0 ? "nobody yet" : who.join(", ")],
    ["Open", next.length === 0 ? "nothing on record" : `${counted(next.length, "thing")} to do, listed below`],
    ["Next date", due === undefined ? "none on record" : html`${time(due.at)} ${due.what}`],
  ]);
};

/** Is it theft at all, and how much of what happened do the logs show? */
export const howSure = (dossier: CaseDossier): Html => {
  const opinion = dossier.likelihood ?? null;
  const told = opinion?.likelihood ?? null;
  return html`${
    opinion === null || told === null
      ? html`<p class="lead">That it is theft was not weighed: ${UNKNOWN}.</p>`
      : html`<p class="lead verdict ${toneOf(opinion)}">${told.charAt(0).toUpperCase()}${told.slice(1)}.</p>`
  }${list([...reasons(dossier), logs(dossier)], "")}`;
};

/** Signs first, then how many of the ordinary explanations fit; the rule and every criterion stand further down. */
const reasons = ({ likelihood }: CaseDossier): readonly Part[] => {
  const { signs = [], explanations = [], reasons: all = [] } = likelihood ?? {};
  if (signs.length === 0) return all.slice(0, MOST_REASONS);
  const seen = signs.filter(({ holds }) => holds === true);
  const shown = seen.toSorted((a, b) => Number(b.decisive) - Number(a.decisive)).slice(0, MOST_REASONS);
  const fit = explanations.filter(({ verdict }) => verdict === "fits").length;
  const open = explanations.filter(({ verdict }) => verdict === "possible").length;
  return [
    ...shown.map(({ decisive, text }) => html`${decisive ? html`<strong>Decisive:</strong> ` : NOTHING}${text}`),
    html`Of ${counted(explanations.length, "ordinary explanation")} (migration, development, backup) ${count(fit)} fit and ${count(open)} cannot be ruled out. <a href="#likelihood">All signs, and the rule</a>`,
  ];
};

const logs = ({ view: { coverage } }: CaseDossier): Part => {
  if (coverage.watermark === null) return html`No log was read, so no figure can be relied upon.`;
  const whole = coverage.buckets.filter(({ dataEvents }) => dataEvents === "covered").length;
  return html`The logs record every read of ${count(whole)} of ${counted(coverage.buckets.length, "bucket")}; ${counted(coverage.holes.length, "hole")} in them ${coverage.holes.length === 1 ? "is" : "are"} known. <a href="#completeness">Completeness</a>`;
};

/** Names and times: who let it happen, in whose words. */
export const whoDecided = ({ plans }: CaseDossier): Html => {
  const all = plans.flatMap(({ decisions }) => decisions);
  return html`${list(
    all
      .slice(0, MOST_DECISIONS)
      .map(
        ({ decision, receivedAt }) =>
          html`${time(receivedAt)} <strong>${decision.approver.humanId}</strong>${decision.channel === "demo" ? DEMO : ""} ${decided(decision)} plan ${decision.planId}: “${decision.reason}”`,
      ),
    "Nobody has decided anything, and nothing was changed without a decision.",
  )}${all.length > MOST_DECISIONS ? html`<p class="note">${all.length - MOST_DECISIONS} more stand under <a href="#decisions">Decisions</a>.</p>` : NOTHING}`;
};

/** What has a date; empty where nothing has. */
export const byWhen = (dossier: CaseDossier): Html => {
  const all = deadlinesOf(dossier);
  const next = all.filter(({ passed }) => !passed);
  const rows = [...all.filter(({ passed }) => passed).slice(-2), ...next].slice(0, MOST_DATES);
  if (rows.length === 0) return NOTHING;
  return html`<table class="dates"><caption>Dates, soonest first; those of notification duties are computed candidates, not legal advice</caption><thead><tr><th scope="col">By (UTC)</th><th scope="col">What</th><th scope="col">Who</th></tr></thead><tbody>
${rows.map(({ at, what, whose, passed }) => html`<tr><th scope="row">${time(at)}${passed ? html` <strong>passed</strong>` : NOTHING}</th><td>${what}</td><td>${whose}</td></tr>\n`)}</tbody></table>${all.length > rows.length ? html`<p class="note">${all.length - rows.length} further dates stand under <a href="#clocks">Notification clocks</a>.</p>` : NOTHING}`;
};
