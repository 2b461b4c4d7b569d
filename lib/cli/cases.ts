import { CordonError } from "../base/errors.ts";
import { printable } from "../base/evidenceError.ts";
import { bytes, counted, minute } from "../base/figures.ts";
import { CASE_STATE_NAMES, type CaseState } from "../case/caseState.ts";
import type { ReadPorts } from "../ports/ports.ts";
import { type DueReview, reviewsDue } from "../response/approve/reviewsDue.ts";
import { type CaseLine, describeCase } from "../web/caseList.ts";
import { FILTER_OPTIONS, filteredCases, type ListedCase } from "./caseFilter.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import { type Line, rowsOf } from "./lines.ts";
import { withReading } from "./readings.ts";

export const cases: Verb = {
  usage: "[--since TIME] [--until TIME] [--principal TEXT] [--bucket NAME] [--severity N] [--state STATE]",
  options: {
    ...FILTER_OPTIONS,
    state: { type: "string", value: "STATE", help: `only cases that stand so: ${CASE_STATE_NAMES.join(", ")}` },
  },
  examples: [
    "cordon cases",
    "cordon cases --profile security --region eu-central-1",
    "cordon cases --state asked --json",
    "cordon cases --since 2026-11-01 --bucket customer-exports --severity 7",
  ],
  run: (typed, io) =>
    withReading(typed, async ({ ports, lostCases }) => {
      const isAsked = stateFilter(typed);
      const all = await Promise.all((await filteredCases(typed, ports)).map((one) => standing(one, ports)));
      const listed = all.filter(isAsked);
      io.result(listed.map(({ line: _line, ...one }) => one));
      if (listed.length === 0) io.print("No cases.");
      io.show(listed.flatMap((one) => rowsOfCase(one, io.width)));
      for (const caseId of lostCases)
        io.warn(`${caseId}  NOT LISTED: its records lie here and the journal does not know it (cordon home check)`);
      return lostCases.length === 0 ? EXIT.ok : EXIT.failed;
    }),
};

/** A case as it stands, in the words of page and `cordon show`. */
interface Standing extends ListedCase {
  readonly state: Pick<CaseState, "is" | "tone" | "word" | "sentence"> | null;
  readonly reviews: readonly DueReview[];
  readonly line: Omit<CaseLine, "deadline">;
}

/** What cannot be read passes the filter: how it stands is not known. */
const stateFilter = ({ values: { state } }: Typed): ((one: Standing) => boolean) => {
  if (state === undefined) return () => true;
  if ((CASE_STATE_NAMES as readonly string[]).includes(String(state)))
    return (one) => one.state === null || one.state.is === state;
  throw new CordonError(
    "USAGE",
    `--state: expected one of ${CASE_STATE_NAMES.join(", ")}, got "${printable(String(state))}"`,
  );
};

/** One case that cannot be read hides no other, and is said to be so. */
const standing = async (listed: ListedCase, ports: ReadPorts): Promise<Standing> => {
  const line = await describeCase(listed, ports);
  const told = { ...listed, line, state: line.state };
  const why = listed.unreadable ?? line.unreadable;
  if (why !== null) return { ...told, reviews: [], unreadable: why };
  try {
    return { ...told, reviews: await reviewsDue(listed.caseId, ports) };
  } catch (error) {
    return { ...told, reviews: [], unreadable: (error as Error).message };
  }
};

const rowsOfCase = ({ caseId, reviews, state, line, unreadable }: Standing, width: number): readonly Line[] => {
  const bad = (text: string): readonly Line[] => rowsOf({ label: "", text, tone: "bad" }, width, 2);
  return [
    { label: `${caseId}  `, text: (state?.word ?? "not known").toUpperCase(), tone: state?.tone ?? "bad" },
    ...rowsOf({ label: "", text: aboutOf(line) }, width, 2),
    ...(unreadable === undefined ? [] : bad(`CANNOT BE READ: ${printable(unreadable)}`)),
    ...reviews
      .filter(({ overdue }) => overdue)
      .flatMap(({ about, planId, dueAt }) => bad(`OVERDUE since ${minute(dueAt)}: ${about} review of ${planId}`)),
  ];
};

const aboutOf = ({ who, buckets, amount, openedAt, severity, sample }: Standing["line"]): string => {
  const more = buckets.length > 1 ? ` and ${buckets.length - 1} more` : "";
  return [
    who ?? "nobody named",
    buckets.length === 0 ? "no bucket named" : `${buckets[0]}${more}`,
    amountOf(amount),
    `severity ${severity ?? "not known"}${sample ? ", SAMPLE" : ""}`,
    `opened ${minute(openedAt)}`,
  ].join("; ");
};

const amountOf = (amount: CaseLine["amount"]): string => {
  if (amount === null) return "taken: not known";
  const size = amount.bytes === null ? "size not known" : bytes(amount.bytes);
  return `${amount.atMost ? "at most " : ""}${counted(amount.objects, "object")}, ${size}`;
};
