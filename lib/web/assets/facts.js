// Who, from where, and what is not known.
import { el } from "./dom.js";
import { counted, number, time } from "./words.js";

/** @typedef {import("../casePage.ts").CasePage} CasePage */

/** @param {CasePage} page */
export const identity = ({ view, finding }) => {
  const principal = view.principal;
  const addresses = [
    ...finding.addresses,
    ...view.theft.addresses.filter((ip) => !finding.addresses.some((one) => one.ip === ip)).map((ip) => ({ ip })),
  ];
  const buckets = [...new Set([...finding.buckets, ...view.theft.buckets])];
  return card(
    "Who and where",
    pairs([
      [
        "Identity",
        principal === null
          ? notKnown()
          : [principal.type, ...(principal.arn === null ? [] : [el("br"), code(principal.arn)])],
      ],
      ["Principal id", principal?.principalId ? code(principal.principalId) : null],
      ["Role session", principal?.roleSession ? code(principal.roleSession) : null],
      ["Issued by", principal?.issuerArn ? code(principal.issuerArn) : null],
      ["Access keys", principal?.accessKeyIds.length ? list(principal.accessKeyIds.map(code)) : null],
      ["From", addresses.length === 0 ? notKnown() : list(addresses.map((one) => [code(one.ip), whereOf(one)]))],
      ["Buckets", buckets.length === 0 ? notKnown() : list(buckets.map(code))],
      [
        "Seen",
        [
          time(finding.window.firstSeen),
          el("br"),
          time(finding.window.lastSeen),
          el("br"),
          counted(finding.count, "time"),
        ],
      ],
    ]),
  );
};

/** @param {any} address */
const whereOf = ({ country, organisation }) =>
  [country, organisation].some(Boolean) ? ` ${[country, organisation].filter(Boolean).join(", ")}` : "";

/** What must not be overlooked, before everything else. @param {readonly string[]} lines */
export const warnings = (lines) =>
  card("Nothing stops the actor", el("ul", { class: "unknowns" }, ...lines.map((line) => el("li", {}, line))));

/** What is not known, and how far the logs reach: as visible as what is known. @param {CasePage} page */
export const unknowns = ({ view }) =>
  card(
    "What is not known",
    view.notKnown.length === 0 && view.coverage.holes.length === 0
      ? el(
          "p",
          {},
          view.coverage.filesRead === 0
            ? `The logs ${view.closedAt === null ? "have not been read yet" : "were not read"}: everything about what was taken.`
            : "No step failed and no hole in the logs was found.",
        )
      : el(
          "ul",
          { class: "unknowns" },
          ...[...view.notKnown.map((step) => `Failed: ${step}`), ...view.coverage.holes].map((line) =>
            el("li", {}, line),
          ),
        ),
  );

/** @type {Record<string, [string, string]>} */
const COVER = {
  covered: ["good", "reads are logged"],
  partly: ["ask", "reads are logged in part"],
  absent: ["bad", "reads are not logged"],
  unknown: ["plain", "not known whether reads are logged"],
};

/** @param {CasePage} page */
export const coverage = ({ view: { coverage: cover } }) => {
  const says = cover.input?.says ?? [];
  return card(
    "How complete the logs are",
    pairs([
      ["Files read", number(cover.filesRead)],
      [
        "Set aside",
        cover.filesSetAside === 0 ? "none" : el("span", { class: "tone-bad" }, number(cover.filesSetAside)),
      ],
      ["Read up to", cover.watermark === null ? notKnown() : time(cover.watermark)],
    ]),
    says.length > 0 && el("ul", { class: "plainlist" }, ...says.map((line) => el("li", {}, line))),
    cover.buckets.length > 0 &&
      el(
        "ul",
        { class: "plainlist" },
        ...cover.buckets.map(({ name, dataEvents }) =>
          el(
            "li",
            {},
            code(name),
            el("span", { class: `tone-${COVER[dataEvents]?.[0]}` }, ` ${COVER[dataEvents]?.[1] ?? dataEvents}`),
          ),
        ),
      ),
    cover.setAside.length > 0 &&
      el(
        "details",
        { id: "set-aside" },
        el("summary", {}, "Files set aside"),
        el(
          "ul",
          { class: "plainlist" },
          ...cover.setAside.map(({ file, reason }) => el("li", {}, code(file), ` ${reason}`)),
        ),
      ),
  );
};

/** @param {string} title @param {...any} children */
export const card = (title, ...children) => {
  const id = `h-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return el("section", { class: "card", "aria-labelledby": id }, el("h2", { id }, title), ...children);
};

/** @param {[string, any][]} rows */
export const pairs = (rows) =>
  el(
    "dl",
    {},
    ...rows
      .filter(([, value]) => value !== null)
      .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
  );

/** @param {string} text */
export const code = (text) => el("code", {}, text);
/** @param {any[]} items */
const list = (items) => el("ul", { class: "plainlist" }, ...items.map((item) => el("li", {}, item)));
const notKnown = () => el("span", { class: "dim" }, "not known");
