import { CordonError } from "../base/errors.ts";
import type { Indicators, ScanRequest } from "../case/scan.ts";

/** Places for indicator texts in `case-table.sql`. */
const CHUNKS = 16;
/** Athena takes 1,024 characters a parameter, its own quotes and doubled quotes included (facts: aws.md, section 3). */
const CHUNK_CHARS = 1000;
/** What an unused place holds: equal to no CloudTrail identifier. */
const UNUSED = " ";

/**
 * The parameters of `case-table.sql` for one scan, in order. A value with a line break or a control character cannot
 * equal any identifier in CloudTrail and is left out. Throws INPUT_INVALID when the rest does not fit 16 × 1,000 characters.
 */
export const caseTableParameters = (request: Pick<ScanRequest, "from" | "to" | "indicators">): readonly string[] => [
  ...windowParameters(request),
  ...chunksOf(indicatorValues(request.indicators), CHUNKS),
];

/** First and last delivery day, from and to: what every scan of the lake begins with. */
export const windowParameters = (
  window: Pick<ScanRequest, "from" | "to">,
): readonly [string, string, string, string] => {
  const from = toSecond(window.from, 0);
  const to = toSecond(window.to, 999);
  return [dayOf(from, -1), dayOf(to, 1), from, to];
};

/** CloudTrail writes whole seconds: the lower bound is rounded down, the upper one up. */
const toSecond = (time: string, plusMilliseconds: number): string => {
  const at = Date.parse(time);
  if (Number.isNaN(at)) throw new CordonError("INPUT_INVALID", `scan: expected an ISO 8601 time, got ${time}`);
  return `${new Date(at + plusMilliseconds).toISOString().slice(0, 19)}Z`;
};

/** Folders are dated by delivery, not by event: a day more on both sides. */
const dayOf = (time: string, plusDays: number): string =>
  new Date(Date.parse(time) + plusDays * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "/");

/** The indicator that every event has: a hunt keeps all. */
export const EVERYTHING = "*";

/** Buckets also as ARNs, the form in which `resources` names them, in every partition the indicators speak of. */
export const indicatorValues = (indicators: Indicators): readonly string[] => {
  if (indicators.everything === true) return [EVERYTHING];
  const { accessKeyIds, principalIds, arns, addresses, buckets, iamNames = [] } = indicators;
  const partitions = new Set(["aws", ...arns.map((arn) => arn.split(":")[1] ?? "aws")]);
  const bucketArns = buckets.flatMap((name) => [...partitions].map((partition) => `arn:${partition}:s3:::${name}`));
  const all = new Set([
    ...accessKeyIds,
    ...principalIds,
    ...arns,
    ...addresses,
    ...buckets,
    ...bucketArns,
    ...iamNames,
  ]);
  return [...all]
    .filter((value) => /^[^\u0000-\u001f]+$/.test(value) && value !== UNUSED && value !== EVERYTHING)
    .sort();
};

/** Values as `count` texts, one value a line; throws INPUT_INVALID when they do not fit. */
export const chunksOf = (values: readonly string[], count: number): readonly string[] => {
  const chunks: string[] = [];
  for (const value of values) {
    const last = chunks.at(-1);
    const longer = `${last}\n${value}`;
    if (last !== undefined && widthOf(longer) <= CHUNK_CHARS) chunks[chunks.length - 1] = longer;
    else chunks.push(value);
  }
  if (chunks.length > count || chunks.some((chunk) => widthOf(chunk) > CHUNK_CHARS))
    throw new CordonError(
      "INPUT_INVALID",
      `scan: expected indicators of at most ${count} texts of ${CHUNK_CHARS} characters, got ${values.length} values in ${chunks.length} texts`,
    );
  return [...chunks, ...Array<string>(count - chunks.length).fill(UNUSED)];
};

/** Characters as a quoted SQL text: a quote inside is doubled. */
const widthOf = (text: string): number => text.length + text.split("'").length - 1;

/** Where `case-table.sql` tells the copies of an event apart: a SELECT over `touched`. */
const COPIES = /(?<=\ncopies AS \(\n).*?(?=\n\)\nSELECT\n)/s;

/**
 * The text of `case-table.sql` for an engine that reads the lake in parts: `rows` is the same SELECT with every copy of an
 * event as a row of its own, over each part; `copies` numbers and compares those of all parts. Its windows over a part with
 * no copies in it took half of the time.
 */
export const inParts = (text: string): { readonly rows: string; readonly copies: string } => {
  const [copies] = COPIES.exec(text) ?? [];
  if (copies === undefined) throw new TypeError("case-table.sql: expected a part named copies");
  return {
    copies,
    rows: text.replace(copies, () => "  SELECT *, 1 AS copy_number, false AS is_contested FROM touched"),
  };
};
