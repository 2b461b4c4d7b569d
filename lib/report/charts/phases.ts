import { minute, second } from "../figures.ts";
import { type Html, html, NOTHING } from "../html.ts";
import type { Moment } from "../timeline.ts";
import { percent } from "./scale.ts";

const ROW = 34;
const AXIS = 26;

interface Phase {
  readonly name: string;
  readonly side: Moment["side"];
  readonly moments: readonly { readonly at: number; readonly index: number; readonly moment: Moment }[];
}

export const momentAnchor = (index: number): string => `moment-${index + 1}`;

/** One row per phase, from its first to its last moment; every moment is a mark that leads to its line in the table. */
export const phaseChart = (moments: readonly Moment[]): Html => {
  const dated = moments
    .map((moment, index) => ({ moment, index, at: Date.parse(moment.at) }))
    .filter(({ at }) => !Number.isNaN(at));
  if (dated.length < 2) return NOTHING;
  const [from, to] = [dated[0]!.at, Math.max(...dated.map(({ at }) => at))];
  const place = (at: number): number => 0.012 + 0.976 * (to === from ? 0.5 : (at - from) / (to - from));
  const phases = phasesOf(dated);
  const height = phases.length * ROW + AXIS;
  return html`<figure><svg class="chart" width="100%" height="${height}" role="img" aria-labelledby="phases-title phases-desc">
<title id="phases-title">Phases of the incident and of the response over time</title>
<desc id="phases-desc">${phases.map(({ name, moments: marks }) => `${name}: ${second(marks[0]!.moment.at)} to ${second(marks.at(-1)!.moment.at)}. `)}</desc>
${phases.map((phase, row) => rowOf(phase, row, place))}
<line class="grid" x1="0" x2="100%" y1="${phases.length * ROW + 6}" y2="${phases.length * ROW + 6}"/>
<text class="tick" x="0" y="${height - 4}">${minute(dated[0]!.moment.at)}</text>
<text class="tick" x="100%" y="${height - 4}" text-anchor="end">${minute(dated.find(({ at }) => at === to)!.moment.at)}</text>
</svg></figure>`;
};

const phasesOf = (dated: Phase["moments"]): readonly Phase[] =>
  [...Map.groupBy(dated, ({ moment }) => `${moment.side}\n${moment.phase}`).values()].map((moments) => ({
    name: moments[0]!.moment.phase,
    side: moments[0]!.moment.side,
    moments,
  }));

const rowOf = ({ name, side, moments }: Phase, row: number, place: (at: number) => number): Html => {
  const top = row * ROW;
  const [first, last] = [place(moments[0]!.at), place(moments.at(-1)!.at)];
  return html`<g class="${CLASSES[side]}"><text class="lane" x="0" y="${top + 12}">${name}</text>
<line class="track" x1="0" x2="100%" y1="${top + 23}" y2="${top + 23}"/>
<line class="span" x1="${percent(first)}" x2="${percent(last)}" y1="${top + 23}" y2="${top + 23}"/>
${moments.map(({ at, index, moment }) => html`<a href="#${momentAnchor(index)}"><circle class="mark" cx="${percent(place(at))}" cy="${top + 23}" r="5"><title>${second(moment.at)}: ${moment.text}</title></circle></a>`)}</g>\n`;
};

const CLASSES: Readonly<Record<Moment["side"], string>> = {
  attack: "attack",
  detection: "detection",
  response: "response",
};
