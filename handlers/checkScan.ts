import { checkScan, StartedScan } from "../lib/response/investigate/scan.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput.extend({ scan: StartedScan });

/** Whether the scan has finished. */
export const handler = step(Input, checkScan);
