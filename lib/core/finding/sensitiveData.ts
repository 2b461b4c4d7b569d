import { visible } from "../../base/visible.ts";
import type { Finding } from "../../case/finding.ts";

/** What GuardDuty knew of sensitive data before anything was classified, as a sentence; null where it says nothing. */
export const sensitiveDataTold = ({ sensitiveData }: Pick<Finding, "sensitiveData">): string | null => {
  if (sensitiveData === undefined) return null;
  const words = sensitiveData.slice(0, 5).map((word) => visible(word).slice(0, 60));
  return `GuardDuty knew of sensitive data in what was touched${words.length === 0 ? "" : ` (${words.join(", ")})`}.`;
};
