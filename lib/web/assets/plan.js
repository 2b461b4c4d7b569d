// A plan: what would change, how it would be undone, what was decided, what became of it.
import { decideForm } from "./decide.js";
import { el } from "./dom.js";
import { code } from "./facts.js";
import { stopForm, withdrawForm } from "./withdraw.js";
import { actionPill, counted, planPill, time } from "./words.js";

/** @typedef {import("../planPage.ts").PlanPage} PlanPage */
/** @typedef {PlanPage["actions"][number]} ActionPage */

/** Changes of up to this many lines are shown open. */
const SHORT_CHANGE_LINES = 14;

/** @type {Record<string, string>} */
export const PURPOSE = { contain: "Containment", "follow-up": "Follow-up", release: "Release" };

/**
 * @param {PlanPage} plan
 * @param {import("./answer.js").Context} context
 */
export const planSection = (plan, context) => {
  if (plan.status === "empty") return folded(plan, emptyPlan(plan));
  return plan.status === "superseded" ? folded(plan, wholePlan(plan, context)) : wholePlan(plan, context);
};

/** What asks for nothing and changed nothing stays small. @param {PlanPage} plan @param {HTMLElement} section */
const folded = (plan, section) =>
  el(
    "details",
    { class: "card", id: `fold-${plan.planId}` },
    el("summary", {}, `${PURPOSE[plan.purpose]} plan ${plan.planId} `, planPill(plan.status)),
    section,
  );

/** @param {PlanPage} plan @param {import("./answer.js").Context} context */
const wholePlan = (plan, context) => {
  const deciding = plan.may.decide;
  return el(
    "section",
    { class: deciding ? "plan deciding" : "plan", "aria-labelledby": `plan-${plan.planId}` },
    el(
      "div",
      { class: "row" },
      el(
        "h2",
        { id: `plan-${plan.planId}` },
        deciding ? `Decide: ${PURPOSE[plan.purpose]?.toLowerCase()}` : `${PURPOSE[plan.purpose]} plan`,
      ),
      planPill(plan.status),
    ),
    plan.mode === "dry-run" &&
      el(
        "p",
        { class: "notice warn" },
        el("strong", {}, "Dry run. "),
        "Nothing will be changed; the record will say what would have been done.",
      ),
    facts(plan),
    plan.may.why !== null && el("p", { class: "notice" }, plan.may.why),
    decisions(plan),
    deciding ? decideForm(plan, context) : [actionList(plan), shownText(plan)],
    whole(plan, context),
    leftOut(plan),
  );
};

/** @param {PlanPage} plan @param {import("./answer.js").Context} context */
const whole = (plan, context) => {
  if (plan.may.stop && !plan.may.decide) return stopForm(plan, context);
  return plan.may.withdraw && withdrawForm(plan, context);
};

/** Why nothing is proposed is what a responder needs to know then. @param {PlanPage} plan */
const emptyPlan = (plan) =>
  el(
    "section",
    { class: "plan", "aria-labelledby": `plan-${plan.planId}` },
    el(
      "div",
      { class: "row" },
      el("h2", { id: `plan-${plan.planId}` }, `${PURPOSE[plan.purpose]} plan`),
      planPill(plan.status),
    ),
    el(
      "p",
      {},
      plan.leftOut.length === 0
        ? "No action of the catalogue fits what is known."
        : "Every action that fits was left out, for these reasons:",
    ),
    reasons(plan),
  );

/** @param {boolean} isOver */
export const noPlanYet = (isOver) =>
  el(
    "section",
    { class: "plan", "aria-labelledby": "no-plan" },
    el("h2", { id: "no-plan" }, isOver ? "No plan was made" : "No plan yet"),
    el(
      "p",
      {},
      isOver
        ? "Nothing was proposed, and nothing was changed."
        : "What could be changed appears here as soon as it is known who acts. You will be asked; nothing happens before.",
    ),
  );

