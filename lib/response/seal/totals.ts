import { type Bodies, wholeOf } from "../../base/content.ts";
import { canonicalJson } from "../../base/jcs.ts";
import { distinct } from "../../base/lists.ts";
import { COVERAGE_SUMMARY, linesIn, OBJECTS, THEFT_SUMMARY } from "../../case/documents.ts";
import { CERTAINTIES, type Certainty, type TakenObject } from "../../case/objects.ts";
import type { Amount, TheftView } from "../../case/theft.ts";
import { isMovedInside } from "../../core/theft/theft.ts";

/**
 * What the totals of a bundle say that its list of objects does not; null: they agree. The record of the case, the summary
 * and the list are signed together, and whoever seals could still have written another number into one of them.
 */
export const totalsDiffer = (files: Bodies): string | null => {
  const view = (jsonIn(files, "case.json") as { readonly view?: Partial<Record<string, unknown>> } | null)?.view;
  const theft = jsonIn(files, THEFT_SUMMARY.name) as TheftView | null;
  if (view === undefined) return null;
  const faults = [
    differs("theft-summary.json and case.json", theft ?? claimedBy(view.theft), view.theft),
    differs(
      "coverage-summary.json and case.json",
      jsonIn(files, COVERAGE_SUMMARY.name) ?? view.coverage,
      view.coverage,
    ),
    theft === null ? null : ledgerFault(theft, files),
  ].filter((fault) => fault !== null);
  return faults.length === 0 ? null : faults.join("; ");
};

const jsonIn = (files: Bodies, name: string): unknown => {
  const body = files.get(`data/${name}`);
  return body === undefined ? null : JSON.parse(Buffer.from(wholeOf(body)).toString("utf8"));
};

const differs = (names: string, one: unknown, other: unknown): string | null =>
  canonicalJson(one ?? null) === canonicalJson(other ?? null) ? null : `${names} say different things`;

/** A case without a summary of what was taken may claim no amount. */
const claimedBy = (theft: unknown): unknown =>
  typeof theft !== "object" || theft === null ? theft : { ...theft, certain: null, likely: null, upperBound: null };

const ledgerFault = (theft: TheftView, files: Bodies): string | null => {
  const listed = addUp(linesIn(OBJECTS, files.get(`data/${OBJECTS.name}`)));
  const certain = listed.amounts[0]!;
  const agree =
    (theft.certain === null ? listed.lines === 0 : sameAmount(theft.certain, certain)) &&
    ([theft.likely, theft.upperBound] as const).every((said, at) => isAtLeast(said, listed.amounts[at + 1]!)) &&
    canonicalJson([theft.firstAt, theft.lastAt]) === canonicalJson([listed.firstAt, listed.lastAt]) &&
    canonicalJson([theft.buckets, theft.addresses]) === canonicalJson([listed.buckets, listed.addresses]);
  return agree
    ? null
    : `theft-summary.json is not what objects.jsonl adds up to (${certain.objects} objects, ${certain.calls} calls, ${certain.bytes ?? "unknown"} bytes certain)`;
};

const sameAmount = (a: Amount, b: Amount): boolean =>
  a.objects === b.objects && a.calls === b.calls && a.bytes === b.bytes;

/** A line counts the calls of its strongest certainty alone: of the weaker ones the summary may know more calls, never other objects. */
const isAtLeast = (said: Amount | null, listed: Amount): boolean =>
  said === null ||
  (said.objects === listed.objects && said.calls >= listed.calls && (said.bytes ?? 0) >= (listed.bytes ?? 0));

interface Listed {
  readonly lines: number;
  /** Of each certainty, those before it included. */
  readonly amounts: readonly Amount[];
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  readonly buckets: readonly string[];
  readonly addresses: readonly string[];
}

/** Lines of one object follow each other, so that nothing has to be remembered of millions. */
const addUp = (lines: Iterable<TakenObject>): Listed => {
  const tallies = CERTAINTIES.map(() => ({ objects: 0, calls: 0, bytes: null as number | null, last: "" }));
  const [buckets, addresses] = [new Set<string>(), new Set<string>()];
  let [count, firstAt, lastAt] = [0, null as string | null, null as string | null];
  for (const one of lines) {
    count += 1;
    const object = canonicalJson([one.bucket, one.key, one.versionId]);
    const bytes = isMovedInside(one.path) ? one.size : one.bytesOut;
    for (const tally of tallies.slice(rankOf(one.certainty))) {
      if (tally.last !== object) tally.objects += 1;
      tally.last = object;
      tally.calls += one.calls;
      if (bytes !== null) tally.bytes = (tally.bytes ?? 0) + bytes;
    }
    if (one.certainty !== "certain") continue;
    buckets.add(one.bucket);
    for (const address of one.addresses) addresses.add(address);
    if (firstAt === null || one.firstAt < firstAt) firstAt = one.firstAt;
    if (lastAt === null || one.lastAt > lastAt) lastAt = one.lastAt;
  }
  const amounts = tallies.map(({ objects, calls, bytes }) => ({ objects, calls, bytes: objects === 0 ? 0 : bytes }));
  return { lines: count, amounts, firstAt, lastAt, buckets: distinct(buckets), addresses: distinct(addresses) };
};

const rankOf = (certainty: Certainty): number => CERTAINTIES.indexOf(certainty);
