/** The fewest prefixes that a Macie job can be scoped by: OBJECT_KEY knows STARTS_WITH only. */
export interface Rolled {
  readonly prefixes: readonly string[];
  /** Every prefix is a whole key; what else the job reads can only be keys that one of them begins. */
  readonly exact: boolean;
}

/**
 * Rolls keys up to at most `limit` prefixes that cover them all, by joining the neighbours with the longest common
 * beginning. Among sorted keys a join does not change what its neighbours have in common with it, so that it is enough
 * to cut the list at the `limit - 1` places where neighbours have least in common.
 */
export const rollUp = (keys: readonly string[], limit: number): Rolled => {
  const sorted = withoutCovered([...new Set(keys)].sort());
  if (sorted.length <= limit) return { prefixes: sorted, exact: true };
  const shared = sorted.slice(1).map((key, at) => ({ after: at + 1, length: common(sorted[at]!, key).length }));
  const cuts = shared
    .sort((a, b) => a.length - b.length)
    .slice(0, limit - 1)
    .map(({ after }) => after);
  const starts = [0, ...cuts.sort((a, b) => a - b)];
  const groups = starts.map((start, at) => common(sorted[start]!, sorted[(starts[at + 1] ?? sorted.length) - 1]!));
  return { prefixes: withoutCovered(groups.sort()), exact: false };
};

const withoutCovered = (sorted: readonly string[]): string[] => {
  const kept: string[] = [];
  for (const key of sorted) if (kept.length === 0 || !key.startsWith(kept.at(-1)!)) kept.push(key);
  return kept;
};

const common = (a: string, b: string): string => {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  // Half of a surrogate pair is no text that an API takes.
  return a.slice(0, /[\ud800-\udbff]$/.test(a.slice(0, length)) ? length - 1 : length);
};
