// The decision: per-action choice, a reason, and the fingerprint's last group typed by hand. Nothing is preset but the
// recommended choices, and nothing is sent without all three.
import { sendAbout, sha256 } from "./api.js";
import { announce, byId, el } from "./dom.js";
import { actionBody, actionHead, shownText } from "./plan.js";
import { signWithKey } from "./securityKey.js";
import { counted } from "./words.js";

/** @typedef {import("../planPage.ts").PlanPage} PlanPage */
/** @typedef {{caseId: string, me: string, assurance: string, refresh: () => void}} Context */
/** @typedef {{kind: string, choices: Record<string, string>, reason: string, fingerprint: string, planDigest: string, shownDigest: string}} Answer */

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
      el("ol", { class: "actions" }, ...plan.actions.map((action) => choice(plan, action))),
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
        { type: "button", class: "deny", onclick: () => submit(form, plan, context, true) },
        "Deny everything",
      ),
    ),
    el(
      "p",
      { class: "dim" },
      `You decide as ${context.me}. Your ${context.assurance === "webauthn" ? "security key" : "key"} signs the plan's digest, this text, your choices and your reason.`,
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit(form, plan, context, false);
  });
  form.addEventListener("change", () => followRequirements(form, plan, approve));
  followRequirements(form, plan, approve);
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
  for (const { id, requires } of plan.actions) {
    const box = boxOf(form, id);
    box.disabled = requires.some((needed) => !boxOf(form, needed).checked);
    if (box.disabled) box.checked = false;
  }
  const ticked = plan.actions.filter(({ id }) => boxOf(form, id).checked).length;
  approve.textContent =
    ticked === 0
      ? "Nothing is ticked"
      : `Approve ${counted(ticked, "change")}${ticked < plan.actions.length ? `, deny ${plan.actions.length - ticked}` : ""}`;
};

/** @param {HTMLElement} form @param {string} id @returns {HTMLInputElement} */
const boxOf = (form, id) => /** @type {HTMLInputElement} */ (form.querySelector(`input[name="${CSS.escape(id)}"]`));

/** @param {HTMLElement} form @param {PlanPage} plan @param {Context} context @param {boolean} denyAll */
const submit = async (form, plan, context, denyAll) => {
  const choices = Object.fromEntries(
    plan.actions.map(({ id }) => [id, !denyAll && boxOf(form, id).checked ? "approve" : "deny"]),
  );
  const fault = faultOf(plan, choices, denyAll);
  if (fault !== null) return complain(plan, fault[0], fault[1]);
  const answer = {
    kind: "decide",
    choices,
    reason: byId(`reason-${plan.planId}`).value,
    fingerprint: byId(`group-${plan.planId}`).value,
  };
  await send(form, plan, context, answer);
};

/** The first thing that is missing, and where. @returns {[id: string, why: string] | null} @param {PlanPage} plan @param {Record<string, string>} choices @param {boolean} denyAll */
const faultOf = (plan, choices, denyAll) => {
  const { planId, fingerprint } = plan;
  const shown = byId(`shown-${planId}`);
  if (!denyAll && !Object.values(choices).includes("approve"))
    return [`choice-${planId}-${plan.actions[0]?.id}`, "Nothing is ticked. To deny, press Deny everything."];
  if (!shown.open) return [`text-${planId}`, "Open the exact text: you sign what it says."];
  const isFinal = plan.actions.some(
    ({ id, reversibility }) => reversibility === "irreversible" && choices[id] === "approve",
  );
  if (isFinal && !isReadToEnd(byId(`text-${planId}`)))
    return [`text-${planId}`, "A ticked change cannot be undone. Read the exact text to its end first."];
  if (byId(`reason-${planId}`).value.trim().length < MINIMUM_REASON)
    return [`reason-${planId}`, `The reason needs at least ${MINIMUM_REASON} characters.`];
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
const complain = ({ planId }, id, why) => {
  byId(`fault-${planId}`).textContent = why;
  for (const field of document.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const field = byId(id);
  field?.setAttribute("aria-invalid", "true");
  (field?.offsetParent === null ? byId(`shown-${planId}`).querySelector("summary") : field)?.focus();
};

/** @param {HTMLElement} form @param {PlanPage} plan @param {Context} context @param {Omit<Answer, "planDigest" | "shownDigest">} answer */
const send = async (form, plan, context, answer) => {
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
  return sendAbout(caseId, planId, "decisions", { ...answer, assertion: await signWithKey(prepared, answer) });
};

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
