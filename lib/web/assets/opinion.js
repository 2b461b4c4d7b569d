// What the figures mean: is it theft, where do the credentials come from and where to cut, which secrets are out.
import { el } from "./dom.js";
import { card, code } from "./facts.js";
import { overruleForm } from "./review.js";
import { counted, time } from "./words.js";

/** @typedef {import("../opinion.ts").OpinionPage} OpinionPage */

/** @type {Record<string, string>} */
const TONES = { "very likely theft": "bad", "likely theft": "bad", "likely legitimate": "good" };
/** Deeper lines stay at this indent. */
const DEEPEST = 6;

/** @param {OpinionPage} opinion @param {import("./answer.js").Context} context */
export const theftOrNot = ({ theft }, context) =>
  card(
    "Theft, or ordinary work",
    theft === null
      ? el("p", { class: "dim" }, "Not weighed yet: the logs have not been read.")
      : [
          el("p", {}, el("strong", { class: `tone-${TONES[theft.told ?? ""] ?? "ask"}` }, theft.told ?? "not known")),
          theft.overruled !== null &&
            el(
              "p",
              {},
              `${theft.overruled.humanId} says: `,
              el("strong", { class: `tone-${TONES[theft.overruled.verdict] ?? "ask"}` }, theft.overruled.verdict),
              ` (${theft.overruled.reason}; `,
              time(theft.overruled.at),
              ")",
            ),
          el("ul", { class: "reasons" }, ...theft.reasons.map((reason) => el("li", {}, reason))),
          el("p", { class: "dim" }, "Told by a stated rule, not by a score; the report has every sign and the rule."),
          overruleForm(theft, context),
        ],
  );

/** The picture of the report as a list: what was made from what, from the start down. @param {OpinionPage} opinion */
export const chain = ({ chain: traced }) =>
  card(
    "Chain of credentials",
    traced === null || traced.lines.length === 0
      ? el("p", { class: "dim" }, traced === null ? "Not traced yet." : "Nobody's credentials are known.")
      : [
          el("ol", { class: "tree" }, ...traced.lines.map(line)),
          traced.cut !== null && el("p", { class: "dim" }, traced.cut.reason),
        ],
    traced !== null &&
      traced.notKnown.length > 0 &&
      el("ul", { class: "unknowns" }, ...traced.notKnown.map((reason) => el("li", {}, reason))),
  );

/** @param {NonNullable<OpinionPage["chain"]>["lines"][number]} line */
const line = ({ depth, name, whose, held, cut, revokeToo, left, how, at, eventId }) =>
  el(
    "li",
    { class: `level-${Math.min(depth, DEEPEST)} ${held}${cut ? " cut" : ""}` },
    el("span", { class: "quiet" }, `Level ${depth}: `),
    code(name),
    cut && el("strong", { class: "tone-bad" }, " cut here"),
    revokeToo && el("span", { class: "tone-ask" }, " revoke too"),
    el("br"),
    el("span", { class: "dim" }, whose, depth > 0 && (held === "thief" ? ", in the actor's hands" : ", its owner's")),
    how !== null && [
      el("br"),
      el("span", { class: "dim", title: eventId === null ? null : `event ${eventId}` }, `${how} `, time(at)),
    ],
    left > 0 && [el("br"), el("span", { class: "dim" }, `${left} more were made from it`)],
  );

/** @param {OpinionPage} opinion */
export const rotation = ({ rotation: list }) =>
  card(
    "Credentials to replace",
    list === null
      ? el("p", { class: "dim" }, "The names of stolen objects have not been looked at yet.")
      : list.total === 0
        ? el("p", {}, "No stolen object is named like a credential. One may hold a secret all the same.")
        : [
            el("p", {}, `${counted(list.total, "stolen object")} named like a credential:`),
            el(
              "ul",
              { class: "plainlist" },
              ...list.first.map(({ bucket, key, means }) =>
                el("li", {}, code(`${bucket}/${key}`), el("br"), el("span", { class: "dim" }, means)),
              ),
            ),
            list.total > list.first.length &&
              el("p", { class: "dim" }, `${list.total - list.first.length} more are in the report.`),
          ],
  );
