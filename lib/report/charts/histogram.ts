import { bytes, count, counted } from "../../base/figures.ts";
import { sum } from "../../base/lists.ts";
import type { HourOfTheft } from "../../case/reportData.ts";
import { type Html, html, NOTHING } from "../html.ts";
import type { Chart } from "../model.ts";
import { everyFew, percent, ticks } from "./scale.ts";

const HEIGHT = 210;
const TOP = 30;
const BOTTOM = 34;
const PLOT = HEIGHT - TOP - BOTTOM;
/** Few hours make slender bars, not walls; up to this many bars carry their number: a seventh of a telephone holds `100,000`. */
const WIDEST = 0.12;
const MOST_NUMBERS = 6;
/** More hours than this are added up by day: bars must stay wide enough to see. */
const MOST_BARS = 96;

interface Bar {
  readonly label: string;
  readonly from: string;
  readonly objects: number;
  readonly calls: number;
  readonly bytes: number | null;
}

type Hours = Extract<Chart, { readonly of: "hours" }>;

/** The chart of a theft by the hour (or by the day), in words too; null where no hour is known. */
export const hoursChart = (hours: readonly HourOfTheft[]): Hours | null => {
  if (hours.length === 0) return null;
  const bars = barsOf(hours);
  return {
    as: "chart",
    of: "hours",
    hours,
    title: `Objects taken per ${isHourly(bars) ? "hour" : "day"} (UTC)`,
    says: bars
      .filter(({ objects }) => objects > 0)
      .map((bar) => `${bar.label}: ${told(bar)}.`)
      .join(" "),
  };
};

/** Objects taken hour by hour (or day by day), quiet hours between included: a gap in a theft is a fact too. */
export const histogram = ({ hours, title, says }: Hours): Html => {
  const bars = barsOf(hours);
  const steps = ticks(Math.max(...bars.map(({ objects }) => objects)));
  const labelled = everyFew(bars.length, 6);
  const unit = isHourly(bars) ? "hour" : "day";
  return html`<figure><svg class="chart" width="100%" height="${HEIGHT}" role="img" aria-labelledby="histogram-title histogram-desc">
<title id="histogram-title">${title}</title>
<desc id="histogram-desc">${says}</desc>
<text class="axis" x="0" y="11">objects per ${unit}</text>
${steps.map((step) => gridline(step, steps.at(-1)!))}
${bars.map((bar, index) => barOf(bar, index, bars.length, steps.at(-1)!))}
${bars.map((bar, index) => (labelled.has(index) ? html`<text class="tick" x="${percent((index + 0.5) / bars.length)}" y="${HEIGHT - 18}" text-anchor="middle">${short(bar)}</text>` : NOTHING))}
<text class="axis" x="50%" y="${HEIGHT - 3}" text-anchor="middle">${unit}, UTC, from ${bars[0]!.label}</text>
</svg></figure>`;
};

const told = ({ objects, calls, bytes: size }: Bar): string =>
  `${counted(objects, "object")}, ${counted(calls, "call")}, ${size === null ? "bytes not known" : bytes(size)}`;

const gridline = (step: number, highest: number): Html => {
  const y = (TOP + PLOT * (1 - step / highest)).toFixed(1);
  return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/>${step === 0 ? NOTHING : html`<text class="tick" x="0" y="${(Number(y) + 11).toFixed(1)}">${count(step)}</text>`}\n`;
};

const barOf = (bar: Bar, index: number, of: number, highest: number): Html => {
  const height = (PLOT * bar.objects) / highest;
  const width = Math.min(WIDEST, 0.72 / of);
  const [middle, top] = [(index + 0.5) / of, TOP + PLOT - height];
  const number =
    of <= MOST_NUMBERS && bar.objects > 0
      ? html`<text class="value" x="${percent(middle)}" y="${(top - 4).toFixed(1)}" text-anchor="middle">${count(bar.objects)}</text>`
      : NOTHING;
  return html`<rect class="bar" x="${percent(middle - width / 2)}" width="${percent(width)}" y="${top.toFixed(1)}" height="${height.toFixed(1)}"><title>${bar.label} UTC: ${told(bar)}</title></rect>${number}\n`;
};

const isHourly = (bars: readonly Bar[]): boolean => bars[0]!.label.includes(":");

const short = ({ label }: Bar): string => (label.includes(":") ? label.slice(-5) : label.slice(5));

const barsOf = (hours: readonly HourOfTheft[]): readonly Bar[] => {
  const known = hours.filter(({ hour }) => !Number.isNaN(Date.parse(hour)));
  const hourly = filled(known, 3_600_000, (at) => at.slice(0, 16).replace("T", " "));
  return hourly.length <= MOST_BARS ? hourly : filled(known, 86_400_000, (at) => at.slice(0, 10));
};

const filled = (hours: readonly HourOfTheft[], step: number, labelOf: (at: string) => string): readonly Bar[] => {
  const slots = hours.map(({ hour }) => Math.floor(Date.parse(hour) / step));
  const [first, last] = [Math.min(...slots), Math.max(...slots)];
  return Array.from({ length: Math.min(last - first + 1, 400) }, (_, index) => {
    const inside = hours.filter((_, at) => slots[at] === first + index);
    const from = new Date((first + index) * step).toISOString();
    const sizes = inside.map((hour) => hour.bytes);
    return {
      label: labelOf(from),
      from,
      objects: sum(inside.map(({ objects }) => objects)),
      calls: sum(inside.map(({ calls }) => calls)),
      bytes: sizes.includes(null) ? null : sum(sizes as readonly number[]),
    };
  });
};
