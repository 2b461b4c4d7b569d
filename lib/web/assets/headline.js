// The first thing to read: how sure, who, how much, how long there is, and what happens then.
import { askForPlan } from "./api.js";
import { announce, byId, el } from "./dom.js";
import { code } from "./facts.js";
import { isOne } from "./taken.js";
import { capital, counted, number, size, statePill, time } from "./words.js";

/** @typedef {import("../casePage.ts").CasePage} CasePage */
/** @typedef {import("./answer.js").Context} Context */

/** @param {CasePage} page @param {Context} context */
export const headline = (page, context) => {
  const { view, finding, exercise } = page;
  const { state } = view;
  return el(
    "section",
    { class: "headline", "aria-label": "Status" },
    el(
      "div",
      { class: "row" },
      statePill(state),
      el(
        "span",
        { class: "dim" },
        `${view.finding.type} · severity ${view.finding.severity} · account ${finding.accountId}, `,
        el("span", { class: "whole" }, finding.region),
        view.finding.sensitiveData !== undefined && " · GuardDuty knew of sensitive data in it",
      ),
    ),
    el("h1", { class: `tone-${state.tone === "bad" ? "bad" : "text"}` }, state.sentence),
    el("p", { class: "next" }, state.next),
    el("dl", { class: "strip" }, verdict(page), who(page), taken(page), clock(page)),
    state.doors.length > 0 && doors(page, context),
    ...notices(page, exercise),
  );
};

/** @param {string} name @param {any} main @param {any} [rest] @param {string} [tone] */
const fact = (name, main, rest = null, tone = "") =>
  el(
    "div",
    { class: "fact" },
    el("dt", {}, name),
    el("dd", {}, el("strong", { class: tone }, main), rest !== null && el("span", { class: "dim" }, rest)),
  );

/** @type {Record<string, string>} */
const TONES = { "very likely theft": "tone-bad", "likely theft": "tone-bad", "likely legitimate": "tone-good" };

/** @param {CasePage} page */
const verdict = ({ opinion: { theft }, view }) => {
  if (theft === null)
    return fact("Verdict", "Not weighed yet", view.coverage.filesRead === 0 ? unreadTold(view) : null);
  if (theft.overruled !== null) {
    const { verdict: said, humanId } = theft.overruled;
    return fact(
      "Verdict",
      capital(said),
      `says ${humanId}; computed: ${theft.told ?? "none"}`,
      TONES[said] ?? "tone-ask",
    );
  }
  if (theft.told === null) return fact("Verdict", "Not known", theft.reasons[0] ?? null);
  return fact("Verdict", capital(theft.told), theft.reasons[0] ?? null, TONES[theft.told] ?? "tone-ask");
};

/** @param {CasePage} page */
const who = ({ view, who: name, finding }) => {
  const [address] = finding.addresses;
  return fact("Who", name ?? "Nobody is named yet", [
    view.principal?.type ?? "",
    address === undefined ? "" : [" from ", code(address.ip), placeOf(address)],
  ]);
};

/** @param {any} address */
const placeOf = ({ country, organisation }) => {
  const parts = [organisation, country].filter(Boolean);
  return parts.length === 0 ? "" : `, ${parts.join(", ")}`;
};

/** @param {CasePage["view"]} view */
const unreadTold = ({ closedAt }) => (closedAt === null ? "the logs are not read yet" : "the logs were not read");

/** @param {CasePage} page */
const taken = ({ view }) => {
  const { theft, coverage } = view;
  const { certain, upperBound } = theft;
  if (certain === null && upperBound === null)
    return fact("Taken", "Not known", coverage.filesRead === 0 ? unreadTold(view) : "see below");
  const bytes = (/** @type {any} */ amount) => (amount.bytes === null ? "size not known" : size(amount.bytes));
  const within = coverage.watermark === null ? "" : [", in the logs up to ", time(coverage.watermark)];
  if (certain !== null && isOne(theft))
    return fact("Taken", counted(certain.objects, "object"), [bytes(certain), within]);
  const least = certain === null ? "0" : number(certain.objects);
  const most = upperBound === null ? "not known" : number(upperBound.objects);
  return fact(
    "Taken",
    upperBound === null ? `At least ${counted(certain?.objects ?? 0, "object")}` : `${least} to ${most} objects`,
    upperBound === null
      ? [certain === null ? "" : bytes(certain), "; at most: not known"]
      : [`at most ${bytes(upperBound)}`, within],
  );
};

