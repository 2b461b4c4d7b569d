import { startBaseline } from "../lib/response/investigate/baseline.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput;

/** Starts the scan of what the identities and buckets in question did before; returns at once. */
export const handler = step(Input, startBaseline);
