import * as z from "zod";
import { ExecutionState } from "../lib/response/failures.ts";
import { sealEvidence } from "../lib/response/seal/sealEvidence.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput.extend({ kind: z.enum(["preliminary", "final", "release"]), state: ExecutionState });

/** Seals a revision of the evidence bundle. */
export const handler = step(Input, sealEvidence);
