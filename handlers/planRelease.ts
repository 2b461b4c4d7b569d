import * as z from "zod";
import { planRelease } from "../lib/response/contain/planRelease.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput.extend({ releaseId: z.string(), actions: z.array(z.string()) });

/** Proposes to undo what a case changed. */
export const handler = step(Input, planRelease);
