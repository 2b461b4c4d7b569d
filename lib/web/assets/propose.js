// Asking for a plan: a new containment plan, or one that takes back what is in force. Nothing changes by asking.
import { askForPlan } from "./api.js";
import { announce, byId, el } from "./dom.js";
import { counted } from "./words.js";

/** @typedef {import("../casePage.ts").CasePage} CasePage */
/** @typedef {import("./answer.js").Context} Context */

/** Null where there is nothing to ask for. @param {CasePage} page @param {Context} context */
export const askSection = ({ ask, plans }, context) =>
  el(
    "section",
    { class: "card ask", "aria-labelledby": "ask-h" },
    el("h2", { id: "ask-h" }, "Ask for another plan"),
    ask.newSuspects > 0 &&
      el(
        "p",
        { class: "notice warn" },
        el("strong", {}, `${counted(ask.newSuspects, "identity", "identities")} in no plan. `),
        "The logs showed them after the last containment plan was made.",
      ),
    el("p", { class: "dim" }, "Asking changes nothing: the plan appears here and is decided about as any other."),
    el("p", { class: "fault", id: "ask-fault", role: "alert" }),
    el(
      "div",
      { class: "buttons" },
      ask.plan &&
        button("ask-contain", plans.length > 0 ? "New containment plan" : "Containment plan", "contain", context),
      ask.release && button("ask-release", "Plan to undo the changes", "release", context),
    ),
  );

/** @param {string} id @param {string} text @param {"contain" | "release"} purpose @param {Context} context */
const button = (id, text, purpose, context) =>
  el("button", { type: "button", id, onclick: () => ask(id, purpose, context) }, text);

/** @param {string} id @param {"contain" | "release"} purpose @param {Context} context */
const ask = async (id, purpose, { caseId, refresh }) => {
  const pressed = byId(id);
  pressed.disabled = true;
  try {
    const asked = await askForPlan(caseId, purpose);
    byId("ask-fault").textContent = asked.ok ? "" : asked.why;
    if (asked.ok) announce(`${asked.planId} is being made. It appears on this page.`);
    refresh();
  } catch {
    byId("ask-fault").textContent = "The server did not answer. Press again: twice is once.";
  } finally {
    pressed.disabled = false;
  }
};
