// Reviews that are due: of one person who acted alone, and of what stays cut off; and a verdict in place of the computed one.
import { sendReview } from "./api.js";
import { announce, byId, el } from "./dom.js";
import { signFor } from "./securityKey.js";
import { time } from "./words.js";

/** @typedef {import("../casePage.ts").CasePage} CasePage */
/** @typedef {import("./answer.js").Context} Context */
/** @typedef {{planId: string, actions: readonly string[], dueAt: string, overdue: boolean}} Due */
/** What a reason is given about. @typedef {{about: "break-glass" | "quarantine" | "verdict", planId: string, dueAt: string | null, subject?: string}} About */

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
      : form({ ...dateOf(due), about: "break-glass" }, context, [
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
      form({ ...dateOf(due), about: "quarantine" }, context, [["keep", "Keep it until the next review"]]),
    ),
  );

/** @param {Due} due */
const dueLine = ({ dueAt, overdue }) =>
  el("p", { class: overdue ? "tone-bad" : "dim" }, overdue ? "Overdue since " : "Due by ", time(dueAt));

/** @param {Due} due */
const dateOf = ({ planId, dueAt }) => ({ planId, dueAt });

/** Whoever knows better than the logs. @param {NonNullable<CasePage["opinion"]["theft"]>} theft @param {Context} context */
export const overruleForm = ({ told, overruled, overrule }, context) =>
  overrule !== null &&
  el(
    "details",
    { id: "overrule" },
    el("summary", {}, "I know better"),
    el(
      "p",
      { class: "dim" },
      "Your verdict stands beside the computed one and is signed with your key. The question is then asked anew, with what your verdict recommends.",
    ),
    form(
      { about: "verdict", planId: overrule.planId, dueAt: null, subject: overrule.subject },
      context,
      overrule.verdicts
        .filter((verdict) => verdict !== (overruled?.verdict ?? told))
        .map((verdict) => [verdict, `It is ${verdict}`]),
    ),
  );

/** @param {About} what @param {Context} context @param {[verdict: string, text: string][]} verdicts */
const form = (what, context, verdicts) => {
  const id = `review-${what.about}-${what.planId}`;
  return el(
    "div",
    {},
    el(
      "label",
      { for: id },
      what.about === "verdict" ? "Why" : "Reason",
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
        el("button", { type: "button", onclick: () => give(id, what, verdict, context) }, text),
      ),
    ),
  );
};

/** @param {string} id @param {About} what @param {string} verdict @param {Context} context */
const give = async (id, { planId, ...what }, verdict, context) => {
  const fault = byId(`${id}-fault`);
  const reason = byId(id).value.trim();
  if (reason.length < MINIMUM_REASON) {
    fault.textContent = `The reason needs at least ${MINIMUM_REASON} characters.`;
    return byId(id).focus();
  }
  try {
    const receipt = await signed(planId, { ...what, verdict, reason }, context);
    fault.textContent = receipt.ok ? "" : receipt.why;
    if (receipt.ok) announce(what.about === "verdict" ? askedAnew(receipt) : "Your review is recorded.");
    context.refresh();
  } catch (error) {
    fault.textContent =
      error instanceof DOMException
        ? "The security key was not used. Nothing was recorded."
        : "The server did not answer. Press again: twice is once.";
  }
};

/** @param {{asked: string | null, why?: string}} receipt */
const askedAnew = ({ asked, why }) =>
  `Your verdict is recorded. ${asked === null ? `The question stands: ${why}` : `${asked} asks anew. It appears on this page.`}`;

/** @param {string} planId @param {Omit<About, "planId"> & {verdict: string, reason: string}} answer @param {Context} context */
const signed = async (planId, answer, { caseId, assurance }) => {
  if (assurance !== "webauthn") return sendReview(caseId, planId, "", answer);
  const prepared = await sendReview(caseId, planId, "/statement", answer);
  if (!prepared.ok) return prepared;
  const assertion = await signFor(
    prepared,
    ({ subject, predicate }) =>
      (answer.subject ?? subject[0].digest.sha256) === subject[0].digest.sha256 &&
      ["about", "dueAt", "verdict", "reason"].every(
        (name) => predicate[name] === answer[/** @type {keyof typeof answer} */ (name)],
      ),
  );
  return sendReview(caseId, planId, "", { ...answer, assertion });
};
