// The list of cases: who, what, how old, how it stands; in any order.
import { el } from "./dom.js";
import { since } from "./headline.js";
import { counted, size, statePill } from "./words.js";

/** @typedef {import("../caseList.ts").CaseLine} CaseLine */
/** @typedef {{by: string, down: boolean}} Sorted */

/** @type {[name: string, title: string, key: (line: CaseLine) => string | number][]} */
const COLUMNS = [
  ["who", "Who", ({ who }) => who ?? "~"],
  ["bucket", "Bucket", ({ buckets }) => buckets[0] ?? "~"],
  ["amount", "Taken", ({ amount }) => amount?.bytes ?? amount?.objects ?? -1],
  ["age", "Age", ({ openedAt }) => -Date.parse(openedAt)],
  ["state", "State", ({ state }) => TONES.indexOf(state?.tone ?? "bad")],
];
/** What asks for something stands before what is well. */
const TONES = ["ask", "bad", "busy", "good", "plain"];

/** @type {Sorted | null} */
let sorted = null;

/** For whoever decides whether the list is built anew. */
export const order = () => sorted;

/** @param {import("../caseList.ts").CaseList} list @param {() => void} again */
export const caseTable = (list, again) => {
  const { cases, total } = list;
  return el(
    "section",
    { class: "cases", "aria-labelledby": "cases-h" },
    el("h1", { id: "cases-h" }, counted(total, "case")),
    total === 0
      ? el(
          "p",
          { class: "lead" },
          "No case yet. A finding opens one: ",
          el("code", {}, "cordon respond FINDING --logs DIR"),
        )
      : el(
          "table",
          { class: "caselist" },
          el("thead", {}, el("tr", {}, ...COLUMNS.map((column) => heading(column, again)))),
          el("tbody", {}, ...inOrder(cases).map(row)),
        ),
    total > cases.length &&
      el(
        "p",
        { class: "dim" },
        `${total - cases.length} older cases are not shown; `,
        el("code", {}, "cordon cases"),
        " lists them all.",
      ),
  );
};

/** @param {(typeof COLUMNS)[number]} column @param {() => void} again */
const heading = ([name, title], again) =>
  el(
    "th",
    { scope: "col", "aria-sort": sorted?.by === name ? (sorted.down ? "descending" : "ascending") : "none" },
    el(
      "button",
      { type: "button", class: "sort", id: `sort-${name}`, onclick: () => sortBy(name, again) },
      title,
      el("span", { "aria-hidden": "true" }, sorted?.by === name ? (sorted.down ? " ↓" : " ↑") : " ↕"),
    ),
  );

/** Pressed a third time the order is the server's again: what waits for a decision first. @param {string} by @param {() => void} again */
const sortBy = (by, again) => {
  if (sorted?.by !== by) sorted = { by, down: false };
  else sorted = sorted.down ? null : { by, down: true };
  again();
};

/** @param {readonly CaseLine[]} cases */
const inOrder = (cases) => {
  const chosen = sorted;
  const key = COLUMNS.find(([name]) => name === chosen?.by)?.[2];
  if (chosen === null || key === undefined) return cases;
  const sign = chosen.down ? -1 : 1;
  return cases.toSorted((a, b) => {
    const [one, other] = [key(a), key(b)];
    return one === other ? 0 : one < other ? -sign : sign;
  });
};

/** @param {CaseLine} line */
const row = (line) => {
  const { caseId, openedAt, type, severity, sample, who, buckets, amount, state, deadline, unreadable } = line;
  return el(
    "tr",
    {},
    cell(
      "Who",
      el("a", { href: `/cases/${caseId}` }, el("strong", {}, who ?? "Nobody named")),
      el("span", { class: "dim" }, caseId),
      el("span", { class: "dim" }, `${type} · severity ${severity ?? "not known"}${sample ? " · sample" : ""}`),
    ),
    cell(
      "Bucket",
      buckets[0] ?? "not known",
      buckets.length > 1 && el("span", { class: "dim" }, `and ${buckets.length - 1} more`),
    ),
    cell("Taken", ...amountOf(amount)),
    cell("Age", since(openedAt)),
    cell(
      "State",
      state === null
        ? el("span", { class: "tone-bad" }, `Cannot be read: ${unreadable}`)
        : [statePill(state), state.tone === "bad" && el("span", { class: "dim" }, state.sentence)],
      deadline !== null &&
        el(
          "span",
          { class: "tone-ask" },
          "decide within ",
          el("strong", { class: "countdown", "data-until": deadline }, ""),
        ),
    ),
  );
};

/** @param {CaseLine["amount"]} amount */
const amountOf = (amount) =>
  amount === null
    ? [el("span", { class: "dim" }, "not known")]
    : [
        `${amount.atMost ? "at most " : ""}${counted(amount.objects, "object")}`,
        el("span", { class: "dim" }, amount.bytes === null ? "size not known" : size(amount.bytes)),
      ];

/** The name of its column goes along for where the table is shown as cards. @param {string} name @param {...any} children */
const cell = (name, ...children) => el("td", { "data-name": name }, ...children);
