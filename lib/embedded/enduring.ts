import { machineFault } from "./machineFault.ts";

/** Work that was not begun, or not waited for, because the host stops: no end of a step, and never recorded as one. */
export class HostStopped extends Error {
  override readonly name = "HostStopped";

  constructor() {
    super("the host was stopped");
  }
}

/** How a host meets what its machine lacks for a while. */
export interface Endurance {
  readonly options: {
    /** Hears of every fault of the machine. */
    readonly onFault: (fault: string, error: Error) => void;
    /** So long one piece of work is tried again before the host gives up. */
    readonly patienceMs: number;
    readonly monotonicMs: () => number;
  };
  /** Does nothing any more. */
  readonly stopped: boolean;
  /** Begins nothing any more. */
  readonly stopping: boolean;
  giveUp(error: Error): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Tries again after faults of the machine, ever more seldom, as long as the host has patience. */
export const enduring = async <T>(host: Endurance, work: () => Promise<T>): Promise<T> => {
  const { onFault, patienceMs, monotonicMs } = host.options;
  const begun = monotonicMs();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      const fault = host.stopped ? null : machineFault(error);
      if (fault === null) throw error;
      onFault(fault, error as Error);
      if (monotonicMs() - begun + pause > patienceMs) host.giveUp(error as Error);
      assertRuns(host);
      await new Promise((done) => setTimeout(done, pause));
      assertRuns(host);
    }
  }
};

export const assertRuns = ({ stopped, stopping }: Pick<Endurance, "stopped" | "stopping">): void => {
  if (stopped || stopping) throw new HostStopped();
};
