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

/**
 * Parts of the text of `baseline-table.sql` for an engine that counts in another way: the events of the window before copies
 * are told apart (parameters: those of the window), and how the network is made of an address.
 */
export const baselineParts = (text: string): { readonly named: string; readonly network: string } => {
  const [before] = /^.*?(?=,\nonce AS \()/s.exec(text) ?? [];
  const [network] = /CASE\s+WHEN regexp_like\(sourceip,.*?END(?= AS network,)/s.exec(text) ?? [];
  if (before === undefined || network === undefined)
    throw new TypeError("baseline-table.sql: expected parts named once and network");
  const columns = "event_key, eventtime, eventname, stable_id, sourceip, useragent, bucket, object_key, bytes_out";
  return { named: `${before}\nSELECT ${columns} FROM named`, network };
};

/** A value with a control character equals no identifier in CloudTrail. */
const plain = (values: readonly string[]): readonly string[] =>
  [...new Set(values)].filter((value) => /^[^\u0000-\u001f]+$/.test(value) && value.trim() !== "").sort();
