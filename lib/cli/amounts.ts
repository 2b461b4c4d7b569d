import type { Amount } from "../case/theft.ts";

const UNITS = ["bytes", "kB", "MB", "GB", "TB", "PB"] as const;

/** Decimal units, as AWS bills; exact bytes stay beside them. */
export const bytesText = (bytes: number): string => {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** power).toFixed(2)} ${UNITS[power]}`;
};

export const amountText = (amount: Amount | null): string => {
  if (amount === null) return "not known";
  const size =
    amount.bytes === null
      ? "size not known"
      : `${amount.bytes.toLocaleString("en")} bytes (${bytesText(amount.bytes)})`;
  return `${amount.objects.toLocaleString("en")} objects, ${amount.calls.toLocaleString("en")} calls, ${size}`;
};
