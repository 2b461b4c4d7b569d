import { CordonError } from "../base/errors.ts";
import type { Plan, PlannedAction } from "../case/plan.ts";
import { BREAK_GLASS_REASON, type Choice, type Decision, MINIMUM_REASON } from "../core/plan/decision.ts";
import { mayBreakGlass } from "../core/plan/refusal.ts";
import { fingerprintOf, planDigestOf, renderPlan } from "../core/plan/renderPlan.ts";
import { choicesFor } from "../response/approve/sign.ts";
import type { Typed } from "./command.ts";
import type { Io } from "./io.ts";

/** What a person answers, before it is signed. */
export interface Chosen {
  readonly kind: Decision["kind"];
  readonly choices: Readonly<Record<string, Choice>>;
  readonly reason: string;
}

/** A plan and the actions of it that can still be spoken about: all of them, until something is carried out. */
export interface Question {
  readonly plan: Plan;
  readonly open: readonly string[];
}

/** The answer of the command line; asked for at a terminal when there is none. Null: the person leaves it open. */
export const answerFor = async (question: Question, typed: Typed, io: Io): Promise<Chosen | null> => {
  const { approve, deny, withdraw, reason, fingerprint } = typed.values;
  const given = [approve !== undefined, deny === true, withdraw === true].filter(Boolean).length;
  if (given === 0 && io.interactive) return askPerson(question, io);
  if (given !== 1) throw new CordonError("USAGE", "expected one of --approve, --deny, --withdraw");
  const glass = typed.values["break-glass"] === true;
  if (glass && approve === undefined)
    throw new CordonError("USAGE", "--break-glass goes with --approve and nothing else");
  assertReason(reason, glass ? BREAK_GLASS_REASON : MINIMUM_REASON);
  assertFingerprint(question.plan, fingerprint);
  if (withdraw === true) return { kind: "withdraw", choices: {}, reason };
  const wanted = deny === true ? [] : wantedActions(question.plan, String(approve));
  if (fingerprint === undefined) assertCanBeUndone(question.plan, wanted);
  return glass
    ? { kind: "break-glass", choices: glassChoices(question.plan, wanted), reason }
    : { kind: "decide", choices: openChoices(question, wanted), reason };
};

type Wanted = "all" | readonly string[];

const wantedActions = (plan: Plan, text: string): Wanted => {
  if (text === "all" && plan.actions.some(({ recommended }) => recommended)) return "all";
  if (text === "all")
    throw new CordonError(
      "USAGE",
      `nothing of ${plan.planId} is recommended, so "all" approves nothing: name what you approve (${plan.actions.map(({ id }) => id).join(",")}), or deny`,
    );
  const wanted = text.split(",").map((id) => id.trim());
  const unknown = wanted.filter((id) => !plan.actions.some((action) => action.id === id));
  if (unknown.length > 0)
    throw new CordonError(
      "USAGE",
      `${plan.planId} has no action ${unknown.join(", ")}; it has ${plan.actions.map(({ id }) => id).join(", ")}`,
    );
  return wanted;
};

const isWanted = ({ id, recommended }: PlannedAction, wanted: Wanted): boolean =>
  wanted === "all" ? recommended : wanted.includes(id);

const openChoices = ({ plan, open }: Question, wanted: Wanted): Chosen["choices"] =>
  Object.fromEntries(Object.entries(choicesFor(plan, wanted)).filter(([id]) => open.includes(id)));

/** `all` is what one person may contain alone; an action named that he may not is for the gate to refuse. */
const glassChoices = (plan: Plan, wanted: Wanted): Chosen["choices"] =>
  Object.fromEntries(
    plan.actions
      .filter((action) => isWanted(action, wanted) && (wanted !== "all" || mayBreakGlass(plan, action)))
      .map(({ id }) => [id, "approve"]),
  );

function assertReason(reason: unknown, least: number): asserts reason is string {
  if (typeof reason === "string" && reason.trim().length >= least) return;
  throw new CordonError("USAGE", `expected --reason TEXT, at least ${least} characters`);
}

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

const askPerson = async (question: Question, io: Io): Promise<Chosen | null> => {
  const { plan } = question;
  io.print(renderPlan(plan));
  const text = await io.ask("Approve which actions? (all, a1,a2,…, none to deny, empty to leave it open): ");
  if (text === "") return null;
  const last = fingerprintOf(planDigestOf(plan)).split("-").at(-1)!;
  const typed = await io.ask(
    `Type the last group of the fingerprint (${last.length} characters, shown above) to confirm: `,
  );
  if (typed !== last) {
    io.warn("That is not the plan's fingerprint; nothing was decided.");
    return null;
  }
  const reason = await io.ask(`Reason (at least ${MINIMUM_REASON} characters, part of the signed record): `);
  const wanted = text === "none" ? [] : wantedActions(plan, text);
  return { kind: "decide", choices: openChoices(question, wanted), reason };
};
