// What is said about a plan as a whole: taking a decision back, stopping what is being carried out.
import { clearWhenMended, complain, send } from "./answer.js";
import { el } from "./dom.js";

/** @typedef {import("./answer.js").PlanPage} PlanPage */
/** @typedef {import("./answer.js").Context} Context */

const MINIMUM_REASON = 10;
const MAXIMUM_REASON = 2000;

/** @param {PlanPage} plan @param {Context} context */
export const withdrawForm = (plan, context) =>
  wholePlanForm(
    plan,
    context,
    "withdraw",
    "Take my decision back",
    "Possible until the changes are being made. Afterwards you cannot decide about this plan again.",
  );

/** @param {PlanPage} plan @param {Context} context */
export const stopForm = (plan, context) =>
  wholePlanForm(
    plan,
    context,
    "stop",
    "Stop before the next change",
    "No further change of this plan is made, for good. What was made before stays, is listed, and can be released.",
  );

/** @param {PlanPage} plan @param {Context} context @param {"withdraw" | "stop"} kind @param {string} title @param {string} help */
const wholePlanForm = (plan, context, kind, title, help) => {
  const { planId } = plan;
  const [field, fault] = [`back-${planId}`, `fault-${planId}`];
  const reason = el("textarea", {
    id: field,
    rows: "2",
    maxlength: String(MAXIMUM_REASON),
    "aria-describedby": fault,
  });
  const form = el(
    "form",
    { class: "withdraw", method: "post", novalidate: true },
    el("label", { for: field }, "Reason", el("span", { class: "dim" }, `, at least ${MINIMUM_REASON} characters`)),
    reason,
    el("p", { class: "fault", id: fault, role: "alert" }),
    el("button", { type: "submit", class: "deny" }, title),
  );
  /** @returns {[id: string, why: string] | null} */
  const missing = () =>
    /** @type {HTMLTextAreaElement} */ (reason).value.trim().length < MINIMUM_REASON
      ? [field, `The reason needs at least ${MINIMUM_REASON} characters.`]
      : null;
  clearWhenMended(form, plan, missing);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value } = /** @type {HTMLTextAreaElement} */ (reason);
    const short = missing();
    if (short !== null) return complain(plan, ...short);
    void send(form, plan, context, { kind, choices: {}, reason: value, fingerprint: "" });
  });
  return el("details", { id: `${kind}-${planId}` }, el("summary", {}, title), el("p", { class: "dim" }, help), form);
};
