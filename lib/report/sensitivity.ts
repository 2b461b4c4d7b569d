import type { ClassifiedObject } from "../case/objects.ts";
import type { CaseDossier } from "./dossier.ts";

const ORDER = ["Low", "Medium", "High"] as const;

/** What classification said, added up; `reason` tells why the rest is null or how far it got. */
export interface Sensitivity {
  readonly state: "known" | "incomplete" | "not-known";
  readonly reason: string;
  readonly findings: readonly ClassifiedObject[];
  /** Category to total count, largest first. */
  readonly categories: readonly { readonly name: string; readonly count: number; readonly objects: number }[] | null;
  readonly highest: (typeof ORDER)[number] | null;
  /** True when Macie said it; a local scanner knows fewer kinds of data. */
  readonly macie: boolean;
}

/** Reads the document `classification.json` as the classifiers leave it. */
export const sensitivityOf = ({ classification }: CaseDossier): Sensitivity => {
  if (classification === null) return unknown("no classification was made");
  const { state, reason, complete, findings } = classification;
  if (state !== "done" || !Array.isArray(findings))
    return unknown(typeof reason === "string" ? reason : `classification is ${String(state)}`);
  const known = findings as readonly ClassifiedObject[];
  return {
    state: complete === true ? "known" : "incomplete",
    reason: typeof reason === "string" ? reason : "",
    findings: known,
    categories: categoriesOf(known),
    highest: ORDER.findLast((severity) => known.some((one) => one.severity === severity)) ?? null,
    macie: known.length > 0 && known.every(({ source }) => /macie/i.test(source)),
  };
};

const unknown = (reason: string): Sensitivity => ({
  state: "not-known",
  reason,
  findings: [],
  categories: null,
  highest: null,
  macie: false,
});

const categoriesOf = (findings: readonly ClassifiedObject[]): NonNullable<Sensitivity["categories"]> => {
  const totals = new Map<string, { count: number; objects: number }>();
  for (const [name, count] of findings.flatMap(({ categories }) => Object.entries(categories))) {
    const before = totals.get(name) ?? { count: 0, objects: 0 };
    totals.set(name, { count: before.count + count, objects: before.objects + 1 });
  }
  return [...totals]
    .map(([name, total]) => ({ name, ...total }))
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
};
