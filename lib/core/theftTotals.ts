import { CERTAINTIES, type Certainty, certaintyOf, type LedgerEntry, ledgerOf, type ReadRow, type TheftRules } from "./theft.ts";

export interface Amount {
  readonly objects: number;
  readonly calls: number;
  readonly bytes: number | null;
}

/** The three numbers, each including the one before: a level's rows are counted as if the next levels did not exist. */
export const totalsOf = (rows: readonly ReadRow[], rules: TheftRules): Readonly<Record<Certainty, Amount>> => {
  const levels = rows.map((row) => CERTAINTIES.indexOf(certaintyOf(row, rules)));
  const upTo = (level: Certainty): Amount => {
    const included = rows.filter((_, index) => levels[index]! <= CERTAINTIES.indexOf(level));
    return amountOf(CERTAINTIES.flatMap((one) => ledgerOf(included.filter((row) => certaintyOf(row, rules) === one), rules)));
  };
  return { certain: upTo("certain"), likely: upTo("likely"), "upper-bound": upTo("upper-bound") };
};

/** Objects once each, whatever the ways they were taken; bytes sent, and for copies the stored size where it is known. */
export const amountOf = (entries: readonly LedgerEntry[]): Amount => {
  const bytes = entries.map(({ path, bytesOut, size }) => (path === "server-side-copy" ? size : bytesOut)).filter((value) => value !== null);
  return {
    objects: new Set(entries.map(({ bucket, key, versionId }) => JSON.stringify([bucket, key, versionId]))).size,
    calls: entries.reduce((sum, { calls }) => sum + calls, 0),
    bytes: entries.length > 0 && bytes.length === 0 ? null : bytes.reduce((sum, value) => sum + value, 0),
  };
};
