import { between, second } from "../../base/figures.ts";
import { type Html, html, NOTHING } from "../html.ts";
import type { Chart } from "../model.ts";
import type { Moment } from "../timeline.ts";
import { clockTicks, percent } from "./scale.ts";

const ROW = 31;
const AXIS = 36;

interface Phase {
  readonly name: string;
  readonly side: Moment["side"];
  readonly moments: readonly {
    readonly at: number;
    readonly end: number;
    readonly index: number;
    readonly moment: Moment;
  }[];
}

export const momentAnchor = (index: number): string => `moment-${index + 1}`;

type Phases = Extract<Chart, { readonly of: "phases" }>;

/** The chart of all moments, in words too; null where fewer than two have a time. */
export const phasesChart = (moments: readonly Moment[]): Phases | null => {
  const dated = datedOf(moments);
  if (dated.length < 2) return null;
  return {
    as: "chart",
    of: "phases",
    moments,
    title: "The incident and the response over time",
    says: episodesOf(dated)
      .flatMap(phasesOf)
      .map(
        ({ name, moments: marks }) =>
          `${capital(name)}: ${second(marks[0]!.moment.at)} to ${second(new Date(endOf(marks)).toISOString())}.`,
      )
      .join(" "),
  };
};

/**
 * One row per phase; a bar lasts as long as what it stands for, and every mark leads to its line in the table. Days in which
 * nothing is on record are cut out and said in words, or an old incident would be one dot beside its response.
 */
export const phaseChart = ({ moments, title, says }: Phases): Html => {
  const episodes = episodesOf(datedOf(moments));
  return html`${episodes.map((episode, number) => html`${number === 0 ? NOTHING : html`<p class="gap">${between(new Date(endOf(episodes[number - 1]!)).toISOString(), episode[0]!.moment.at) ?? ""} without a moment on record</p>`}${chart(episode, number, { title, says })}`)}`;
};

const datedOf = (moments: readonly Moment[]): Phase["moments"] =>
  moments
    .map((moment, index) => ({ moment, index, at: Date.parse(moment.at), end: Date.parse(moment.until ?? moment.at) }))
    .filter(({ at, end }) => !(Number.isNaN(at) || Number.isNaN(end)))
    .toSorted((a, b) => a.at - b.at);

const endOf = (moments: Phase["moments"]): number => Math.max(...moments.map(({ at, end }) => Math.max(at, end)));

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const DAY = 86_400_000;

/** Cut where nothing happened for over a day and for over a third of the whole time: at most two such gaps can be. */
const episodesOf = (dated: Phase["moments"]): readonly Phase["moments"][] => {
  const whole = endOf(dated) - dated[0]!.at;
  const episodes: Phase["moments"][number][][] = [[]];
  for (const one of dated) {
    const episode = episodes.at(-1)!;
    const gap = episode.length === 0 ? 0 : one.at - endOf(episode);
    if (gap > DAY && gap > whole / 3) episodes.push([one]);
    else episode.push(one);
  }
  return episodes;
};

const chart = (dated: Phase["moments"], number: number, { title, says }: Pick<Phases, "title" | "says">): Html => {
  const [from, to] = [dated[0]!.at, endOf(dated)];
  const place = (at: number): number => 0.012 + 0.976 * (to === from ? 0.5 : (at - from) / (to - from));
  const phases = phasesOf(dated);
  const height = phases.length * ROW + AXIS;
  return html`<figure><svg class="chart" width="100%" height="${height}" role="group" aria-labelledby="phases-title-${number} phases-desc-${number}">
<title id="phases-title-${number}">${title}</title>
<desc id="phases-desc-${number}">${says}</desc>
${clockTicks(from, to).map(({ at, label }) => html`<line class="grid" x1="${percent(place(at))}" x2="${percent(place(at))}" y1="14" y2="${height - AXIS + 4}"/><text class="tick" x="${percent(place(at))}" y="${height - 16}" text-anchor="middle">${label}</text>`)}
${phases.map((phase, row) => rowOf(phase, row, place))}
<text class="axis" x="50%" y="${height - 2}" text-anchor="middle">${second(dated[0]!.moment.at)} to ${second(new Date(to).toISOString())}</text>
</svg></figure>`;
};

const phasesOf = (dated: Phase["moments"]): readonly Phase[] =>
  [...Map.groupBy(dated, ({ moment }) => laneOf(moment)).values()].map((moments) => ({
    name: laneOf(moments[0]!.moment),
    side: moments[0]!.moment.side,
    moments,
  }));

/** What the actor did has a lane for each phase; the response, minutes as a rule, has one. */
const laneOf = ({ side, phase }: Moment): string => {
  if (side === "response") return "response";
  return phase === "ordinary" ? "other calls" : phase;
};

const rowOf = ({ name, side, moments }: Phase, row: number, place: (at: number) => number): Html => {
  const y = row * ROW + 23;
  return html`<g class="${side}"><text class="lane" x="0" y="${y - 11}">${name}</text>
<line class="track" x1="0" x2="100%" y1="${y}" y2="${y}"/>
${moments.map((one) => (one.end > one.at ? html`<line class="span" x1="${percent(place(one.at))}" x2="${percent(place(one.end))}" y1="${y}" y2="${y}"/>` : NOTHING))}
${moments.map(({ at, index, moment }) => html`<a href="#${momentAnchor(index)}"><circle class="mark" cx="${percent(place(at))}" cy="${y}" r="5"><title>${second(moment.at)}: ${moment.text}</title></circle></a>`)}</g>\n`;
};
