// What was taken: one figure where all three say the same, else the range drawn; and before that, what is being done.
import { el, svg } from "./dom.js";
import { counted, number, size, time } from "./words.js";

/** @typedef {import("../casePage.ts").CasePage} CasePage */
/** @typedef {CasePage["view"]["theft"]} Theft */
/** @typedef {NonNullable<Theft["certain"]>} Amount */

/** Certain, likely and at most are one and the same. @param {Theft} theft */
export const isOne = ({ certain, likely, upperBound }) =>
  certain !== null &&
  [likely, upperBound].every((other) => other?.objects === certain.objects && other?.bytes === certain.bytes);

/** @param {CasePage} page */
export const taken = (page) => {
  const { theft } = page.view;
  const isNothing = [theft.certain, theft.likely, theft.upperBound].every((amount) => amount === null);
  return el(
    "section",
    { class: "taken", "aria-labelledby": "taken-h" },
    el("h2", { id: "taken-h" }, "What was taken"),
    isNothing ? notYet(page) : isOne(theft) ? figure(/** @type {Amount} */ (theft.certain), page) : range(theft),
    theft.firstAt !== null &&
      el("p", { class: "dim" }, "First read ", time(theft.firstAt), ", last ", time(theft.lastAt), "."),
    (theft.held ?? []).map(({ says }) => el("p", { class: "dim" }, says, ".")),
    !(isNothing && page.view.coverage.filesRead === 0 && page.view.closedAt === null) &&
      theft.notKnown.length > 0 &&
      el("ul", { class: "unknowns" }, ...theft.notKnown.map((reason) => el("li", {}, reason))),
  );
};

/** @param {CasePage} page */
const notYet = ({ scan, view }) => {
  if (view.coverage.filesRead > 0) return el("p", { class: "figure none" }, "Not known");
  if (scan === null || scan.finishedAt !== null)
    return el(
      "p",
      { class: "progress" },
      view.closedAt !== null
        ? "Not known."
        : scan === null
          ? "The logs have not been read yet."
          : "The logs are read; Cordon counts what was taken.",
    );
  return el(
    "p",
    { class: "progress" },
    el("span", { class: "mark", "aria-hidden": "true" }, "…"),
    el("span", {}, "Cordon reads the logs from ", time(scan.from), " to ", time(scan.to), ", for "),
    el("span", { class: "age", "data-since": scan.startedAt }, ""),
    " now. What was taken is counted after that.",
  );
};

/** @param {Amount} amount @param {CasePage} page */
const figure = (amount, { view: { coverage } }) => [
  el(
    "p",
    { class: "figure" },
    number(amount.objects),
    el("span", { class: "unit" }, amount.objects === 1 ? " object, " : " objects, "),
    amount.bytes === null
      ? "size not known"
      : el("span", { title: `${number(amount.bytes)} bytes` }, size(amount.bytes)),
  ),
  el(
    "p",
    { class: "dim" },
    `In ${counted(amount.calls, "call")}. Certain, likely and at most are the same, within the logs read`,
    coverage.watermark !== null && [" up to ", time(coverage.watermark)],
    ".",
  ),
];

/** @param {Theft} theft */
const range = ({ certain, likely, upperBound }) => {
  const most = Math.max(1, ...[certain, likely, upperBound].map((amount) => amount?.objects ?? 0));
  return el(
    "dl",
    { class: "range" },
    bar("Certain", "no doubt about it", certain, most),
    bar("Likely", "with reads that may be someone else's", likely, most),
    bar("At most", "all that could have been taken", upperBound, most),
  );
};

/** @param {string} name @param {string} meaning @param {Theft["certain"]} amount @param {number} most */
const bar = (name, meaning, amount, most) =>
  el(
    "div",
    { class: amount === null ? "bound none" : "bound" },
    el("dt", {}, name, el("span", { class: "dim" }, ` ${meaning}`)),
    el(
      "dd",
      {},
      el(
        "strong",
        {},
        amount === null
          ? "Not known"
          : `${counted(amount.objects, "object")}, ${amount.bytes === null ? "size not known" : size(amount.bytes)}`,
      ),
      amount !== null && el("span", { class: "dim" }, ` ${counted(amount.calls, "call")}`),
      svg(
        "svg",
        { class: "bar-line", width: "100%", height: "10", "aria-hidden": "true" },
        svg("rect", { class: "track", x: "0", y: "2", width: "100%", height: "6", rx: "3" }),
        amount !== null &&
          svg("rect", {
            class: "value",
            x: "0",
            y: "2",
            width: `${(100 * amount.objects) / most}%`,
            height: "6",
            rx: "3",
          }),
      ),
    ),
  );
