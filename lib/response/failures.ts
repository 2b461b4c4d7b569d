import type { CaseHead } from "../case/case.ts";
import type { Ports } from "../ports/ports.ts";

export interface Failure {
  readonly step: string;
  readonly reason: string;
}

/** What failed in an execution, from its state: `failures` of the machine itself and of the branches it waited for. */
export const failuresIn = (state: unknown): readonly Failure[] => {
  if (typeof state !== "object" || state === null) return [];
  const { failures, branches } = state as { failures?: Record<string, unknown>; branches?: readonly unknown[] };
  const own = Object.entries(failures ?? {}).map(([step, failure]) => ({ step, reason: reasonOf(failure) }));
  return [...own, ...(Array.isArray(branches) ? branches.flatMap(failuresIn) : [])];
};

/**
 * Step Functions hands a caught error on as `{Error, Cause}`; Lambda puts JSON with `errorMessage` into the
 * cause, and a nested execution its own description with `Cause`.
 */
const reasonOf = (failure: unknown): string => {
  const { Error: name, Cause: cause } = failure as { Error?: string; Cause?: string };
  return `${name ?? "failed"}: ${messageIn(cause ?? "no cause was given")}`.slice(0, 1000);
};

const messageIn = (cause: string): string => {
  try {
    const parsed = JSON.parse(cause) as { errorMessage?: string; Cause?: string; cause?: string };
    return parsed.errorMessage ?? parsed.Cause ?? parsed.cause ?? cause;
  } catch {
    return cause;
  }
};

/** What failed is what the case does not know. */
export const noteFailures = (caseId: string, state: unknown, { cases }: Ports): Promise<CaseHead> => {
  const failures = failuresIn(state);
  return cases.update(caseId, (head) => ({
    ...head,
    notKnown: [...head.notKnown, ...failures.filter(({ step }) => !head.notKnown.some((known) => known.step === step))],
  }));
};
