import { z } from "zod";
import { closeCase } from "../lib/response/closeCase.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput.extend({ state: z.unknown() });

/** Closes the case and tells everybody. */
export const handler = step(Input, closeCase);
