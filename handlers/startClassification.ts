import { startClassification } from "../lib/response/investigate/classify.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput;

/** Starts classification of what was stolen. */
export const handler = step(Input, startClassification);
