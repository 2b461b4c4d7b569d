import * as z from "zod";
import { digestOf } from "../../base/jcs.ts";
import { visible } from "../../base/visible.ts";
import type { Mark } from "../../case/mark.ts";
import type { SetAside } from "../../case/scan.ts";
import type { CoverageView, TheftView } from "../../case/theft.ts";
import { DecisionSchema, HUMAN_ID } from "../plan/decision.ts";
import { MINIMUM_REVIEW } from "../plan/review.ts";
import { notUnderstoodSentence } from "./input.ts";

/** What a person signs who says that a file that was not understood has nothing to do with the case. Its subject is the file as it was met. */
export const MarkSchema = z.strictObject({
  caseId: z.string().min(1).max(80),
  file: z.string().min(1).max(4096),
  verdict: z.literal("irrelevant"),
  reason: DecisionSchema.shape.reason.min(MINIMUM_REVIEW),
  approver: z.strictObject({ humanId: z.string().regex(HUMAN_ID) }),
  channel: DecisionSchema.shape.channel,
  assurance: DecisionSchema.shape.assurance,
  markedAt: z.iso.datetime(),
});
export type MarkStatement = z.infer<typeof MarkSchema>;

/** A file that was set aside, and its SHA-256 as it was read; null where that is not known. */
export interface MetFile extends SetAside {
  readonly sha256: string | null;
}

/** Of one that is changed, or set aside for another reason, nobody has said anything. */
export const subjectOf = ({ file, reason, sha256 }: MetFile): string => digestOf({ file, reason, sha256 });

/** Files of which nobody has said that they are irrelevant. */
export const unmarked = <T extends SetAside>(setAside: readonly T[], marks: readonly Mark[]): readonly T[] =>
  setAside.filter(({ file, reason }) => !marks.some((mark) => mark.file === file && mark.reason === reason));

interface Told {
  readonly theft: TheftView;
  readonly coverage: CoverageView;
}

/**
 * The figures after a mark: the file is no hole any more. Where it was the last one, what is said is what would have been
 * said without any (`ifIrrelevant`), the upper bound included.
 */
export const withMarks = ({ theft, coverage }: Told, marks: readonly Mark[]): Told => {
  const left = unmarked(coverage.setAside, marks);
  if (left.length === coverage.setAside.length) return { theft, coverage };
  const known = coverage.marked ?? [];
  const fresh = marks.filter((mark) => coverage.setAside.some((one) => isOf(mark, one)));
  const marked = [...known.filter((one) => !fresh.some((mark) => mark.file === one.file)), ...fresh];
  const base = { ...coverage, setAside: left, filesSetAside: left.length, marked };
  const alone = coverage.ifIrrelevant;
  if (left.length === 0 && alone !== undefined) {
    const { ifIrrelevant: _, ...rest } = base;
    const buckets = coverage.buckets.map((bucket) => ({
      ...bucket,
      dataEvents: alone.buckets.find(({ name }) => name === bucket.name)?.dataEvents ?? bucket.dataEvents,
    }));
    return {
      theft: { ...theft, upperBound: alone.upperBound, notKnown: alone.notKnown },
      coverage: { ...rest, buckets, holes: alone.holes },
    };
  }
  const [before, now] = [notUnderstoodSentence(coverage.setAside), notUnderstoodSentence(left)];
  const told = (lines: readonly string[]): readonly string[] =>
    lines.flatMap((line) => (line !== before ? line : left.length === 0 ? [] : now));
  return {
    theft: { ...theft, notKnown: told(theft.notKnown) },
    coverage: { ...base, holes: told(coverage.holes) },
  };
};

const isOf = (mark: Mark, { file, reason }: SetAside): boolean => mark.file === file && mark.reason === reason;

/** A sentence each, for every view. */
export const markSentences = (marks: readonly Mark[]): readonly string[] =>
  marks.map(
    ({ file, humanId, at, because }) =>
      `Called irrelevant by ${humanId} at ${at}, not understood: ${visible(file)}: ${visible(because)}`,
  );
