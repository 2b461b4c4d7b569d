// The list of cases.
import { el } from "./dom.js";
import { casePill, counted, time } from "./words.js";

/** @param {{cases: import("../casePage.ts").CaseLine[], total: number}} list */
export const caseTable = ({ cases, total }) =>
  el(
    "section",
    { class: "cases", "aria-labelledby": "cases-h" },
    el("h1", { id: "cases-h" }, counted(total, "case")),
    total === 0 &&
      el(
        "p",
        { class: "lead" },
        "No case is open. A finding opens one: ",
        el("code", {}, "cordon respond FINDING --logs DIR"),
      ),
    el("ul", { class: "caselist" }, ...cases.map(row)),
    total > cases.length &&
      el(
        "p",
        { class: "dim" },
        `${total - cases.length} older cases are not shown; `,
        el("code", {}, "cordon cases"),
        " lists them all.",
      ),
  );

/** @param {import("../casePage.ts").CaseLine} line */
const row = ({ caseId, status, openedAt, type, severity, sample, deadline }) =>
  el(
    "li",
    {},
    el(
      "a",
      { href: `/cases/${caseId}` },
      el("span", { class: "row" }, el("strong", {}, caseId), casePill(status)),
      el("span", {}, `${type} · severity ${severity ?? "not known"}${sample ? " · sample" : ""}`),
      el(
        "span",
        { class: "dim" },
        "opened ",
        time(openedAt),
        deadline !== null && [" · decide within ", el("strong", { class: "countdown", "data-until": deadline }, "")],
      ),
    ),
  );
