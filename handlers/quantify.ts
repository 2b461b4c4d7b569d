import { quantify } from "../lib/response/investigate/quantify.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput;

/** What was taken, by whom, how, and how complete that picture is. */
export const handler = step(Input, quantify);
