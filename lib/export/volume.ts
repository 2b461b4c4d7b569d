import type { CaseView } from "../case/caseView.ts";
import type { HourOfTheft, PrefixOfTheft } from "../case/reportData.ts";
import { prefixesOf } from "../report/prefixes.ts";
import type { CaseContents } from "./contents.ts";

/** `data-volume-report.json`. Bytes null: not known, which is not zero. */
export interface VolumeReport {
  readonly schema: "cordon/data-volume-report/v1";
  readonly note: string;
  readonly totals: Pick<CaseView["theft"], "certain" | "likely" | "upperBound">;
  readonly byBucket: readonly PrefixOfTheft[];
  readonly byPrefix: readonly PrefixOfTheft[];
  readonly byHour: readonly HourOfTheft[];
  readonly byPath: readonly { readonly path: string; readonly objects: number; readonly bytes: number | null }[];
  readonly bytesUnknown: number;
}

const NOTE =
  "Bytes sent as S3 recorded them; of a copy inside AWS the stored size. Objects certainly or likely taken; the upper bound is in the totals only. An object read in several hours counts in each of them.";

export const volumeOf = ({ dossier, objects }: CaseContents): VolumeReport => {
  const { certain, likely, upperBound } = dossier.view.theft;
  const sure = objects.filter(({ certainty }) => certainty !== "upper-bound");
  return {
    schema: "cordon/data-volume-report/v1",
    note: NOTE,
    totals: { certain, likely, upperBound },
    byBucket: prefixesOf(sure, () => ""),
    byPrefix: prefixesOf(sure),
    byHour: dossier.hours,
    byPath: [...Map.groupBy(sure, ({ path }) => path)]
      .map(([path, group]) => ({
        path,
        objects: group.length,
        bytes:
          prefixesOf(
            group.map((one) => ({ ...one, bucket: "" })),
            () => "",
          )[0]?.bytes ?? null,
      }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    bytesUnknown: sure.filter(({ bytesOut, size }) => bytesOut === null && size === null).length,
  };
};
