import { closeCase } from "../lib/response/closeCase.ts";
import { ExecutionState } from "../lib/response/failures.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput.extend({ state: ExecutionState });

/** Closes the case and tells everybody. */
export const handler = step(Input, closeCase);
