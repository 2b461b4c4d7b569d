import * as z from "zod";
import { openCase } from "../lib/response/openCase.ts";
import { step } from "../lib/response/step.ts";

const Input = z.object({ event: z.unknown(), execution: z.string() });

/** Opens a case for a finding, or extends the open one. */
export const handler = step(Input, openCase);
