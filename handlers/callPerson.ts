import * as z from "zod";
import { callPerson } from "../lib/response/callPerson.ts";
import { ExecutionState } from "../lib/response/failures.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput.extend({
  during: z.enum(["respond", "investigate", "contain", "release"]),
  state: ExecutionState,
});

/** Tells a person that a step failed, and says whether it is tried again. */
export const handler = step(Input, callPerson);
