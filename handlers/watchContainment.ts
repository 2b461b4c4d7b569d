import { PlanRefInput, step } from "../lib/response/step.ts";
import { watchContainment } from "../lib/response/verifyContainment.ts";

const Input = PlanRefInput;

/** Looks whether the cut still holds. */
export const handler = step(Input, watchContainment);
