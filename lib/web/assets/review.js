// Reviews that are due: of one person who acted alone, and of what stays cut off.
import { sendReview } from "./api.js";
import { announce, byId, el } from "./dom.js";
import { signFor } from "./securityKey.js";
import { time } from "./words.js";

/** @typedef {import("../casePage.ts").CasePage} CasePage */
/** @typedef {import("./answer.js").Context} Context */
/** @typedef {{planId: string, actions: readonly string[], dueAt: string, overdue: boolean}} Due */

const MINIMUM_REASON = 20;

/** @param {CasePage} page @param {Context} context */
export const reviewSection = ({ view, me }, context) =>
  el(
    "section",
    { class: "card", "aria-labelledby": "review-h" },
    el("h2", { id: "review-h" }, "To be reviewed"),
    ...view.reviews.map((due) => glass(due, me, context)),
    view.quarantine !== null && quarantine(view.quarantine, context),
  );

/** @param {Due & {humanId: string}} due @param {string} me @param {Context} context */
const glass = (due, me, context) =>
  el(
    "div",
    { class: "step" },
    el("h3", {}, `${due.humanId} alone approved ${due.actions.join(", ")} of ${due.planId}`),
    dueLine(due),
    due.humanId === me
      ? el("p", { class: "dim" }, "Somebody else reviews it.")
      : form(due, "break-glass", context, [
          ["justified", "It was justified"],
          ["not-justified", "It was not justified"],
        ]),
  );

/** @param {Due} due @param {Context} context */
const quarantine = (due, context) =>
  el(
    "div",
    { class: "step" },
    el("h3", {}, "Changes that were made, to be looked at again"),
    el("p", {}, due.actions.join(", ")),
    dueLine(due),
    el(
      "details",
      { id: "keep" },
      el("summary", {}, "Say that it stays"),
      form(due, "quarantine", context, [["keep", "Keep it until the next review"]]),
    ),
  );

/** @param {Due} due */
const dueLine = ({ dueAt, overdue }) =>
  el("p", { class: overdue ? "tone-bad" : "dim" }, overdue ? "Overdue since " : "Due by ", time(dueAt));

/** @param {Due} due @param {"break-glass" | "quarantine"} about @param {Context} context @param {[verdict: string, text: string][]} verdicts */
const form = (due, about, context, verdicts) => {
  const id = `review-${about}-${due.planId}`;
  return el(
    "div",
    {},
    el(
      "label",
      { for: id },
      "Reason",
      el("span", { class: "dim" }, `, at least ${MINIMUM_REASON} characters; it is signed and kept`),
    ),
    el("textarea", {
      ...{ id, rows: "2", maxlength: "2000", "aria-describedby": `${id}-fault` },
      oninput: () => {
        if (byId(id).value.trim().length >= MINIMUM_REASON) byId(`${id}-fault`).textContent = "";
      },
    }),
    el("p", { class: "fault", id: `${id}-fault`, role: "alert" }),
    el(
      "div",
      { class: "buttons" },
      ...verdicts.map(([verdict, text]) =>
        el("button", { type: "button", onclick: () => give(id, due, about, verdict, context) }, text),
      ),
    ),
  );
};

/** @param {string} id @param {Due} due @param {string} about @param {string} verdict @param {Context} context */
const give = async (id, { planId, dueAt }, about, verdict, context) => {
  const fault = byId(`${id}-fault`);
  const reason = byId(id).value.trim();
  if (reason.length < MINIMUM_REASON) {
    fault.textContent = `The reason needs at least ${MINIMUM_REASON} characters.`;
    return byId(id).focus();
  }
  try {
    const receipt = await signed(planId, { about, dueAt, verdict, reason }, context);
    fault.textContent = receipt.ok ? "" : receipt.why;
    if (receipt.ok) announce("Your review is recorded.");
    context.refresh();
  } catch (error) {
    fault.textContent =
      error instanceof DOMException
        ? "The security key was not used. Nothing was recorded."
        : "The server did not answer. Press again: twice is once.";
  }
};

/** @param {string} planId @param {{about: string, dueAt: string, verdict: string, reason: string}} answer @param {Context} context */
const signed = async (planId, answer, { caseId, assurance }) => {
  if (assurance !== "webauthn") return sendReview(caseId, planId, "", answer);
  const prepared = await sendReview(caseId, planId, "/statement", answer);
  if (!prepared.ok) return prepared;
  const assertion = await signFor(prepared, ({ predicate }) =>
    ["about", "dueAt", "verdict", "reason"].every(
      (name) => predicate[name] === answer[/** @type {keyof typeof answer} */ (name)],
    ),
  );
  return sendReview(caseId, planId, "", { ...answer, assertion });
};
