import type { ScanRequest } from "../case/scan.ts";
import { chunksOf, windowParameters } from "./case-table.ts";

/** Places for identities, and as many for buckets, in `baseline-table.sql`. */
export const BASELINE_CHUNKS = 4;

/**
 * The parameters of `baseline-table.sql`, in order. Throws INPUT_INVALID when the identities or the buckets do not fit
 * 4 × 1,000 characters: a baseline of some of them would call the others new.
 */
export const baselineTableParameters = (
  request: Pick<ScanRequest, "from" | "to" | "indicators">,
): readonly string[] => [...windowParameters(request), ...baselineSubjects(request.indicators)];

/** The identities and buckets as `baseline-table.sql` and `baseline-habits.sql` take them. */
export const baselineSubjects = ({
  principalIds,
  buckets,
}: Pick<ScanRequest["indicators"], "principalIds" | "buckets">): readonly string[] => [
  ...chunksOf(plain(principalIds), BASELINE_CHUNKS),
  ...chunksOf(plain(buckets), BASELINE_CHUNKS),
];

/** A value with a control character equals no identifier in CloudTrail. */
const plain = (values: readonly string[]): readonly string[] =>
  [...new Set(values)].filter((value) => /^[^\u0000-\u001f]+$/.test(value) && value.trim() !== "").sort();
