import { Pass, quantify } from "../lib/response/quantify.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput.extend({ theft: Pass.optional() });

/** What was taken, by whom, how, and how complete that picture is. */
export const handler = step(Input, quantify);