/** @param {PlanPage} plan */
const facts = ({ fingerprint, expiresAt, planId, why }) =>
  el(
    "div",
    { class: "planfacts" },
    el(
      "div",
      {},
      el("span", { class: "label" }, "Fingerprint"),
      el("span", { class: "fingerprint" }, ...groups(fingerprint)),
    ),
    el("div", {}, el("span", { class: "label" }, "Decide until"), time(expiresAt)),
    el("div", {}, el("span", { class: "label" }, "Plan"), `${planId}: ${why}`),
  );

/** The last group is the one to type. @param {string} fingerprint */
const groups = (fingerprint) => {
  const parts = fingerprint.split("-");
  return [`${parts.slice(0, -1).join("-")}-`, el("b", {}, parts.at(-1))];
};

/** @param {PlanPage} plan */
const actionList = (plan) =>
  el(
    "ol",
    { class: "actions" },
    ...plan.actions.map((action) =>
      el("li", { class: "action" }, actionHead(action, actionPill(action.status)), actionBody(plan, action)),
    ),
  );

/** @param {ActionPage} action @param {any} mark */
export const actionHead = (action, mark) =>
  el(
    "div",
    { class: "actionhead" },
    el("span", { class: "id" }, action.id),
    el("span", { class: "title" }, action.title, el("span", { class: "target" }, action.target)),
    mark,
  );

/** @type {Record<string, string>} */
const WAY_BACK = {
  "externally-reversible": "others must help to undo it",
  irreversible: "cannot be undone",
  instruction: "done by hand",
};

/** @param {PlanPage} plan @param {ActionPage} action */
export const actionBody = (plan, action) => [
  el(
    "p",
    { class: "meta" },
    el(
      "span",
      { class: action.reversibility === "reversible" ? "tag" : "tag strong" },
      WAY_BACK[action.reversibility] ?? action.reversibility,
    ),
    !action.recommended && el("span", { class: "tag" }, "optional"),
    ` ${called(action.calls, "calls", "no call: a person does it")} · ${called(action.undo, "undone by", "no call undoes it")}`,
    action.quorum > 1 && ` · ${action.status === "waiting" ? action.why : `needs ${action.quorum} approvers`}`,
    action.requires.length > 0 && ` · needs ${action.requires.join(", ")} first`,
  ),
  action.status !== "waiting" && action.why !== "" && el("p", { class: "meta" }, action.why),
  ...action.warnings.map((line) => el("p", { class: "notice warn" }, line)),
  ...action.undoes.map(({ eventName, at, eventId }) =>
    el("p", { class: "byactor", title: `event ${eventId}` }, `The actor did this: ${eventName}, `, time(at)),
  ),
  ...action.blastRadius.map((line) => el("p", { class: "hurts" }, el("strong", {}, "Who else is affected: "), line)),
  action.changes.length > 0 && changes(plan, action),
  action.limits.length > 0 &&
    el(
      "details",
      { id: `limits-${plan.planId}-${action.id}` },
      el("summary", {}, "What it does not do"),
      el("ul", {}, ...action.limits.map((limit) => el("li", {}, limit))),
    ),
];

/** @param {readonly string[]} names @param {string} verb @param {string} none */
const called = (names, verb, none) => (names.length === 0 ? none : `${verb} ${names.join(", ")}`);

/** @param {PlanPage} plan @param {ActionPage} action */
const changes = (plan, action) => {
  const length = action.changes.reduce((sum, { lines }) => sum + lines.length, 0);
  return el(
    "details",
    { id: `changes-${plan.planId}-${action.id}`, open: plan.may.decide && length <= SHORT_CHANGE_LINES },
    el(
      "summary",
      {},
      `Before and after: ${action.changes.map(({ what, lines }) => `${what} (${amount(lines)})`).join(", ")}`,
    ),
    ...action.changes.map(({ what, lines, by }) =>
      el(
        "div",
        { class: "change" },
        action.changes.length > 1 && el("p", { class: "label" }, what),
        el(
          "pre",
          { class: "diff", role: "group", tabindex: "0", "aria-label": `${what} before and after` },
          ...diff(lines, by),
        ),
      ),
    ),
  );
};

