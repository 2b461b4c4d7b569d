import { PlanRefInput, step } from "../lib/response/step.ts";
import { verifyContainment } from "../lib/response/verifyContainment.ts";

const Input = PlanRefInput;

/** Re-reads every changed setting. */
export const handler = step(Input, verifyContainment);
