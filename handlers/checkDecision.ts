import { checkDecision } from "../lib/response/approve/askApproval.ts";
import { PlanRefInput, step } from "../lib/response/step.ts";

const Input = PlanRefInput;

/** What the signed decisions on record amount to. */
export const handler = step(Input, checkDecision);
