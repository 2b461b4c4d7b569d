import type { ScanEstimate, ScanRequest } from "../../case/scan.ts";
import type { Ports } from "../../ports/ports.ts";

/** What a scan would read, and why it is not begun; `refused` null: it may be. */
export interface ScanJudgement {
  readonly estimate: ScanEstimate;
  readonly refused: string | null;
}

/**
 * Estimates a scan before it begins and holds it against a limit in compressed bytes (null: none; `setting` names where
 * it is set). An estimate that cannot be had refuses nothing, unless the settings say so, or the limit does and the settings say
 * nothing (`unknown`: for what is in no hurry): the engine's own cap still holds.
 */
export const judgeScan = async (
  request: Pick<ScanRequest, "from" | "to" | "accounts">,
  limit: { readonly maximumBytes: number | null; readonly setting: string; readonly unknown?: "refuse" },
  { trail, settings }: Pick<Ports, "trail" | "settings">,
): Promise<ScanJudgement> => {
  const estimate = await estimateOf(request, trail);
  const { maximumBytes, setting } = limit;
  if (estimate.bytes === null && (settings.scan?.unknownEstimate ?? limit.unknown) === "refuse")
    return {
      estimate,
      refused: `scan refused: what it would read is not known (${estimate.reason}); to allow it set scan.unknownEstimate to allow in the settings and deploy`,
    };
  if (maximumBytes === null || estimate.bytes === null || estimate.bytes <= maximumBytes)
    return { estimate, refused: null };
  return {
    estimate,
    refused: `scan refused: the estimate of ${estimate.bytes} bytes in ${estimate.files} log files is above the limit of ${maximumBytes} bytes (${setting})`,
  };
};

const estimateOf = async (
  { from, to, accounts }: Pick<ScanRequest, "from" | "to" | "accounts">,
  trail: Ports["trail"],
): Promise<ScanEstimate> => {
  try {
    return await trail.estimate({ from, to, ...(accounts === undefined ? {} : { accounts }) });
  } catch (error) {
    return { bytes: null, files: null, reason: (error as Error).message };
  }
};
