import { checkBaseline } from "../lib/response/investigate/baseline.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput;

/** Whether that scan has finished; the opinion is then formed again. */
export const handler = step(Input, checkBaseline);
