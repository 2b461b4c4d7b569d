import { updateQuestion } from "../lib/response/contain/updateQuestion.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput;

/** Brings the standing question up to date with what the investigation found. */
export const handler = step(Input, updateQuestion);
