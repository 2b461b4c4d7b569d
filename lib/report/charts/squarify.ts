/** A rectangle in shares of the whole: 0 to 1 in both directions. */
export interface Tile<Item> {
  readonly item: Item;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Share of the whole below which nothing can be seen; tiles smaller than that are left out. */
const TOO_SMALL = 1e-9;

/**
 * Squarified treemap (Bruls, Huizing, van Wijk 2000): areas proportional to `size`, tiles as square as they get in a box
 * of the given aspect (width by height). Items must come largest first; those without a size are left out.
 */
export const squarify = <Item>(
  items: readonly Item[],
  size: (item: Item) => number,
  aspect: number,
): readonly Tile<Item>[] => {
  let rest = items.filter((item) => size(item) > 0);
  let box: Box = { x: 0, y: 0, width: aspect, height: 1 };
  const tiles: Tile<Item>[] = [];
  while (rest.length > 0 && box.width * box.height > TOO_SMALL) {
    /** Measured anew against what is left of the box, so that rounding never leaves a gap or runs over the edge. */
    const perSize = (box.width * box.height) / rest.reduce((sum, item) => sum + size(item), 0);
    const area = (item: Item): number => size(item) * perSize;
    const row = rowOf(rest, area, Math.min(box.width, box.height));
    const laid = lay(row, area, box);
    tiles.push(...laid.tiles);
    box = laid.rest;
    rest = rest.slice(row.length);
  }
  return tiles.map((tile) => ({ ...tile, x: tile.x / aspect, width: tile.width / aspect }));
};

/** As many items as make the row better: another one is taken while the worst tile does not get longer. */
const rowOf = <Item>(items: readonly Item[], area: (item: Item) => number, side: number): readonly Item[] => {
  let taken = 1;
  while (
    taken < items.length &&
    worst(items.slice(0, taken + 1), area, side) <= worst(items.slice(0, taken), area, side)
  )
    taken++;
  return items.slice(0, taken);
};

const worst = <Item>(row: readonly Item[], area: (item: Item) => number, side: number): number => {
  const areas = row.map(area);
  const total = areas.reduce((sum, one) => sum + one, 0);
  return Math.max((side * side * Math.max(...areas)) / total ** 2, total ** 2 / (side * side * Math.min(...areas)));
};

const lay = <Item>(
  row: readonly Item[],
  area: (item: Item) => number,
  box: Box,
): { readonly tiles: readonly Tile<Item>[]; readonly rest: Box } => {
  const total = row.reduce((sum, item) => sum + area(item), 0);
  const upright = box.width >= box.height;
  const depth = total / (upright ? box.height : box.width);
  let along = upright ? box.y : box.x;
  const tiles = row.map((item) => {
    const length = area(item) / depth;
    const tile = upright
      ? { item, x: box.x, y: along, width: depth, height: length }
      : { item, x: along, y: box.y, width: length, height: depth };
    along += length;
    return tile;
  });
  const rest = upright
    ? { ...box, x: box.x + depth, width: Math.max(0, box.width - depth) }
    : { ...box, y: box.y + depth, height: Math.max(0, box.height - depth) };
  return { tiles, rest };
};
