import { EXIT } from "./command.ts";
import type { Io } from "./io.ts";
import type { Outcome, Place } from "./place.ts";
import { showCase } from "./screen.ts";

/** How a verb ends that changed something about a case, or was refused: the case on one screen, and a refusal under it, where it is seen. */
export const endOf = async (caseId: string, outcome: Outcome | null, place: Place, io: Io): Promise<number> => {
  const view = await showCase(caseId, place.portsOf(caseId), place.flags, io);
  if (outcome?.recorded === false) {
    io.warn(refusalOf(outcome, caseId, place.flags));
    io.result({ refused: outcome });
    return EXIT.failed;
  }
  io.result(view);
  return outcome === null ? EXIT.failed : EXIT.ok;
};

/** Why, and what to do about it. */
export const refusalOf = ({ code, why }: Refusal, caseId: string, flags: string): string =>
  `Refused (${code}): ${why.replace(/\.$/, "")}.\n  ${(NEXT[code] ?? NEXT_ELSE).replaceAll("CASE", `${caseId}${flags}`)}`;

type Refusal = Extract<Outcome, { readonly recorded: false }>;

const NEXT: Readonly<Record<string, string>> = {
  UNKNOWN_KEY:
    "Ask an administrator to enter you and your key in the approval policy: cordon keys shows it; or name another key with --key.",
  WRONG_PROOF:
    "Decide on the page with your security key, or ask an administrator what the policy demands of you: docs/approval.md.",
  INELIGIBLE: "Another approver of the policy must decide: cordon show CASE names what waits.",
  UNKNOWN_ACTION: "Name actions that the plan has: cordon show CASE --plan PLAN.",
  BREAK_GLASS: "Ask for a second approver, or break the glass for what the policy lets one person contain.",
  LATE: "Ask for a new plan: cordon propose CASE.",
  EXPIRED: "Ask for a new plan: cordon propose CASE.",
  DENIED: "Whoever thinks otherwise asks for a new plan: cordon propose CASE.",
  WITHDRAWN: "Decide anew; what was taken back no longer counts.",
  CONFLICT: "Take the first decision back before you decide otherwise: cordon decide CASE --withdraw --reason TEXT.",
  EXECUTING: "To undo what is made: cordon rollback CASE.",
  EXECUTED: "To undo what is made: cordon rollback CASE.",
  NOTHING_TO_STOP: "To undo what is made: cordon rollback CASE. To deny what waits: cordon decide CASE --deny.",
  NOTHING_TO_WITHDRAW: "Nothing of yours is on record; deny the plan if you do not want it: --deny.",
  FOREIGN_PLAN: "Read the plan that waits now and decide about that one: cordon show CASE.",
  REPLAYED: "Read the plan that waits now and decide about that one: cordon show CASE.",
  SUPERSEDED: "Read the plan that took its place and decide about that one: cordon decide CASE.",
  NOTHING_WAITS: "To be asked anew: cordon propose CASE.",
  NOT_SHOWN: "Your program shows plans in another form than this deployment: use the same version.",
};
const NEXT_ELSE = "Look at how the case stands: cordon show CASE.";
