import { counted } from "../../base/figures.ts";
import { sum } from "../../base/lists.ts";
import type { CountedCalls } from "../../case/theft.ts";
import { READ_CALLS } from "./readCalls.ts";

/** A row of `lib/sql/counted-calls.sql`. */
export interface CountedRow {
  readonly window_start: string;
  readonly window_end: string | null;
  readonly dimension: string | null;
  readonly counts: string | null;
  readonly details: string | null;
}

/** Calls by which what objects hold leaves a bucket. */
const READS: ReadonlySet<string> = new Set([...READ_CALLS, "CopyObject", "UploadPartCopy"]);

interface Count {
  readonly row: CountedRow;
  readonly eventName: string;
  readonly calls: number;
}

/**
 * How many reads of a bucket were counted, by whomever. Summaries by resource and by call are of the same calls and are not added:
 * of each call's name the larger number counts. CloudTrail may leave the least of them out: it is a lower bound.
 */
export const countedCallsOf = (bucket: string, rows: readonly CountedRow[]): readonly CountedCalls[] => {
  const isBucket = (name: string): boolean =>
    new RegExp(`^arn:[^:]+:s3:::${bucket.replaceAll(".", "\\.")}(?:/|$)`).test(name);
  const found = rows.flatMap((row) => countsIn(row, isBucket)).filter(({ eventName }) => READS.has(eventName));
  return [...Map.groupBy(found, ({ eventName }) => eventName)]
    .map(([eventName, own]) => {
      const [most] = [...Map.groupBy(own, ({ row }) => row.dimension).values()].toSorted((a, b) => total(b) - total(a));
      const from = most!.map(({ row }) => row.window_start).toSorted()[0]!;
      const to = most!
        .map(({ row }) => row.window_end ?? row.window_start)
        .toSorted()
        .at(-1)!;
      return { bucket, eventName, calls: total(most!), from, to };
    })
    .toSorted((a, b) => b.calls - a.calls)
    .map((one) => ({ ...one, says: saysOf(one) }));
};

const total = (counts: readonly Count[]): number => sum(counts.map(({ calls }) => calls));

const countsIn = (row: CountedRow, isBucket: (name: string) => boolean): readonly Count[] => {
  const primary = linesOf(row.counts).map(numbered);
  const details = linesOf(row.details).map((line) => ({
    dimension: line.slice(0, line.indexOf(" ")),
    ...numbered(line.slice(line.indexOf(" ") + 1)),
  }));
  // Of a summary of several, nobody can tell whose the details are.
  const [only] = primary.length === 1 ? primary : [];
  if (only === undefined) return [];
  if (row.dimension === "resourceARN" && isBucket(only.name))
    return details
      .filter(({ dimension }) => dimension === "eventName")
      .map(({ name, calls }) => ({ row, eventName: name, calls }));
  if (row.dimension === "eventName")
    return details
      .filter(({ dimension, name }) => dimension === "resourceARN" && isBucket(name))
      .map(({ calls }) => ({ row, eventName: only.name, calls }));
  return [];
};

const linesOf = (text: string | null): readonly string[] => text?.split("\n") ?? [];

const numbered = (line: string): { readonly calls: number; readonly name: string } => {
  const [, number, name = ""] = /^(\d+) (.*)$/s.exec(line) ?? [];
  return { calls: Number(number ?? 0), name };
};

const saysOf = ({ bucket, eventName, calls, from, to }: Omit<CountedCalls, "says">): string =>
  `${bucket}: at least ${counted(calls, `${eventName} call`)} from ${from} to ${to}, by whomever: counted, not named. CloudTrail's summaries of five minutes name no object, so that they are in no total.`;
