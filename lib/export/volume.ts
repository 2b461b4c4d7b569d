import { kindsOf, prefixesInto, prefixOf } from "../report/prefixes.ts";
import type { CaseContents } from "./contents.ts";
import type { Volume } from "./schemas/analysis.ts";
import type { Tally } from "./tally.ts";

/** `data-volume-report.json`. Bytes null: not known, which is not zero. */

const NOTE =
  "Bytes sent as S3 recorded them; of a copy inside AWS the stored size. Objects certainly or likely taken; the upper bound is in the totals only. An object read in several hours counts in each of them.";

export const volumeOf = ({ dossier }: CaseContents, { byBucket, byPrefix, ...rest }: Volumes): Volume => {
  const { certain, likely, upperBound } = dossier.view.theft;
  return {
    schema: "cordon/data-volume-report/v1",
    note: NOTE,
    totals: { certain, likely, upperBound },
    byBucket,
    byPrefix,
    byHour: dossier.hours,
    ...rest,
  };
};

export type Volumes = Pick<Volume, "byBucket" | "byPrefix" | "byPath" | "bytesUnknown">;

/** Of what was certainly or likely taken. */
export const volumesInto = (): Tally<Volumes> => {
  const [buckets, prefixes, paths] = [prefixesInto(() => ""), prefixesInto(prefixOf), pathsInto()];
  return {
    add: (one) => {
      if (one.certainty === "upper-bound") return;
      const kinds = kindsOf(one);
      buckets.add(one, kinds);
      prefixes.add(one, kinds);
      paths.add(one);
    },
    done: () => ({ byBucket: buckets.done(), byPrefix: prefixes.done(), ...paths.done() }),
  };
};

/** A copy inside AWS sends no bytes; its stored size counts, as in `prefixesOf`. */
const pathsInto = (): Tally<Pick<Volume, "byPath" | "bytesUnknown">> => {
  const paths = new Map<string, { path: string; objects: number; bytes: number | null }>();
  let bytesUnknown = 0;
  return {
    add: ({ path, bytesOut, size }) => {
      const known = paths.get(path) ?? { path, objects: 0, bytes: null };
      const bytes = path === "server-side-copy" ? size : bytesOut;
      const sum = bytes === null ? known.bytes : (known.bytes ?? 0) + bytes;
      paths.set(path, { path, objects: known.objects + 1, bytes: sum });
      if (bytesOut === null && size === null) bytesUnknown += 1;
    },
    done: () => ({ byPath: [...paths.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)), bytesUnknown }),
  };
};
