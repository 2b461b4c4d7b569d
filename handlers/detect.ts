import { detect } from "../lib/response/investigate/detect.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput;

/** Runs every detection over the case table. */
export const handler = step(Input, detect);
