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
  const rows = new Map<string, PrefixOfTheft>();
  for (const one of objects)
    add(rows, {
      bucket: one.bucket,
      prefix: groupOf(one.key),
      objects: 1,
      calls: one.calls,
      bytes: one.path === "server-side-copy" ? (one.size ?? null) : one.bytesOut,
      kinds: Object.fromEntries(kindsOf(one).map((kind) => [kind, 1])),
    });
  const sorted = [...rows.values()].toSorted(bySize);
  for (const row of sorted.slice(MOST_PREFIXES)) rows.delete(keyOf(row));
  for (const row of sorted.slice(MOST_PREFIXES)) add(rows, { ...row, prefix: REST });
  return [...rows.values()].toSorted(bySize);
};

/** Stands for the prefixes of a bucket that were too many to list. */
export const REST = "…";

/** Up to the first `/`; empty at the root of the bucket. */
export const prefixOf = (key: string): string => key.slice(0, key.indexOf("/") + 1);

const keyOf = ({ bucket, prefix }: PrefixOfTheft): string => `${bucket}\n${prefix}`;

const add = (rows: Map<string, PrefixOfTheft>, row: PrefixOfTheft): void => {
  const known = rows.get(keyOf(row));
  if (known === undefined) rows.set(keyOf(row), row);
  else
    rows.set(keyOf(row), {
      ...known,
      objects: known.objects + row.objects,
      calls: known.calls + row.calls,
      bytes: known.bytes === null && row.bytes === null ? null : (known.bytes ?? 0) + (row.bytes ?? 0),
      kinds: summed(known.kinds ?? {}, row.kinds ?? {}),
    });
};

type Kinds = NonNullable<PrefixOfTheft["kinds"]>;

const summed = (a: Kinds, b: Kinds): Kinds =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)] as HintKind[])].map((kind) => [
      kind,
      (a[kind] ?? 0) + (b[kind] ?? 0),
    ]),
  );

const KINDS: ReadonlyMap<string, HintKind> = new Map(HINT_RULES.map(({ id, kind }) => [id, kind]));

/** What the name hints at: each kind once, however many rules say so. */
const kindsOf = (one: Counted): readonly HintKind[] => [
  ...new Set(rulesFor(one).flatMap((rule) => KINDS.get(rule) ?? [])),
];

const bySize = (a: PrefixOfTheft, b: PrefixOfTheft): number =>
  (b.bytes ?? -1) - (a.bytes ?? -1) || b.objects - a.objects || (keyOf(a) < keyOf(b) ? -1 : 1);
