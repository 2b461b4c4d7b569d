import { failureOf } from "../failures.ts";

/** One line of the doctor: what was looked at, what it means, and the command that mends it. */
export interface Check {
  readonly id: string;
  /** `warn`: it works, but less is known or slower. `fail`: a response would not be possible, or not provable. */
  readonly status: "pass" | "warn" | "fail";
  readonly says: string;
  /** A command to run, or null where there is nothing to mend. */
  readonly mend: string | null;
}

export const pass = (id: string, says: string): Check => ({ id, status: "pass", says, mend: null });
export const warn = (id: string, says: string, mend: string | null): Check => ({ id, status: "warn", says, mend });
export const fail = (id: string, says: string, mend: string | null): Check => ({ id, status: "fail", says, mend });

/** Runs one look; a call that fails is itself a finding and stops no other look. */
export const looked = async (
  id: string,
  mend: string | null,
  look: () => Promise<Check | readonly Check[]>,
): Promise<readonly Check[]> => {
  try {
    const found = await look();
    return Array.isArray(found) ? found : [found as Check];
  } catch (error) {
    const { code, message } = failureOf(error);
    return [fail(id, `could not be looked at: ${code}: ${message}`.slice(0, 300), mend)];
  }
};

/** 0 all is well, or only warnings; 1 something fails. */
export const isReady = (checks: readonly Check[]): boolean => checks.every(({ status }) => status !== "fail");
