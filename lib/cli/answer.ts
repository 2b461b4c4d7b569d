import { CordonError } from "../base/errors.ts";
import type { Plan } from "../case/plan.ts";
import { BREAK_GLASS_REASON, MINIMUM_REASON } from "../core/plan/decision.ts";
import { mayBreakGlass } from "../core/plan/refusal.ts";
import { fingerprintOf, planDigestOf } from "../core/plan/renderPlan.ts";
import { askPerson } from "./askPerson.ts";
import { type Chosen, isWanted, openChoices, type Question, type Wanted, wantedFrom } from "./choices.ts";
import type { Typed } from "./command.ts";
import type { Io } from "./io.ts";
import { reasonFrom } from "./signing.ts";

/** The answer of the command line; asked for at a terminal when there is none. Null: the person leaves it open. */
export const answerFor = async (question: Question, typed: Typed, io: Io): Promise<Chosen | null> => {
  const { approve, deny, withdraw, fingerprint } = typed.values;
  const given = [approve !== undefined, deny === true, withdraw === true].filter(Boolean).length;
  if (given === 0 && io.interactive) return askPerson(question, io);
  if (given !== 1) throw new CordonError("USAGE", "expected one of --approve, --deny, --withdraw");
  const glass = typed.values["break-glass"] === true;
  if (glass && approve === undefined)
    throw new CordonError("USAGE", "--break-glass goes with --approve and nothing else");
  const reason = reasonFrom(typed, glass ? BREAK_GLASS_REASON : MINIMUM_REASON);
  assertFingerprint(question.plan, fingerprint);
  if (withdraw === true) return { kind: "withdraw", choices: {}, reason };
  const wanted = deny === true ? [] : wantedActions(question, String(approve));
  if (fingerprint === undefined) assertCanBeUndone(question.plan, wanted);
  return glass
    ? { kind: "break-glass", choices: glassChoices(question.plan, wanted), reason }
    : { kind: "decide", choices: openChoices(question, wanted), reason };
};

const wantedActions = (question: Question, text: string): Wanted => {
  const read = wantedFrom(question, text);
  if ("fault" in read) throw new CordonError("USAGE", read.fault);
  return read.wanted;
};

/** `all` is what one person may contain alone; an action named that they may not is for the gate to refuse. */
const glassChoices = (plan: Plan, wanted: Wanted): Chosen["choices"] =>
  Object.fromEntries(
    plan.actions
      .filter((action) => isWanted(action, wanted) && (wanted !== "all" || mayBreakGlass(plan, action)))
      .map(({ id }) => [id, "approve"]),
  );

const assertFingerprint = (plan: Plan, typed: unknown): void => {
  const expected = fingerprintOf(planDigestOf(plan));
  if (typed === undefined || typed === expected || typed === planDigestOf(plan)) return;
  throw new CordonError(
    "USAGE",
    `the plan has the fingerprint ${expected}, not ${String(typed)}: it is not the plan you were shown`,
  );
};

/** What is lost for good is not approved by a line from the shell history. */
const assertCanBeUndone = (plan: Plan, wanted: Wanted): void => {
  const lost = plan.actions.filter((action) => action.reversibility === "irreversible" && isWanted(action, wanted));
  if (lost.length === 0) return;
  throw new CordonError(
    "USAGE",
    `${lost.map(({ id }) => id).join(", ")} cannot be undone: read the plan and give its --fingerprint too`,
  );
};
