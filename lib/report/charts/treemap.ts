import { bytes, counted } from "../../base/figures.ts";
import type { PrefixOfTheft } from "../../case/reportData.ts";
import { type Html, html, NOTHING } from "../html.ts";
import type { Chart } from "../model.ts";
import { percent } from "./scale.ts";
import { squarify, type Tile } from "./squarify.ts";

const HEIGHT = 260;
/** The shape tiles are computed for; on a narrow screen they get thinner and keep their areas. */
const ASPECT = 2.6;
/** Colours of the style sheet, one per bucket; further buckets share the last. */
const HUES = 5;

type Prefixes = Extract<Chart, { readonly of: "prefixes" }>;

/** The chart of a theft by bucket and prefix; null where there is nothing to compare. */
export const prefixesChart = (prefixes: readonly PrefixOfTheft[]): Prefixes | null =>
  prefixes.length < 2
    ? null
    : {
        as: "chart",
        of: "prefixes",
        prefixes,
        title: "What was taken, by bucket and prefix",
        says: `The area of a tile is its share of the ${isSized(prefixes) ? "bytes" : "objects"}. The figures stand in the table of prefixes.`,
      };

const isSized = (prefixes: readonly PrefixOfTheft[]): boolean => prefixes.some(({ bytes: size }) => (size ?? 0) > 0);

/** What was taken by bucket and prefix, area by bytes, or by objects where no size is known. */
export const treemap = ({ prefixes, title, says }: Prefixes): Html => {
  const sized = isSized(prefixes);
  const sizeOf = (row: PrefixOfTheft): number => (sized ? (row.bytes ?? 0) : row.objects);
  const tiles = squarify(
    prefixes.toSorted((a, b) => sizeOf(b) - sizeOf(a)),
    sizeOf,
    ASPECT,
  );
  if (tiles.length < 2) return NOTHING;
  const buckets = [...new Set(prefixes.map(({ bucket }) => bucket))];
  return html`<figure><svg class="chart treemap" width="100%" height="${HEIGHT}" role="img" aria-labelledby="treemap-title treemap-desc">
<title id="treemap-title">${title}</title>
<desc id="treemap-desc">${says}</desc>
${tiles.map((tile) => tileOf(tile, Math.min(buckets.indexOf(tile.item.bucket), HUES - 1)))}
</svg><figcaption>${sized ? "Area: bytes." : "Area: number of objects; no size is known."} ${buckets.slice(0, HUES).map((bucket, index) => html`<span class="key"><svg width="12" height="12" aria-hidden="true"><rect class="hue${index}" width="12" height="12"/></svg> ${bucket}</span> `)}</figcaption></figure>`;
};

const tileOf = ({ item, x, y, width, height }: Tile<PrefixOfTheft>, hue: number): Html => {
  const name = item.prefix || "(root)";
  const size = item.bytes === null ? counted(item.objects, "object") : bytes(item.bytes);
  return html`<svg x="${percent(x)}" y="${percent(y)}" width="${percent(width)}" height="${percent(height)}"><title>${item.bucket}: ${name}: ${counted(item.objects, "object")}, ${item.bytes === null ? "bytes not known" : bytes(item.bytes)}</title><rect class="tile hue${hue}" width="100%" height="100%"/>${width * ASPECT * HEIGHT > 60 && height * HEIGHT > 34 ? html`<text class="tile-name" x="6" y="16">${name}</text><text class="tile-size" x="6" y="31">${size}</text>` : NOTHING}</svg>\n`;
};
