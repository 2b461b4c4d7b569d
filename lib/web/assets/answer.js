// What a person answered: checked here so that nothing half done is sent, and sent with the digest of what was shown.
import { sendAbout, sha256 } from "./api.js";
import { announce, byId } from "./dom.js";
import { signWithKey } from "./securityKey.js";

/** @typedef {import("../planPage.ts").PlanPage} PlanPage */
/** @typedef {{caseId: string, me: string, assurance: string, refresh: () => void}} Context */
/** @typedef {{kind: string, choices: Record<string, string>, reason: string, fingerprint: string, planDigest: string, shownDigest: string}} Answer */
/** @typedef {"approve" | "deny" | "break-glass"} Kind */

/** Whoever answers alone for what a quorum would have to answer for says more. */
const LEAST_REASON = { approve: 10, deny: 10, "break-glass": 20 };

/** The first thing that is missing, and where. @returns {[id: string, why: string] | null} @param {PlanPage} plan @param {Record<string, string>} choices @param {Kind} kind */
export const faultOf = (plan, choices, kind) => {
  const { planId, fingerprint } = plan;
  const shown = byId(`shown-${planId}`);
  if (kind !== "deny" && !Object.values(choices).includes("approve"))
    return [`choice-${planId}-${plan.actions[0]?.id}`, "Nothing is ticked. To deny, press Deny everything."];
  if (!shown.open) return [`text-${planId}`, "Open the exact text: you sign what it says."];
  const isFinal = plan.actions.some(
    ({ id, reversibility }) => reversibility === "irreversible" && choices[id] === "approve",
  );
  if (isFinal && !isReadToEnd(byId(`text-${planId}`)))
    return [`text-${planId}`, "A ticked change cannot be undone. Read the exact text to its end first."];
  const least = LEAST_REASON[kind];
  if (byId(`reason-${planId}`).value.trim().length < least)
    return [`reason-${planId}`, `The reason needs at least ${least} characters.`];
  const typed = byId(`group-${planId}`).value.trim().toLowerCase();
  if (typed !== fingerprint.split("-").at(-1))
    return [`group-${planId}`, "Type the last group of the fingerprint, four characters, as it stands above."];
  return null;
};

/** @param {HTMLElement} text */
const isReadToEnd = (text) => {
  if (text.scrollTop + text.clientHeight >= text.scrollHeight - 4) text.dataset.read = "yes";
  return text.dataset.read === "yes";
};

/** @param {PlanPage} plan @param {string} id @param {string} why */
export const complain = ({ planId }, id, why) => {
  byId(`fault-${planId}`).textContent = why;
  for (const field of document.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const field = byId(id);
  field?.setAttribute("aria-invalid", "true");
  (field?.offsetParent === null ? byId(`shown-${planId}`).querySelector("summary") : field)?.focus();
};

/** A complaint goes as soon as what it was about is mended, or names what is missing then. @param {HTMLElement} form @param {PlanPage} plan @param {() => [id: string, why: string] | null} fault */
export const clearWhenMended = (form, { planId }, fault) => {
  const look = () => {
    const said = byId(`fault-${planId}`);
    if (said === null || said.textContent === "" || form.querySelector("[aria-invalid]") === null) return;
    const [id, why] = fault() ?? [null, ""];
    if (said.textContent === why) return;
    said.textContent = why;
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    if (id !== null) byId(id)?.setAttribute("aria-invalid", "true");
  };
  for (const kind of ["input", "change"]) form.addEventListener(kind, look);
  // These two do not bubble.
  for (const kind of ["toggle", "scroll"]) form.addEventListener(kind, look, true);
};

/** @param {HTMLElement} form @param {PlanPage} plan @param {Context} context @param {Omit<Answer, "planDigest" | "shownDigest">} answer */
export const send = async (form, plan, context, answer) => {
  const buttons = form.querySelectorAll("button");
  const say = (/** @type {string} */ text) => {
    byId(`fault-${plan.planId}`).textContent = text;
  };
  for (const button of buttons) button.disabled = true;
  try {
    const receipt = await decide(plan, context, answer);
    say(receipt.ok ? "" : receipt.why);
    if (receipt.ok)
      announce(
        answer.kind === "withdraw" ? "Your decision was taken back." : `Your decision is recorded: ${receipt.why}.`,
      );
    context.refresh();
  } catch (error) {
    say(error instanceof DOMException ? "The security key was not used. Nothing was decided." : LOST);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
};

const LOST =
  "The server did not answer. It is not known whether the decision arrived; wait for the page to show it, or press again: twice is once.";

/** What is signed for is the text in the document: its digest is taken from there. @param {PlanPage} plan @param {Context} context @param {Omit<Answer, "planDigest" | "shownDigest">} given */
const decide = async ({ planId, digest }, { caseId, assurance }, given) => {
  const shownDigest = await sha256(byId(`text-${planId}`).textContent);
  const answer = { ...given, reason: given.reason.trim(), planDigest: digest, shownDigest };
  if (assurance !== "webauthn") return sendAbout(caseId, planId, "decisions", answer);
  const prepared = await sendAbout(caseId, planId, "statement", answer);
  if (!prepared.ok) return prepared;
  if (prepared.credentialIds.length === 0)
    return {
      ok: false,
      why: "The policy holds no security key of yours. Register one (your name, above), or decide with the command line.",
    };
  return sendAbout(caseId, planId, "decisions", { ...answer, assertion: await signWithKey(prepared, answer) });
};
