import { MINIMUM_REASON } from "../core/plan/decision.ts";
import { fingerprintOf, planDigestOf, renderPlan } from "../core/plan/renderPlan.ts";
import { type Chosen, openChoices, type Question, unknownActions, type Wanted } from "./choices.ts";
import type { Io } from "./io.ts";

const HELP = `  all         approve every change that is recommended, and leave what is only offered
  a1,a2       approve exactly these; the other changes asked about are denied
  none        deny every change
  d           the plan in full: every call, the settings before, who else is affected, the way back
  ?           this help
  Enter       leave it open; you are asked again, and if nobody decides in time, nothing changes
  Your signature covers the whole plan under its fingerprint, whatever part of it you looked at.`;

/** A slip of the finger is asked again; after this many the question stays open. */
const MOST_TRIES = 3;
const LEFT_OPEN = "Nothing was decided; the question stays open.";

/** Asks at a terminal; each answer is checked when it is given. Null: the person leaves it open. */
export const askPerson = async (question: Question, io: Io): Promise<Chosen | null> => {
  if (question.card === undefined) io.print(renderPlan(question.plan));
  else io.show(question.card(io.width));
  const wanted = await wantedActions(question, io);
  if (wanted === null) return null;
  if (!(await isConfirmed(question, io))) return null;
  const reason = await reasonFor(io);
  return reason === null ? null : { kind: "decide", choices: openChoices(question, wanted), reason };
};

const wantedActions = async ({ plan }: Question, io: Io): Promise<Wanted | null> => {
  for (let tries = 0; tries < MOST_TRIES; ) {
    const text = await io.ask("Approve: all, none, or a1,a2,…   d details   ? help   Enter leaves it open: ");
    if (text === "") return null;
    if (text === "all") return "all";
    if (text === "none") return [];
    if (text === "d") io.print(renderPlan(plan));
    else if (text === "?") io.print(HELP);
    else {
      const ids = text.split(/[\s,]+/).filter((id) => id !== "");
      const unknown = unknownActions(plan, ids);
      if (ids.length > 0 && unknown.length === 0) return ids;
      tries += 1;
      io.warn(`The plan has no action ${unknown.join(", ")}. It has ${plan.actions.map(({ id }) => id).join(", ")}.`);
    }
  }
  io.warn(LEFT_OPEN);
  return null;
};

const isConfirmed = async ({ plan }: Question, io: Io): Promise<boolean> => {
  const last = fingerprintOf(planDigestOf(plan)).split("-").at(-1)!;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const typed = await io.ask(
      `Type the last ${last.length} characters of the fingerprint (beside "print") to confirm: `,
    );
    if (typed.toLowerCase() === last) return true;
    if (typed === "") break;
    io.warn(
      "That is not the end of this plan's fingerprint. Compare it with the notice you were sent; Enter stops here.",
    );
  }
  io.warn(LEFT_OPEN);
  return false;
};

const reasonFor = async (io: Io): Promise<string | null> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const reason = await io.ask(`Why? At least ${MINIMUM_REASON} characters; this is part of the signed record: `);
    const missing = MINIMUM_REASON - reason.trim().length;
    if (missing <= 0) return reason;
    if (reason === "") break;
    io.warn(
      `${missing} more ${missing === 1 ? "character is" : "characters are"} needed: say what you know, and from whom.`,
    );
  }
  io.warn(LEFT_OPEN);
  return null;
};
