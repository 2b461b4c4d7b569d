// The timeline and the sealed evidence of a case.
import { downloadEvidence } from "./api.js";
import { announce, el } from "./dom.js";
import { card, code } from "./facts.js";
import { clockTime } from "./words.js";

/** @typedef {import("../casePage.ts").CasePage} CasePage */

/** Machinery between the lines that people look for; folded away, never dropped. */
const QUIET = new Set(["notice.sent", "decision.checked", "action.started", "containment.watched"]);

/** @param {CasePage} page */
export const timeline = ({ timeline: lines }) =>
  card(
    "Timeline",
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

/** @param {CasePage["timeline"][number]} event */
const line = ({ at, text, weight, actor, seq }) =>
  el("li", { class: weight }, clockTime(at), el("span", {}, text, el("span", { class: "dim" }, ` ${actor} #${seq}`)));

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
  );

/** @param {string} caseId @param {number} revision */
const save = async (caseId, revision) => {
  announce(`Revision ${revision} is being packed.`);
  announce(
    (await downloadEvidence(caseId, revision)) ??
      `Revision ${revision} was downloaded. Check it with: cordon evidence verify`,
  );
};
