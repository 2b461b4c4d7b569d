import * as z from "zod";
import { askApproval } from "../lib/response/approve/askApproval.ts";
import { PlanRefInput, step } from "../lib/response/step.ts";

const Input = PlanRefInput.extend({ token: z.string() });

/** Parks the question and tells the approvers. */
export const handler = step(Input, askApproval);
