import { scopePrincipal } from "../lib/response/investigate/scopePrincipal.ts";
import { CaseInput, step } from "../lib/response/step.ts";

const Input = CaseInput;

/** Who the principals of the finding are, as far as the account answers. */
export const handler = step(Input, scopePrincipal);
