import { assessImpact } from "../lib/response/assessImpact.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput;

/** What the actor changed, and whether a follow-up plan is due. */
export const handler = step(Input, assessImpact);
