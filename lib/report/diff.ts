/** One line of a comparison. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Beyond this a comparison costs more than it shows (its table has lines × lines cells): both are shown whole. */
const MOST_LINES = 600;

/** Lines of `before` and `after` along their longest common subsequence. */
export const diffLines = (before: readonly string[], after: readonly string[]): readonly DiffLine[] => {
  if (before.length > MOST_LINES || after.length > MOST_LINES)
    return [...all(before, "removed"), ...all(after, "added")];
  const longest = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) {
      lines.push({ kind: "same", text: before[i]! });
      i++;
      j++;
    } else if (longest[i + 1]![j]! >= longest[i]![j + 1]!) lines.push({ kind: "removed", text: before[i++]! });
    else lines.push({ kind: "added", text: after[j++]! });
  }
  return [...lines, ...all(before.slice(i), "removed"), ...all(after.slice(j), "added")];
};

const all = (lines: readonly string[], kind: DiffLine["kind"]): readonly DiffLine[] =>
  lines.map((text) => ({ kind, text }));

/** `[i][j]`: length of the longest common subsequence of what follows line i of one and line j of the other. */
const commonLengths = (before: readonly string[], after: readonly string[]): readonly (readonly number[])[] => {
  const table = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      table[i]![j] =
        before[i] === after[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
  return table;
};
