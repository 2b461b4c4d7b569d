import { watchContainment } from "../lib/response/contain/verifyContainment.ts";
import { PlanRefInput, step } from "../lib/response/step.ts";

const Input = PlanRefInput;

/** Looks whether the cut still holds. */
export const handler = step(Input, watchContainment);
