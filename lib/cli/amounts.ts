import { bytesExactly, counted } from "../base/figures.ts";
import type { Amount } from "../case/theft.ts";

export const amountText = (amount: Amount | null): string => {
  if (amount === null) return "not known";
  const size = amount.bytes === null ? "size not known" : bytesExactly(amount.bytes);
  return `${counted(amount.objects, "object")}, ${counted(amount.calls, "call")}, ${size}`;
};
