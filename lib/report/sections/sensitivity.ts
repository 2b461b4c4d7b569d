import { count, counted } from "../../base/figures.ts";
import { sensitiveDataTold } from "../../core/finding/sensitiveData.ts";
import { code, more, objectName, table, text, when } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Section } from "../model.ts";
import { type Sensitivity, sensitivityOf } from "../sensitivity.ts";
import { hints } from "./hints.ts";

const MOST_FINDINGS = 20;
const RANK = { High: 0, Medium: 1, Low: 2 } as const;

export const sensitivity = (dossier: CaseDossier): Section => {
  const { state, reason, categories, findings } = sensitivityOf(dossier);
  const sorted = findings.toSorted((a, b) => (RANK[a.severity] ?? 3) - (RANK[b.severity] ?? 3));
  const rows = sorted.slice(0, MOST_FINDINGS);
  return {
    id: "sensitivity",
    title: "How sensitive it is",
    blocks: [
      ...[sensitiveDataTold(dossier.finding)].flatMap((told) => (told === null ? [] : [text(told)])),
      text(
        state === "not-known"
          ? `Not known: ${reason}.`
          : `${state === "known" ? "Every stolen object was classified" : "Not every stolen object was classified"}: ${reason}. Sensitive data was found in ${counted(findings.length, "object")}.`,
      ),
      ...when(state !== "not-known", kinds(categories ?? []), objects(rows)),
      ...more(rows.length, findings.length, "classification.json"),
      ...hints(dossier),
    ],
  };
};

const kinds = (rows: NonNullable<Sensitivity["categories"]>) =>
  table({
    caption: "Kinds of sensitive data",
    rows,
    empty: "No sensitive data was found in what was looked at.",
    columns: [
      { head: "Kind", cell: ({ name }) => code(name) },
      { head: "Occurrences", cell: ({ count: times }) => times, kind: "number" },
      { head: "Objects", cell: ({ objects: number }) => number, kind: "number" },
    ],
  });

const objects = (rows: Sensitivity["findings"]) =>
  table({
    caption: "Objects with sensitive data, most severe first",
    rows,
    empty: "No object is listed.",
    columns: [
      { head: "Object", kind: "wide", cell: ({ bucket, key }) => objectName(bucket, key) },
      { head: "Severity", cell: ({ severity }) => severity },
      {
        head: "Kinds",
        cell: ({ categories }) =>
          Object.entries(categories)
            .map(([name, times]) => `${name} (${count(times)})`)
            .join(", "),
      },
      { head: "Said by", cell: ({ source }) => source },
    ],
  });
