import { second } from "../base/figures.ts";
import type { CaseDossier } from "./dossier.ts";
import { htmlReport } from "./htmlReport.ts";
import { markdownReport } from "./markdownReport.ts";
import type { ReportModel, Section } from "./model.ts";
import { actor } from "./sections/actor.ts";
import { answer } from "./sections/answer.ts";
import { answers } from "./sections/answers.ts";
import { audit } from "./sections/audit.ts";
import { chain } from "./sections/chain.ts";
import { changes } from "./sections/changes.ts";
import { clocks } from "./sections/clocks.ts";
import { containment } from "./sections/containment.ts";
import { controls } from "./sections/controls.ts";
import { costs } from "./sections/costs.ts";
import { coverage, notKnown } from "./sections/coverage.ts";
import { decisions } from "./sections/decisions.ts";
import { detections } from "./sections/detections.ts";
import { figures } from "./sections/figures.ts";
import { likelihood } from "./sections/likelihood.ts";
import { next } from "./sections/next.ts";
import { otherLogs } from "./sections/otherLogs.ts";
import { pivots } from "./sections/pivots.ts";
import { plans } from "./sections/plans.ts";
import { queries } from "./sections/queries.ts";
import { sensitivity } from "./sections/sensitivity.ts";
import { happened, story } from "./sections/story.ts";
import { sure } from "./sections/sure.ts";
import { theft } from "./sections/theft.ts";
import { verify } from "./sections/verify.ts";
import { type Summary, summaryOf } from "./summary.ts";
import { warnings } from "./warnings.ts";

const TITLE = "S3 Data Exfiltration Investigation Report";

type Part = (dossier: CaseDossier, summary: Summary) => Section;

/** What is read from the front to the back, on paper too. */
const SECTIONS: readonly Part[] = [
  happened,
  story,
  theft,
  actor,
  changes,
  containment,
  decisions,
  sure,
  next,
  coverage,
  notKnown,
];

/** What an examiner looks up. */
const APPENDICES: readonly Part[] = [
  answers,
  likelihood,
  detections,
  pivots,
  chain,
  sensitivity,
  plans,
  clocks,
  otherLogs,
  figures,
  queries,
  audit,
  costs,
  controls,
  verify,
];

/** Everything the report says, in order, before it has a form. Pure: the same dossier gives the same model. */
export const reportModel = (given: CaseDossier): ReportModel => {
  const dossier = ordered(given) as CaseDossier;
  const summary = summaryOf(dossier);
  const { head, finding, revision, kind, sealedAt } = dossier;
  const made = (part: Part): Section => part(dossier, summary);
  return {
    title: TITLE,
    caseId: head.caseId,
    revision: `revision ${revision} (${kind}), sealed ${second(sealedAt)}`,
    warnings: warnings(dossier),
    facts: [
      ["Account", head.accountId],
      ["Region", head.region],
      ["Detection Source", `GuardDuty ${finding.type}`],
      ["Severity", `${finding.severity} of 10`],
      ["Investigation Date", head.openedAt.slice(0, 10)],
      ["Case", head.caseId],
    ],
    answer: made(answer),
    sections: SECTIONS.map(made),
    appendices: APPENDICES.map(made),
    colophon: `${head.caseId}, evidence revision ${revision}, ${second(sealedAt)}. Made by Cordon from the case's records. Where a fact is not on record this report says so. Characters that cannot be seen, or that control a display, are shown as \\u{…}.`,
  };
};

/**
 * The report of a case for people: one HTML page and one Markdown text of the same model. Strings of the dossier are
 * hostile; none of them becomes markup.
 */
export const buildReport = (dossier: CaseDossier): { readonly html: string; readonly markdown: string } => {
  const model = reportModel(dossier);
  return { html: htmlReport(model), markdown: markdownReport(model) };
};

/** Members in the order in which canonical JSON seals them: a report made from a bundle is then the same to the byte. */
const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, ordered(inner)]),
  );
};