/** What runs: the time to decide, the changes, the watch; else how long it is over. @param {CasePage} page */
const clock = ({ view }) => {
  const { question, watch, is, made, due } = view.state;
  if (question !== null)
    return fact("Left to decide", countdown(question.deadline), ["until ", time(question.deadline)], "tone-ask");
  if (is === "executing") return fact("Looked at again", `${made} of ${counted(due, "change")}`);
  if (watch?.is === "running" && watch.until !== null)
    return fact("Watched for", countdown(watch.until), ["until ", time(watch.until)]);
  if (view.closedAt !== null) return fact("Ended", since(view.closedAt), time(view.closedAt));
  return fact("Opened", since(view.openedAt), time(view.openedAt));
};

/** @param {string} until */
const countdown = (until) => el("span", { class: "countdown", "data-until": until }, "");
/** @param {string} at */
export const since = (at) => [el("span", { class: "age", "data-since": at }, ""), " ago"];

/** Each open door with the question that closes it. @param {CasePage} page @param {Context} context */
const doors = ({ view: { state, caseId }, ask }, context) =>
  el(
    "div",
    { class: "doors" },
    el("h2", {}, state.doors.length === 1 ? "The open door" : `The ${state.doors.length} open doors`),
    el(
      "ul",
      { class: "plainlist" },
      ...state.doors.map((door) =>
        el(
          "li",
          {},
          el("strong", {}, capital(door.says)),
          door.bucket !== null && [" on ", code(door.bucket)],
          el("span", { class: "dim", title: `event ${door.eventId}` }, ` ${door.eventName}, `, time(door.eventTime)),
          door.planId === null
            ? el("span", { class: "tone-bad" }, " No question closes it yet.")
            : el("a", { class: "doorlink", href: `#plan-${door.planId}` }, `Decide to close it (${door.planId})`),
        ),
      ),
    ),
    ask.plan &&
      state.doors.some(({ planId }) => planId === null) && [
        el(
          "button",
          { type: "button", id: "ask-doors", onclick: () => askToClose(caseId, context) },
          "Ask for a plan that closes what can be closed",
        ),
        el("p", { class: "fault", id: "doors-fault", role: "alert" }),
      ],
  );

/** @param {string} caseId @param {Context} context */
const askToClose = async (caseId, { refresh }) => {
  const pressed = byId("ask-doors");
  pressed.disabled = true;
  try {
    const asked = await askForPlan(caseId, "contain");
    byId("doors-fault").textContent = asked.ok ? "" : asked.why;
    if (asked.ok) announce(`${asked.planId} is being made. It appears on this page.`);
    refresh();
  } catch {
    byId("doors-fault").textContent = "The server did not answer. Press again: twice is once.";
  } finally {
    pressed.disabled = false;
  }
};

/** @param {CasePage} page @param {boolean} exercise */
const notices = ({ view }, exercise) => [
  view.finding.sample &&
    el("p", { class: "notice warn" }, "This is a sample finding. Nothing in it exists and nothing can be contained."),
  exercise && el("p", { class: "notice warn" }, "Exercise: this case was opened to practise."),
  ...view.reviews.map(({ humanId, planId, dueAt, overdue }) =>
    el(
      "p",
      { class: "notice warn" },
      `${humanId} broke the glass and approved ${planId} alone. A review is ${overdue ? "overdue since" : "due by"} `,
      time(dueAt),
      ".",
    ),
  ),
];
