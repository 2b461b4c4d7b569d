// The decision: per-action choice, a reason, and the fingerprint's last group typed by hand. Nothing is preset but the
// recommended choices, and nothing is sent without all three.
import { clearWhenMended, complain, faultOf, send } from "./answer.js";
import { byId, el } from "./dom.js";
import { actionBody, actionHead, shownText } from "./plan.js";
import { actionPill, counted } from "./words.js";

/** @typedef {import("./answer.js").PlanPage} PlanPage */
/** @typedef {import("./answer.js").Context} Context */
/** @typedef {import("./answer.js").Kind} Kind */

const MINIMUM_REASON = 10;
const MAXIMUM_REASON = 2000;

/** @param {PlanPage} plan @param {Context} context */
export const decideForm = (plan, context) => {
  const approve = el("button", { type: "submit", class: "primary", id: `approve-${plan.planId}` }, "");
  const form = el(
    "form",
    { class: "decide", method: "post", novalidate: true, autocomplete: "off" },
    el(
      "fieldset",
      {},
      el("legend", {}, "1. Choose: ticked is approved, unticked is denied"),
      el(
        "ol",
        { class: "actions" },
        ...plan.actions.map((action) => (action.open ? choice(plan, action) : settled(plan, action))),
      ),
    ),
    el("div", { class: "step" }, el("h3", {}, "2. Read what you sign"), shownText(plan, true)),
    el("div", { class: "step" }, el("h3", {}, "3. Say why and confirm"), ...fields(plan)),
    el("p", { class: "fault", id: `fault-${plan.planId}`, role: "alert" }),
    el(
      "div",
      { class: "buttons" },
      approve,
      el(
        "button",
        { type: "button", class: "deny", onclick: () => submit(form, plan, context, "deny") },
        "Deny everything",
      ),
    ),
    plan.may.breakGlass && hasGlass(plan) && breakGlass(() => submit(form, plan, context, "break-glass")),
    el(
      "p",
      { class: "dim" },
      `You decide as ${context.me}. Your ${context.assurance === "webauthn" ? "security key" : "key"} signs the plan's digest, this text, your choices and your reason.`,
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit(form, plan, context, "approve");
  });
  form.addEventListener("change", () => followRequirements(form, plan, approve));
  followRequirements(form, plan, approve);
  clearWhenMended(form, plan, () => faultOf(plan, choicesIn(form, plan, lastKind), lastKind));
  return form;
};

/** @param {PlanPage} plan @param {PlanPage["actions"][number]} action */
const choice = (plan, action) => {
  const id = `choice-${plan.planId}-${action.id}`;
  const box = el("input", { type: "checkbox", id, name: action.id, checked: action.recommended });
  return el(
    "li",
    { class: "action" },
    el("label", { for: id, class: "choice" }, box, actionHead(action, null)),
    ...actionBody(plan, action),
  );
};

/** Done or denied already: shown, and no longer asked. @param {PlanPage} plan @param {PlanPage["actions"][number]} action */
const settled = (plan, action) =>
  el("li", { class: "action" }, actionHead(action, actionPill(action.status)), ...actionBody(plan, action));

/** @param {PlanPage} plan */
const openActions = ({ actions }) => actions.filter(({ open }) => open);

/** @param {PlanPage} plan */
const fields = ({ planId, fingerprint }) => [
  el(
    "label",
    { for: `reason-${planId}` },
    "Reason",
    el("span", { class: "dim" }, `, at least ${MINIMUM_REASON} characters; it is signed and kept`),
  ),
  el("textarea", {
    id: `reason-${planId}`,
    name: "reason",
    rows: "2",
    maxlength: String(MAXIMUM_REASON),
    "aria-describedby": `fault-${planId}`,
  }),
  el(
    "label",
    { for: `group-${planId}` },
    "Last group of the fingerprint",
    el("span", { class: "dim" }, `: ${fingerprint.split("-").slice(0, -1).join("-")}-____`),
  ),
  el("input", {
    id: `group-${planId}`,
    name: "group",
    class: "group",
    maxlength: "4",
    size: "6",
    autocapitalize: "none",
    spellcheck: "false",
    inputmode: "text",
    "aria-describedby": `fault-${planId}`,
  }),
];

/** An action that needs a denied one is denied too, here as in the gate. @param {HTMLElement} form @param {PlanPage} plan @param {HTMLElement} approve */
const followRequirements = (form, plan, approve) => {
  const open = openActions(plan);
  for (const { id, requires } of open) {
    const box = boxOf(form, id);
    box.disabled = requires.some((needed) => open.some((one) => one.id === needed) && !boxOf(form, needed).checked);
    if (box.disabled) box.checked = false;
  }
  const ticked = open.filter(({ id }) => boxOf(form, id).checked).length;
  approve.textContent =
    ticked === 0
      ? "Nothing is ticked"
      : `Approve ${counted(ticked, "change")}${ticked < open.length ? `, deny ${open.length - ticked}` : ""}`;
};

/** @param {HTMLElement} form @param {string} id @returns {HTMLInputElement} */
const boxOf = (form, id) => /** @type {HTMLInputElement} */ (form.querySelector(`input[name="${CSS.escape(id)}"]`));

/** What was pressed last: a complaint is about that. @type {Kind} */
let lastKind = "approve";

/** @param {HTMLElement} form @param {PlanPage} plan @param {Kind} kind @returns {Record<string, string>} */
const choicesIn = (form, plan, kind) => {
  const chosen = openActions(plan).map(({ id }) => [
    id,
    kind !== "deny" && boxOf(form, id).checked ? "approve" : "deny",
  ]);
  return Object.fromEntries(kind === "break-glass" ? chosen.filter(([, choice]) => choice === "approve") : chosen);
};

/** @param {HTMLElement} form @param {PlanPage} plan @param {Context} context @param {Kind} kind */
const submit = async (form, plan, context, kind) => {
  lastKind = kind;
  const choices = choicesIn(form, plan, kind);
  const fault = faultOf(plan, choices, kind);
  if (fault !== null) return complain(plan, fault[0], fault[1]);
  const [reason, fingerprint] = [byId(`reason-${plan.planId}`).value, byId(`group-${plan.planId}`).value];
  await send(form, plan, context, { kind: kind === "break-glass" ? kind : "decide", choices, reason, fingerprint });
};

/** Where one signature is enough, or the change cannot be taken back, there is nothing to break. @param {PlanPage} plan */
const hasGlass = (plan) =>
  openActions(plan).some(({ reversibility, quorum }) => reversibility === "reversible" && quorum > 1);

/** For the night when nobody else answers. @param {() => void} approveAlone */
const breakGlass = (approveAlone) =>
  el(
    "details",
    { class: "glass" },
    el("summary", {}, "Nobody else can be reached: break the glass"),
    el(
      "p",
      {},
      "You approve the ticked changes alone. Only containment that can be taken back; everybody is told, and others must review it within 24 hours. The reason needs at least 20 characters.",
    ),
    el("button", { type: "button", class: "deny", onclick: approveAlone }, "Approve alone"),
  );
