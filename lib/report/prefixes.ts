import type { HintKind } from "../case/opinion.ts";
import type { PrefixOfTheft, StolenObject } from "../case/reportData.ts";
import { HINT_RULES, rulesFor } from "../core/theft/sensitivity.ts";

/** Rows a reader can take in; what is beyond is added up per bucket under an empty prefix with `…`. */
const MOST_PREFIXES = 40;

type Counted = Pick<StolenObject, "bucket" | "key" | "calls" | "bytesOut" | "size" | "path">;

/**
 * Adds stolen objects up by bucket and the first part of their key (up to the first `/`; none: the bucket's root),
 * largest first; `groupOf` may add up by something else of the key. Give it every object, not only those that the report
 * lists. A copy inside AWS sends no bytes out; its stored size counts.
 */
export const prefixesOf = (
  objects: Iterable<Counted>,
  groupOf: (key: string) => string = prefixOf,
): readonly PrefixOfTheft[] => {
  const prefixes = prefixesInto(groupOf);
  for (const one of objects) prefixes.add(one, kindsOf(one));
  return prefixes.done();
};

/** The same for objects that come one after another; `kinds` are those of `kindsOf`. */
export const prefixesInto = (groupOf: (key: string) => string) => {
  const rows = new Map<string, PrefixRow>();
  return {
    add: (one: Counted, kinds: readonly HintKind[]): void => {
      const row = rowIn(rows, one.bucket, groupOf(one.key));
      row.objects += 1;
      row.calls += one.calls;
      addBytes(row, one.path === "server-side-copy" ? (one.size ?? null) : one.bytesOut);
      for (const kind of kinds) row.kinds[kind] = (row.kinds[kind] ?? 0) + 1;
    },
    done: (): readonly PrefixOfTheft[] => {
      const sorted = [...rows.values()].toSorted(bySize);
      const kept = new Map(sorted.slice(0, MOST_PREFIXES).map((row) => [keyOf(row), row]));
      for (const row of sorted.slice(MOST_PREFIXES)) merge(rowIn(kept, row.bucket, REST), row);
      return [...kept.values()].toSorted(bySize);
    },
  };
};

/** Stands for the prefixes of a bucket that were too many to list. */
export const REST = "…";

/** Up to the first `/`; empty at the root of the bucket. */
export const prefixOf = (key: string): string => key.slice(0, key.indexOf("/") + 1);

const keyOf = ({ bucket, prefix }: Pick<PrefixOfTheft, "bucket" | "prefix">): string => `${bucket}\n${prefix}`;

type PrefixRow = { -readonly [Name in keyof Omit<PrefixOfTheft, "kinds">]: PrefixOfTheft[Name] } & {
  readonly kinds: Partial<Record<HintKind, number>>;
};

const rowIn = (rows: Map<string, PrefixRow>, bucket: string, prefix: string): PrefixRow => {
  const key = keyOf({ bucket, prefix });
  const known = rows.get(key) ?? { bucket, prefix, objects: 0, calls: 0, bytes: null, kinds: {} };
  rows.set(key, known);
  return known;
};

/** What is not known adds nothing; where nothing is known the sum is not known either. */
const addBytes = (row: PrefixRow, bytes: number | null): void => {
  if (bytes !== null) row.bytes = (row.bytes ?? 0) + bytes;
};

const merge = (row: PrefixRow, more: PrefixRow): void => {
  row.objects += more.objects;
  row.calls += more.calls;
  addBytes(row, more.bytes);
  for (const [kind, count] of Object.entries(more.kinds) as [HintKind, number][])
    row.kinds[kind] = (row.kinds[kind] ?? 0) + count;
};

const KINDS: ReadonlyMap<string, HintKind> = new Map(HINT_RULES.map(({ id, kind }) => [id, kind]));

/** What the name hints at: each kind once, however many rules say so. */
export const kindsOf = (one: Pick<Counted, "bucket" | "key">): readonly HintKind[] => [
  ...new Set(rulesFor(one).flatMap((rule) => KINDS.get(rule) ?? [])),
];

const bySize = (a: PrefixOfTheft, b: PrefixOfTheft): number =>
  (b.bytes ?? -1) - (a.bytes ?? -1) || b.objects - a.objects || (keyOf(a) < keyOf(b) ? -1 : 1);
