import { CordonError } from "../base/errors.ts";
import type { Lease } from "../embedded/lease.ts";
import { machineFault } from "../embedded/machineFault.ts";

const TURN_MS = 500;

export interface Candidate {
  readonly lease: Pick<Lease, "take">;
  /** Each thing that is waited for is said once. */
  readonly say: (text: string) => void;
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Waits for a holder that may be dead, and for whatever the machine lacks meanwhile: one that stands still in the middle of a
 * write keeps everybody out. Throws LEASE_LOST while another process lives and drives.
 */
export const becomeDriver = async ({ lease, say, pause = wait }: Candidate): Promise<void> => {
  let said: string | null = null;
  for (;;) {
    const held = take(lease);
    if (held === "ours") return;
    if (held === "theirs")
      throw new CordonError("LEASE_LOST", "another Cordon process drives this data directory already");
    const why = held === "silent" ? SILENT : `${held.lacking}; waiting until that has passed.`;
    if (why !== said) say(why);
    said = why;
    await pause(TURN_MS);
  }
};

const SILENT = "Another process held this data directory; waiting to see whether it lives (15 s).";

const take = (lease: Candidate["lease"]): ReturnType<Lease["take"]> | { readonly lacking: string } => {
  try {
    return lease.take();
  } catch (error) {
    const lacking = machineFault(error);
    if (lacking === null) throw error;
    return { lacking };
  }
};

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
