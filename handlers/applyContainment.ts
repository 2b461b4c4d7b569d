import { applyContainment } from "../lib/response/contain/applyContainment.ts";
import { PlanRefInput, step } from "../lib/response/step.ts";

const Input = PlanRefInput;

/** Carries out exactly what was approved. */
export const handler = step(Input, applyContainment);
