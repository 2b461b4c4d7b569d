/** The values that there are, each once, in order. */
export const distinct = (values: Iterable<string | null | undefined>): readonly string[] =>
  [...new Set(values)].filter((value) => value != null && value !== "").sort() as string[];

export const sum = (numbers: Iterable<number>): number => {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
};
