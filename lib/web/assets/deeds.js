// What the actor did, in order: each line lies on one scale of time and is as long as it lasted.
import { el, svg } from "./dom.js";
import { card } from "./facts.js";
import { clockTime, duration, stretch, time } from "./words.js";

/** @typedef {import("../casePage.ts").CasePage} CasePage */
/** @typedef {CasePage["deeds"]["lines"][number]} Deed */
/** @typedef {{from: number, to: number, marks: {at: number, name: string}[]}} Scale */

/** A cut later than this many lengths of the theft would press the theft into a dot: it is said in words then. */
const FARTHEST = 3;
const PHASE_TONES = /** @type {Record<string, string>} */ ({
  theft: "bad",
  "covering tracks": "bad",
  impact: "bad",
  detection: "good",
  reconnaissance: "plain",
});

/** @param {CasePage} page */
export const deeds = ({ deeds: { lines, more }, cutAt, view: { closedAt } }) => {
  if (lines.length === 0)
    return card(
      "What the actor did",
      el("p", { class: "dim" }, closedAt === null ? "Not known yet: the logs are not read." : "Not known."),
    );
  const scale = scaleOf(lines, cutAt);
  return card(
    "What the actor did",
    el("p", { class: "dim" }, ...extent(scale, lines, cutAt)),
    axis(scale),
    el("ol", { class: "deeds" }, ...lines.map((deed) => row(deed, scale))),
    more > 0 && el("p", { class: "dim" }, `${more} more are in the report.`),
  );
};

/** @param {readonly Deed[]} lines @param {string | null} cutAt @returns {Scale} */
const scaleOf = (lines, cutAt) => {
  const times = lines
    .flatMap(({ at, until }) => [at, until ?? at])
    .map((at) => Date.parse(at))
    .filter(Number.isFinite);
  const [from, end] = [Math.min(...times), Math.max(...times)];
  const cut = cutAt === null ? Number.NaN : Date.parse(cutAt);
  const isNear = cut >= from && cut - from <= Math.max(end - from, 60_000) * FARTHEST;
  const to = isNear ? Math.max(end, cut) : end;
  return { from, to: to === from ? from + 1000 : to, marks: isNear ? [{ at: cut, name: "identity cut" }] : [] };
};

/** @param {Scale} scale @param {readonly Deed[]} lines @param {string | null} cutAt */
const extent = ({ from, to, marks }, lines, cutAt) => [
  `${lines.length} entries over ${duration(to - from)}, all times UTC.`,
  ...(cutAt !== null && marks.length > 0
    ? [" Green line: the first change against the actor, ", clockTime(cutAt), "."]
    : []),
  ...(cutAt !== null && marks.length === 0
    ? [" The first change against the actor was made ", time(cutAt), ", outside this picture."]
    : []),
];

/** @param {Scale} scale @param {number} at */
const place = ({ from, to }, at) =>
  `${(1 + (98 * (Math.min(Math.max(at, from), to) - from)) / (to - from)).toFixed(2)}%`;

/** @param {Scale} scale */
const axis = (scale) =>
  el(
    "div",
    { class: "deed axis", "aria-hidden": "true" },
    svg(
      "svg",
      { class: "track-line", width: "100%", height: "18" },
      ...ticks(scale).map(({ at, label }, index, all) =>
        svg(
          "text",
          {
            x: place(scale, at),
            y: "12",
            "text-anchor": index === 0 ? "start" : index === all.length - 1 ? "end" : "middle",
          },
          label,
        ),
      ),
    ),
  );

/** @param {Scale} scale */
const ticks = ({ from, to }) =>
  [0, 0.5, 1].map((share) => {
    const at = from + share * (to - from);
    const iso = new Date(at).toISOString();
    return { at, label: to - from > 86_400_000 ? iso.slice(5, 16).replace("T", " ") : iso.slice(11, 16) };
  });

/** @param {Deed} deed @param {Scale} scale */
const row = (deed, scale) => {
  const tone = PHASE_TONES[deed.phase] ?? "busy";
  return el(
    "li",
    { class: `deed ${tone}` },
    el(
      "div",
      { class: "deedhead" },
      el("span", { class: "when" }, ...stretch(deed.at, deed.until)),
      el("span", { class: `tag ${tone}` }, deed.phase),
    ),
    el("p", {}, deed.text),
    line(deed, scale),
  );
};

/** @param {Deed} deed @param {Scale} scale */
const line = ({ at, until }, scale) => {
  const [from, to] = [Date.parse(at), Date.parse(until ?? at)];
  if (!Number.isFinite(from)) return null;
  return svg(
    "svg",
    { class: "track-line", width: "100%", height: "12", "aria-hidden": "true" },
    svg("line", { class: "track", x1: "0", x2: "100%", y1: "6", y2: "6" }),
    ...scale.marks.map((mark) =>
      svg("line", { class: "cut", x1: place(scale, mark.at), x2: place(scale, mark.at), y1: "0", y2: "12" }),
    ),
    to > from
      ? svg("line", { class: "span", x1: place(scale, from), x2: place(scale, to), y1: "6", y2: "6" })
      : svg("circle", { class: "moment", cx: place(scale, from), cy: "6", r: "4" }),
  );
};
