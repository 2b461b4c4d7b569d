import * as z from "zod";
import { planContainment } from "../lib/response/contain/planContainment.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput.extend({
  purpose: z.enum(["contain", "follow-up"]),
  planId: z
    .string()
    .regex(/^(contain|follow-up)-[1-9]\d{0,2}$/)
    .optional(),
}).refine(({ purpose, planId }) => planId === undefined || planId.startsWith(`${purpose}-`), {
  path: ["planId"],
  message: "expected a plan of this purpose",
});

/** Proposes containment: the first plan of its purpose, or the one that somebody asked for. */
export const handler = step(Input, planContainment);
