import { checkClassification, StartedJob } from "../lib/response/investigate/classify.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput.extend({ classification: StartedJob });

/** Whether classification has finished. */
export const handler = step(Input, checkClassification);
