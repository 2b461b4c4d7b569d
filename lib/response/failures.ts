import * as z from "zod";
import type { CaseHead } from "../case/case.ts";
import type { Ports } from "../ports/ports.ts";

export interface Failure {
  readonly step: string;
  readonly reason: string;
}

/** As Step Functions hands a caught error on. */
const Caught = z.object({ Error: z.string().catch("failed"), Cause: z.string().catch("no cause was given") });
type Caught = z.output<typeof Caught>;
const UNNAMED: Caught = { Error: "failed", Cause: "no cause was given" };

/** The state of an execution, as far as steps read it. Whatever else it is, a person can still be called about it. */
export interface ExecutionState {
  readonly failures?: Readonly<Record<string, Caught>> | undefined;
  readonly branches?: readonly ExecutionState[] | undefined;
}
export const ExecutionState: z.ZodType<ExecutionState> = z
  .object({
    failures: z.record(z.string(), Caught.catch(UNNAMED)).optional().catch(undefined),
    branches: z
      .array(z.lazy(() => ExecutionState))
      .optional()
      .catch(undefined),
  })
  .catch({});

/** What failed in an execution: of the machine itself and of the branches it waited for. */
export const failuresIn = ({ failures = {}, branches = [] }: ExecutionState): readonly Failure[] => [
  ...Object.entries(failures).map(([step, caught]) => ({ step, reason: reasonOf(caught) })),
  ...branches.flatMap(failuresIn),
];

const reasonOf = ({ Error: name, Cause: cause }: Caught): string => `${name}: ${messageIn(cause)}`.slice(0, 1000);

/** Lambda puts JSON with `errorMessage` into the cause, and a nested execution its own description with `Cause`. */
const Described = z.object({
  errorMessage: z.string().optional(),
  Cause: z.string().optional(),
  cause: z.string().optional(),
});

const messageIn = (text: string): string => {
  try {
    const { errorMessage, Cause, cause } = Described.parse(JSON.parse(text));
    return errorMessage ?? Cause ?? cause ?? text;
  } catch {
    return text;
  }
};

/** What failed is what the case does not know. */
export const noteFailures = (caseId: string, state: ExecutionState, { cases }: Ports): Promise<CaseHead> => {
  const failures = failuresIn(state);
  return cases.update(caseId, (head) => ({
    ...head,
    notKnown: [...head.notKnown, ...failures.filter(({ step }) => !head.notKnown.some((known) => known.step === step))],
  }));
};
