import { verifyContainment } from "../lib/response/contain/verifyContainment.ts";
import { PlanRefInput, step } from "../lib/response/step.ts";

const Input = PlanRefInput;

/** Re-reads every changed setting. */
export const handler = step(Input, verifyContainment);
