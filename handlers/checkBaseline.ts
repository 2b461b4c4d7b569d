import { checkBaseline } from "../lib/response/investigate/baseline.ts";
import { StartedScan } from "../lib/response/investigate/scan.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput.extend({ baseline: StartedScan });

/** Whether that scan has finished; the opinion is then formed again. */
export const handler = step(Input, checkBaseline);
