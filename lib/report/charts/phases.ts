import { between, second } from "../../base/figures.ts";
import { type Html, html, NOTHING } from "../html.ts";
import type { Moment } from "../timeline.ts";
import { clockTicks, percent } from "./scale.ts";

const ROW = 34;
const AXIS = 36;

interface Phase {
  readonly name: string;
  readonly side: Moment["side"];
  readonly moments: readonly { readonly at: number; readonly index: number; readonly moment: Moment }[];
}

export const momentAnchor = (index: number): string => `moment-${index + 1}`;

/**
 * One row per phase, from its first to its last moment; every moment is a mark that leads to its line in the table. Days
 * in which nothing is on record are cut out and said in words, or an old incident would be one dot beside its response.
 */
export const phaseChart = (moments: readonly Moment[]): Html => {
  const dated = moments
    .map((moment, index) => ({ moment, index, at: Date.parse(moment.at) }))
    .filter(({ at }) => !Number.isNaN(at))
    .toSorted((a, b) => a.at - b.at);
  if (dated.length < 2) return NOTHING;
  const episodes = episodesOf(dated);
  return html`${episodes.map((episode, number) => html`${number === 0 ? NOTHING : html`<p class="gap">${between(episodes[number - 1]!.at(-1)!.moment.at, episode[0]!.moment.at) ?? ""} without a moment on record</p>`}${chart(episode, number)}`)}`;
};

const DAY = 86_400_000;

/** Cut where nothing happened for over a day and for over a third of the whole time: at most two such gaps can be. */
const episodesOf = (dated: Phase["moments"]): readonly Phase["moments"][] => {
  const whole = dated.at(-1)!.at - dated[0]!.at;
  const episodes: Phase["moments"][number][][] = [[]];
  for (const [index, one] of dated.entries()) {
    const gap = one.at - (dated[index - 1]?.at ?? one.at);
    if (gap > DAY && gap > whole / 3) episodes.push([]);
    episodes.at(-1)!.push(one);
  }
  return episodes;
};

const chart = (dated: Phase["moments"], number: number): Html => {
  const [from, to] = [dated[0]!.at, dated.at(-1)!.at];
  const place = (at: number): number => 0.012 + 0.976 * (to === from ? 0.5 : (at - from) / (to - from));
  const phases = phasesOf(dated);
  const height = phases.length * ROW + AXIS;
  return html`<figure><svg class="chart" width="100%" height="${height}" role="img" aria-labelledby="phases-title-${number} phases-desc-${number}">
<title id="phases-title-${number}">Phases of the incident and of the response over time</title>
<desc id="phases-desc-${number}">${phases.map(({ name, moments: marks }) => `${name}: ${second(marks[0]!.moment.at)} to ${second(marks.at(-1)!.moment.at)}. `)}</desc>
${clockTicks(from, to).map(({ at, label }) => html`<line class="grid" x1="${percent(place(at))}" x2="${percent(place(at))}" y1="14" y2="${height - AXIS + 4}"/><text class="tick" x="${percent(place(at))}" y="${height - 16}" text-anchor="middle">${label}</text>`)}
${phases.map((phase, row) => rowOf(phase, row, place))}
<text class="axis" x="50%" y="${height - 2}" text-anchor="middle">${second(dated[0]!.moment.at)} to ${second(dated.at(-1)!.moment.at)}</text>
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