/** How much of a setting changes, for whoever does not open it. @param {readonly string[]} lines */
const amount = (lines) => {
  const count = (/** @type {string} */ sign) => lines.filter((line) => line.startsWith(sign)).length;
  const [come, go] = [count("+"), count("-")];
  if (come === lines.length) return `nothing there now, ${counted(come, "line")} added`;
  return [come > 0 && `${counted(come, "line")} added`, go > 0 && `${counted(go, "line")} removed`]
    .filter(Boolean)
    .join(", ");
};

/** What the actor put there is marked in the text that carries it, once for each run of lines. @param {readonly string[]} lines @param {PlanPage["actions"][number]["changes"][number]["by"]} by */
const diff = (lines, by = []) =>
  lines.flatMap((line, index) => {
    const deed = by[index] ?? null;
    const isFirst = deed !== null && by[index - 1]?.eventId !== deed.eventId;
    const name = line.startsWith("+") ? "ins" : line.startsWith("-") ? "del" : "span";
    return [
      ...(isFirst
        ? [
            el("span", { class: "actornote" }, `▼ the actor put this here: ${deed.eventName}, ${clockOf(deed.at)}`),
            "\n",
          ]
        : []),
      el(name, deed === null ? {} : { class: "actorline" }, line),
      "\n",
    ];
  });

/** @param {string} at */
const clockOf = (at) => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

/** The text that a decision signs, exactly as the server renders it. @param {PlanPage} plan @param {boolean} open */
export const shownText = (plan, open = false) =>
  el(
    "details",
    { class: "shown", id: `shown-${plan.planId}`, open },
    el("summary", {}, open ? "The exact text you sign" : "The exact text of the plan"),
    el(
      "pre",
      {
        class: "text",
        id: `text-${plan.planId}`,
        tabindex: "0",
        role: "region",
        "aria-label": `Exact text of plan ${plan.planId}`,
      },
      plan.text,
    ),
  );

/** @type {Record<string, string>} */
const CHANNEL = { cli: "in the terminal", page: "on this page", demo: "by the bundled demo responder" };
/** @type {Record<string, string>} */
const ASSURANCE = { "key-file": "with a key file", webauthn: "with a security key" };

/** @param {PlanPage} plan */
const decisions = ({ decisions: given }) =>
  given.length > 0 &&
  el(
    "ul",
    { class: "decisions", "aria-label": "Decisions" },
    ...given.map((decision) =>
      el(
        "li",
        { class: decision.refused === null ? "" : "refused" },
        el("strong", {}, decision.humanId),
        ` ${said(decision)} `,
        time(decision.receivedAt),
        el(
          "span",
          { class: "dim" },
          ` ${CHANNEL[decision.channel] ?? decision.channel}, ${ASSURANCE[decision.assurance] ?? decision.assurance}`,
        ),
        el("q", {}, decision.reason),
        decision.refused !== null && el("p", { class: "tone-bad" }, `Does not count: ${decision.refused}.`),
      ),
    ),
  );

/** @param {PlanPage["decisions"][number]} decision */
const said = ({ kind, choices }) => {
  if (kind === "withdraw") return "took the decision back";
  if (kind === "stop") return "stopped the execution";
  if (kind === "break-glass") return `broke the glass and approved ${Object.keys(choices).join(", ")} alone`;
  const ids = (/** @type {string} */ choice) => Object.keys(choices).filter((id) => choices[id] === choice);
  return [
    ["approved", ids("approve")],
    ["denied", ids("deny")],
  ]
    .flatMap(([verb, found]) => (found?.length ? [`${verb} ${/** @type {string[]} */ (found).join(", ")}`] : []))
    .join(" and ");
};

/** @param {PlanPage} plan */
const leftOut = ({ planId, leftOut: left }) =>
  left.length > 0 &&
  el(
    "details",
    { id: `left-${planId}` },
    el("summary", {}, `${counted(left.length, "action")} considered and left out`),
    reasons({ leftOut: left }),
  );

/** @param {Pick<PlanPage, "leftOut">} plan */
const reasons = ({ leftOut: left }) =>
  el(
    "ul",
    { class: "plainlist" },
    ...left.map(({ kind, target, reason }) => el("li", {}, code(kind), ` on ${target}: ${reason}`)),
  );
