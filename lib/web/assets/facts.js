// Who, how much, from where, and what is not known.
import { el } from "./dom.js";
import { casePill, counted, number, size, time } from "./words.js";

/** @typedef {import("../casePage.ts").CasePage} CasePage */

/** The first thing to read: where the case stands, in one sentence. @param {CasePage} page */
export const headline = ({ view, plans, finding, exercise }) => {
  const waiting = plans.find((plan) => plan.may.decide) ?? plans.find((plan) => plan.status === "proposed");
  return el(
    "section",
    { class: "headline", "aria-label": "Status" },
    el("div", { class: "row" }, el("h1", {}, who(view)), casePill(view.status)),
    el("p", { class: "lead" }, sentence(view, waiting)),
    el(
      "p",
      {},
      [
        view.principal?.type,
        view.principal?.arn && code(view.principal.arn),
        finding.addresses[0] && ["from ", code(finding.addresses[0].ip), whereOf(finding.addresses[0])],
      ]
        .filter(Boolean)
        .flatMap((part) => [part, " "]),
    ),
    view.finding.sample &&
      el("p", { class: "notice warn" }, "This is a sample finding. Nothing in it exists and nothing can be contained."),
    ...view.reviews.map(({ humanId, planId, dueAt, overdue }) =>
      el(
        "p",
        { class: "notice warn" },
        `${humanId} broke the glass and approved ${planId} alone. A review is ${overdue ? "overdue since" : "due by"} `,
        time(dueAt),
        ".",
      ),
    ),
    exercise && el("p", { class: "notice warn" }, "Exercise: this case was opened to practise."),
    el(
      "p",
      { class: "dim" },
      `${view.finding.type} · severity ${view.finding.severity} · account ${finding.accountId}, `,
      el("span", { class: "whole" }, finding.region),
    ),
  );
};

/** @param {CasePage["view"]} view */
const who = ({ principal }) => {
  if (principal === null) return "Nobody is named yet";
  return (
    principal.arn?.split(/[:/]/).at(-1) ??
    principal.roleSession ??
    principal.principalId ??
    principal.accessKeyIds[0] ??
    principal.type
  );
};

/** @param {CasePage["view"]} view @param {CasePage["plans"][number] | undefined} waiting */
const sentence = ({ status }, waiting) => {
  if (waiting?.may.withdraw) return "Your decision is recorded. Another approver's is still due; no answer is a no.";
  if (waiting !== undefined) {
    const open = waiting.actions.filter((action) => action.open);
    const proposed = open.filter(({ recommended }) => recommended).length;
    const offered = open.length - proposed;
    const doing = {
      contain: "would cut this identity off",
      "follow-up": "would undo what was changed",
      release: "would take changes back",
    }[waiting.purpose];
    return [
      proposed > 0
        ? `${counted(proposed, "change")} ${doing}${offered > 0 ? `; ${offered} more can be switched on` : ""}. `
        : `${counted(offered, "more change")} can be switched on. `,
      el("strong", { class: "countdown", "data-until": waiting.expiresAt }, ""),
      " left to decide; no answer is a no.",
    ];
  }
  return STANDS[status] ?? "";
};

/** @type {Record<string, string>} */
const STANDS = {
  open: "The investigation is running. A plan will be proposed as soon as the identity is known.",
  containing: "The approved changes are being made.",
  contained: "Every approved change was made and verified.",
  "not-contained": "Nothing was changed.",
  released: "The changes of this case were taken back.",
  denied: "The plan was denied. Nothing was changed.",
  expired: "Nobody answered in time. Nothing was changed.",
  attention: "Something failed, drifted or was taken away. Look at the plan below.",
  closed: "The case is closed.",
};

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

/** @param {CasePage} page */
export const taken = ({ view: { theft } }) =>
  el(
    "section",
    { class: "taken", "aria-labelledby": "taken-h" },
    el("h2", { id: "taken-h" }, "What was taken"),
    el(
      "div",
      { class: "tiles" },
      tile("Certain", "read by this identity, and no doubt about it", theft.certain),
      tile("Likely", "with reads that may be someone else's", theft.likely),
      tile("At most", "the upper bound", theft.upperBound),
    ),
    theft.firstAt !== null &&
      el("p", { class: "dim" }, "First read ", time(theft.firstAt), ", last ", time(theft.lastAt), "."),
    theft.notKnown.length > 0 &&
      el("ul", { class: "unknowns" }, ...theft.notKnown.map((reason) => el("li", {}, reason))),
  );

/** @param {string} title @param {string} meaning @param {CasePage["view"]["theft"]["certain"]} amount */
const tile = (title, meaning, amount) =>
  el(
    "div",
    { class: amount === null ? "tile none" : "tile" },
    el("h3", {}, title),
    amount === null
      ? el("p", { class: "figure" }, "Not known")
      : [
          el(
            "p",
            { class: "figure" },
            number(amount.objects),
            el("span", { class: "unit" }, amount.objects === 1 ? " object" : " objects"),
          ),
          el(
            "p",
            {},
            amount.bytes === null
              ? "size not known"
              : el("span", { title: `${number(amount.bytes)} bytes` }, size(amount.bytes)),
            ` · ${counted(amount.calls, "call")}`,
          ),
        ],
    el("p", { class: "dim" }, meaning),
  );

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
            ? "The logs have not been read yet: everything about what was taken."
            : "No step failed and no hole in the logs was found.",
        )
      : el(
          "ul",
          { class: "unknowns" },
          ...[...view.notKnown, ...view.coverage.holes].map((reason) => el("li", {}, reason)),
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
export const coverage = ({ view: { coverage: cover } }) =>
  card(
    "How complete the logs are",
    pairs([
      ["Files read", number(cover.filesRead)],
      [
        "Set aside",
        cover.filesSetAside === 0 ? "none" : el("span", { class: "tone-bad" }, number(cover.filesSetAside)),
      ],
      ["Read up to", cover.watermark === null ? notKnown() : time(cover.watermark)],
    ]),
    (cover.input?.says ?? []).length > 0 &&
      el("ul", { class: "plainlist" }, ...cover.input.says.map((/** @type {string} */ line) => el("li", {}, line))),
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
