import { MINIMUM_REASON } from "../core/plan/decision.ts";
import { fingerprintOf, planDigestOf, renderPlan } from "../core/plan/renderPlan.ts";
import { type Chosen, openChoices, type Question, type Wanted, wantedFrom } from "./choices.ts";
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
  const choices = openChoices(question, wanted);
  sayChoices(choices, io);
  if (!(await isConfirmed(question, io))) return null;
  const reason = await reasonFor(io);
  return reason === null ? null : { kind: "decide", choices, reason };
};

const wantedActions = async (question: Question, io: Io): Promise<Wanted | null> => {
  for (let tries = 0; tries < MOST_TRIES; ) {
    const text = await io.ask("Approve: all, none, or a1,a2,…   d details   ? help   Enter leaves it open: ");
    if (text === "") return null;
    if (text.toLowerCase() === "none") return [];
    if (text === "d") io.print(renderPlan(question.plan));
    else if (text === "?") io.print(HELP);
    else {
      const read = wantedFrom(question, text);
      if ("wanted" in read) return read.wanted;
      tries += 1;
      io.warn(`Not understood: ${read.fault}.`);
    }
  }
  io.warn(LEFT_OPEN);
  return null;
};

/** What is about to be signed, in the words that were not typed: a slip is seen before it counts. */
const sayChoices = (choices: Chosen["choices"], io: Io): void => {
  const ids = (choice: string): string =>
    Object.entries(choices)
      .filter(([, one]) => one === choice)
      .map(([id]) => id)
      .join(", ");
  const said = [
    ["approve", ids("approve")],
    ["deny", ids("deny")],
  ].flatMap(([verb, named]) => (named === "" ? [] : [`${verb} ${named}`]));
  io.print(`You ${said.join(" and ") || "switch nothing on that is offered"}.`);
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
