import type { CaseDossier } from "./dossier.ts";
import { bytesExactly, count, second } from "./figures.ts";
import { type Html, html, type Part } from "./html.ts";
import { markdownReport, warnings } from "./markdownReport.ts";
import { code, facts, list, page, table } from "./page.ts";
import { amountText, type Summary, summaryOf } from "./summary.ts";
import { momentsOf } from "./timeline.ts";

/** The report of a case for people: one HTML page and one Markdown text that say the same. Pure: the same dossier gives the same bytes. */
export const buildReport = (dossier: CaseDossier): { readonly html: string; readonly markdown: string } => {
  const summary = summaryOf(dossier);
  return {
    html: page(`Investigation report ${dossier.head.caseId}`, body(dossier, summary)),
    markdown: markdownReport(dossier, summary),
  };
};

const body = (
  dossier: CaseDossier,
  summary: Summary,
): Html => html`<header><h1>S3 Data Exfiltration Investigation Report</h1>
${facts([
  ["Case", dossier.head.caseId],
  ["Account", dossier.head.accountId],
  ["Detection source", `GuardDuty ${dossier.finding.type}`],
  ["Status", dossier.head.status],
  ["Evidence", `revision ${dossier.revision} (${dossier.kind}), sealed ${second(dossier.sealedAt)}`],
])}</header>
<main>
${warnings(dossier).map((line) => html`<p><strong>${line}</strong></p>`)}
${section("Summary", html`<p>${summary.headline}</p><p>${summary.contained}</p>${theft(dossier, summary)}`)}
${section("To decide next", list(summary.next, "Nothing."))}
${section(
  "Not known",
  list(
    summary.gaps.map(({ what, reason }) => `${what}: ${reason}`),
    "Nothing.",
  ),
)}
${section(
  "Timeline",
  table(
    "Timeline",
    [
      { head: "When", cell: ({ at }) => second(at) },
      { head: "Phase", cell: ({ phase }) => phase },
      { head: "What", cell: ({ text }) => text },
      { head: "Events", cell: ({ eventIds }) => eventIds.join(" ") },
    ],
    momentsOf(dossier),
    "No moment is known.",
  ),
)}
${section(
  "Containment",
  table(
    "Actions",
    [
      { head: "Action", cell: ({ action }) => `${action.title}: ${action.target.label}` },
      { head: "Done", cell: ({ done }) => (done ? "yes" : "no") },
      { head: "What became of it", cell: ({ note }) => note },
    ],
    summary.outcomes,
    "No action was planned.",
  ),
)}
${section("Completeness", coverage(dossier))}
${section(
  "Queries",
  table(
    "Queries",
    [
      { head: "Query", cell: ({ name }) => name },
      { head: "Rows", cell: ({ rows }) => count(rows), numeric: true },
      { head: "Result digest", cell: ({ resultDigest }) => code(resultDigest) },
    ],
    dossier.queries,
    "No query was run.",
  ),
)}
</main>`;

const section = (title: string, content: Part): Html => html`<section><h2>${title}</h2>${content}</section>`;

const theft = ({ view }: CaseDossier, { whyNoFigure }: Summary): Html =>
  facts(
    (
      [
        ["Certain", view.theft.certain],
        ["Likely", view.theft.likely],
        ["At most", view.theft.upperBound],
      ] as const
    ).map(([name, amount]) => [
      name,
      amount === null
        ? `not known: ${whyNoFigure}`
        : `${amountText(amount)}${amount.bytes === null ? "" : ` (${bytesExactly(amount.bytes)})`}`,
    ]),
  );

const coverage = ({ view }: CaseDossier): Html => html`${facts([
  ["Watermark", view.coverage.watermark === null ? null : second(view.coverage.watermark)],
  ["Files read", count(view.coverage.filesRead)],
  ["Files set aside", count(view.coverage.filesSetAside)],
])}
${table(
  "Data events per bucket",
  [
    { head: "Bucket", cell: ({ name }) => name },
    { head: "Data events", cell: ({ dataEvents }) => dataEvents },
  ],
  view.coverage.buckets,
  "No bucket is known.",
)}
${list(view.coverage.holes, "No hole was found.")}`;
