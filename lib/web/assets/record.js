// The audit trail, the report and the sealed evidence of a case.
import { downloadEvidence, downloadReport } from "./api.js";
import { announce, byId, el } from "./dom.js";
import { card, code } from "./facts.js";
import { clockTime } from "./words.js";

/** @typedef {import("../casePage.ts").CasePage} CasePage */

/** Machinery between the lines that people look for; folded away, never dropped. */
const QUIET = new Set(["notice.sent", "decision.checked", "action.started", "containment.watched"]);

/** What Cordon and the people did about it. @param {CasePage} page */
export const timeline = ({ timeline: lines }) =>
  card(
    "What was done about it",
    days(lines.filter(({ type }) => !QUIET.has(type))),
    el("details", { id: "all-events" }, el("summary", {}, `All ${lines.length} lines of the audit trail`), days(lines)),
  );

/** Each day once, in front of its lines. @param {CasePage["timeline"]} lines */
const days = (lines) =>
  el(
    "ol",
    { class: "timeline" },
    ...lines.flatMap((event, index) => [
      event.at.slice(0, 10) !== lines[index - 1]?.at.slice(0, 10) &&
        el("li", { class: "day" }, `${event.at.slice(0, 10)} UTC`),
      line(event),
    ]),
  );

/** Who did it is named where it was a person; steps of Cordon are told by their sentence. @param {CasePage["timeline"][number]} event */
const line = ({ at, text, weight, actor, seq }) =>
  el(
    "li",
    { class: weight },
    clockTime(at),
    el(
      "span",
      {},
      text,
      el(
        "span",
        { class: "dim", title: `${actor}, line ${seq}` },
        actor.startsWith("human:") ? `, by ${actor.slice(6)}` : "",
      ),
    ),
  );

/** What to read, as it was sealed. @param {CasePage} page */
export const report = ({ view: { caseId, evidence: sealed } }) => {
  const newest = sealed.at(-1);
  return card(
    "Report",
    newest === undefined
      ? el("p", { class: "dim" }, "It is written when the first evidence is sealed.")
      : [
          el(
            "button",
            { type: "button", class: "small", id: "report-save", onclick: () => saveReport(caseId, newest.revision) },
            "Save the report",
          ),
          el(
            "p",
            { class: "dim" },
            `One HTML file, as sealed in revision ${newest.revision}: who, what, how sure, what is open, with the query behind each figure.`,
          ),
          el("p", { class: "fault", id: "report-fault", role: "alert" }),
        ],
  );
};

/** @param {string} caseId @param {number} revision */
const saveReport = async (caseId, revision) => {
  const why = await downloadReport(caseId, revision);
  byId("report-fault").textContent = why ?? "";
  if (why === null) announce(`The report of revision ${revision} was saved.`);
};

/** @param {CasePage} page */
export const evidence = ({ view: { caseId, evidence: sealed } }) =>
  card(
    "Evidence",
    sealed.length === 0
      ? el("p", { class: "dim" }, "Nothing is sealed yet.")
      : el(
          "ul",
          { class: "plainlist" },
          ...sealed
            .toReversed()
            .map(({ revision, digest }, index) =>
              el(
                "li",
                { class: "bundle" },
                el(
                  "button",
                  { type: "button", class: "small", onclick: () => save(caseId, revision) },
                  `Download revision ${revision}`,
                ),
                index === 0 && " newest",
                el("br"),
                el("span", { class: "dim" }, "SHA-256 "),
                code(digest),
              ),
            ),
        ),
    el("p", { class: "fault", id: "evidence-fault", role: "alert" }),
  );

/** @param {string} caseId @param {number} revision */
const save = async (caseId, revision) => {
  announce(`Revision ${revision} is being packed.`);
  const why = await downloadEvidence(caseId, revision);
  byId("evidence-fault").textContent = why ?? "";
  if (why === null) announce(`Revision ${revision} was downloaded. Check it with: cordon evidence verify`);
};
