// Taking a decision back.
import { complain, send } from "./answer.js";
import { el } from "./dom.js";

/** @typedef {import("./answer.js").PlanPage} PlanPage */
/** @typedef {import("./answer.js").Context} Context */

const MINIMUM_REASON = 10;
const MAXIMUM_REASON = 2000;

/** @param {PlanPage} plan @param {Context} context */
export const withdrawForm = (plan, context) => {
  const { planId } = plan;
  const reason = el("textarea", {
    id: `back-${planId}`,
    rows: "2",
    maxlength: String(MAXIMUM_REASON),
    "aria-describedby": `fault-${planId}`,
  });
  const form = el(
    "form",
    { class: "withdraw", method: "post", novalidate: true },
    el(
      "label",
      { for: `back-${planId}` },
      "Reason",
      el("span", { class: "dim" }, `, at least ${MINIMUM_REASON} characters`),
    ),
    reason,
    el("p", { class: "fault", id: `fault-${planId}`, role: "alert" }),
    el("button", { type: "submit", class: "deny" }, "Take my decision back"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value } = /** @type {HTMLTextAreaElement} */ (reason);
    if (value.trim().length < MINIMUM_REASON)
      return complain(plan, `back-${planId}`, `The reason needs at least ${MINIMUM_REASON} characters.`);
    void send(form, plan, context, { kind: "withdraw", choices: {}, reason: value, fingerprint: "" });
  });
  return el(
    "details",
    { id: `withdraw-${planId}` },
    el("summary", {}, "Take my decision back"),
    el(
      "p",
      { class: "dim" },
      "Possible until the changes are being made. Afterwards you cannot decide about this plan again.",
    ),
    form,
  );
};
