import { z } from "zod";
import { planContainment } from "../lib/response/planContainment.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput.extend({ purpose: z.enum(["contain", "follow-up"]) });

/** Proposes containment. */
export const handler = step(Input, planContainment);
