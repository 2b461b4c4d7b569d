/** Cents matter little, and nothing must look like nothing when it is not. */
export const dollars = (amount: number): string =>
  amount > 0 && amount < 0.01 ? "under $0.01" : `$${amount.toFixed(2)}`;
