import { minute, second } from "../../base/figures.ts";
import { visible } from "../../base/visible.ts";
import type { RoleChain } from "../../case/chain.ts";
import { type ChainLine, chainTree } from "../chainTree.ts";
import { type Html, html, NOTHING, type Part } from "../html.ts";
import type { Chart } from "../model.ts";

const ROW = 62;
const INDENT = 22;
/** Deeper lines stay at this indent; the table names what each was made from. */
const MOST_INDENTS = 6;
const LEFT = 12;
/** The narrowest page this is drawn for, and the width of a letter at 12 px, at a guess on the safe side. */
const NARROWEST = 330;
const LETTER = 7.2;
const SMALLER = 1.2;
/** Letters that a mark at the right edge takes. */
const TAG = 13;

export const lineAnchor = (index: number): string => `hop-${index + 1}`;

type Drawn = Extract<Chart, { readonly of: "chain" }>;

/** The chart of a role chain; null where there is no step in it. */
export const chartOfChain = (chain: RoleChain | null | undefined): Drawn | null => {
  const lines = chain == null ? [] : chainTree(chain);
  if (chain == null || lines.length < 2) return null;
  return {
    as: "chart",
    of: "chain",
    chain,
    title: "Where the credentials came from, and what was made from them",
    says: lines.map((line) => `${inWords(line)}.`).join(" "),
  };
};

/**
 * Where the credentials came from, top down: one line per credential, indented below what it was made from. No text runs
 * over the edge of a telephone: long names are shortened in the middle here and stand in full in the table below.
 */
export const chainChart = ({ chain, title, says }: Drawn): Html => {
  const lines = chainTree(chain);
  const height = lines.length * ROW + 6;
  return html`<figure><svg class="chart tree" width="100%" height="${height}" role="group" aria-labelledby="tree-title tree-desc">
<title id="tree-title">${title}</title>
<desc id="tree-desc">${says}</desc>
${lines.map((line, row) => (line.cut ? html`<rect class="cut" x="0.3%" width="99.4%" y="${row * ROW + 3}" height="${ROW - 4}" rx="5"/>` : NOTHING))}
${lines.map((line, row) => connector(lines, row, line))}
${lines.map((line, row) => lineOf(line, row))}
</svg><figcaption><span class="key attack">● in the actor's hands</span> <span class="key owner">○ its owner's alone, as far as the logs show</span></figcaption></figure>`;
};

const left = ({ depth }: ChainLine): number => LEFT + Math.min(depth, MOST_INDENTS) * INDENT;

/** Up from a line to the one it was made from. */
const connector = (lines: readonly ChainLine[], row: number, line: ChainLine): Html => {
  const parent = lines.slice(0, row).findLastIndex(({ depth }) => depth < line.depth);
  if (line.depth === 0 || parent < 0) return NOTHING;
  const [x, from, to] = [left(lines[parent]!), parent * ROW + 25, row * ROW + 18];
  return html`<path class="track" d="M${x} ${from}V${to}H${left(line) - 7}"/>`;
};

const lineOf = (line: ChainLine, row: number): Html => {
  const [x, y] = [left(line), row * ROW + 18];
  const room = (NARROWEST - x - 14) / LETTER;
  const text = (line: Part, top: number, kind: string): Html =>
    html`<text class="${kind}" x="${x + 14}" y="${y + top}">${line}</text>`;
  return html`<a href="#${lineAnchor(row)}" class="${line.held === "thief" ? "attack" : "owner"}"><circle class="${line.held === "thief" ? "mark" : "ring"}" cx="${x}" cy="${y}" r="${line.start === null ? 5.5 : 7}"/>${tag(line, y + 4)}
${text(shortened(line.name, line.cut || line.revokeToo ? room - TAG : room), 4, "lane")}${text(shortened(line.whose, room * SMALLER), 19, "tick")}${text(shortened(madeBy(line), room * SMALLER), 33, "tick")}<title>${inWords(line)}</title></a>\n`;
};

const tag = ({ cut, revokeToo }: ChainLine, y: number): Html =>
  cut || revokeToo
    ? html`<text class="${cut ? "cut-tag" : "revoke-tag"}" x="98.5%" y="${y}" text-anchor="end">${cut ? "cut here" : "revoke too"}</text>`
    : NOTHING;

const madeBy = ({ hop, left: rest }: ChainLine): string =>
  [hop === null ? "" : `${hop.how} ${minute(hop.at)}`, rest === 0 ? "" : `${rest} more made from it`]
    .filter((part) => part !== "")
    .join(", ");

/** The same for those who cannot see the picture. */
export const inWords = ({ depth, name, whose, hop, held, cut, revokeToo, left: rest, start }: ChainLine): string =>
  [
    `Level ${depth}: ${name}, ${whose}`,
    start === null
      ? hop === null
        ? "made before the logs read"
        : `made by ${hop.how} at ${second(hop.at)}`
      : start.why,
    start === null ? (held === "thief" ? "in the actor's hands" : "its owner's") : "",
    cut ? "cut here" : "",
    revokeToo ? "to be revoked as well" : "",
    rest === 0 ? "" : `${rest} more were made from it`,
  ]
    .filter((part) => part !== "")
    .join("; ");

/** `arn:aws:sts::1…on/night-run`: the beginning and the end of a name tell most. */
const shortened = (text: string, room: number): string => {
  const letters = [...visible(text)];
  const most = Math.max(8, Math.floor(room));
  if (letters.length <= most) return letters.join("");
  const head = Math.ceil((most - 1) / 2);
  return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (most - 1 - head)).join("")}`;
};
