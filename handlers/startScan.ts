import { startScan } from "../lib/response/investigate/scan.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput;

/** Starts one scan of CloudTrail for the case; returns at once. */
export const handler = step(Input, startScan);
