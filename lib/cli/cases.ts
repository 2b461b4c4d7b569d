import { printable } from "../base/evidenceError.ts";
import type { Ports } from "../ports/ports.ts";
import { type DueReview, reviewsDue } from "../response/approve/reviewsDue.ts";
import { FILTER_OPTIONS, filteredCases, type ListedCase } from "./caseFilter.ts";
import { EXIT, type Verb } from "./command.ts";
import { withPlace } from "./places.ts";
import { ignoreBoundaries } from "./session.ts";

export const cases: Verb = {
  usage: "[--since TIME] [--until TIME] [--principal TEXT] [--bucket NAME] [--severity N] [--status STATUS]",
  options: FILTER_OPTIONS,
  examples: [
    "cordon cases",
    "cordon cases --profile security --region eu-central-1",
    "cordon cases --status awaiting-decision --json",
    "cordon cases --since 2026-11-01 --bucket customer-exports --severity 7",
  ],
  run: (typed, io) =>
    withPlace(typed, io, ignoreBoundaries, async ({ ports, lostCases }) => {
      const wanted = await filteredCases(typed, ports);
      const listed = await Promise.all(wanted.map((one) => withReviews(one, ports)));
      io.result(listed);
      io.print(listed.length === 0 ? "No cases." : listed.flatMap(linesOf).join("\n"));
      for (const caseId of lostCases)
        io.warn(`${caseId}  NOT LISTED: its records lie here and the journal does not know it (cordon home check)`);
      return lostCases.length === 0 ? EXIT.ok : EXIT.failed;
    }),
};

type WithReviews = ListedCase & { readonly reviews: readonly DueReview[] };

/** One case that cannot be read hides no other, and is said to be so. */
const withReviews = async (listed: ListedCase, ports: Ports): Promise<WithReviews> => {
  try {
    return { ...listed, reviews: await reviewsDue(listed.caseId, ports) };
  } catch (error) {
    return { ...listed, reviews: [], unreadable: listed.unreadable ?? (error as Error).message };
  }
};

const linesOf = ({ reviews, ...listed }: WithReviews): readonly string[] => [
  lineOf(listed),
  ...(listed.unreadable === undefined ? [] : [`  CANNOT BE READ: ${printable(listed.unreadable)}`]),
  ...reviews
    .filter(({ overdue }) => overdue)
    .map(({ about, planId, dueAt }) => `  OVERDUE since ${dueAt}: ${about} review of ${planId}`),
];

const lineOf = ({ caseId, status, openedAt, accountId, region, finding, sealed }: ListedCase): string =>
  `${caseId}  ${status.padEnd(18)} opened ${openedAt}  severity ${finding?.severity ?? "?"}  account ${accountId} ${region}  ${sealed.length} sealed revision(s)`;
