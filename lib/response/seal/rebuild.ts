import { type Bodies, wholeOf } from "../../base/content.ts";
import { textLines } from "../../base/textLines.ts";
import type { CaseEvent } from "../../case/events.ts";
import type { BundlePredicate } from "../../evidence/predicate.ts";
import { clockFileOf } from "../../export/clockFile.ts";
import type { Ports } from "../../ports/ports.ts";
import { buildReport } from "../../report/report.ts";
import { dossierFrom, type Judged } from "./dossier.ts";
import { isKnown, type Producer } from "./producer.ts";
import { totalsDiffer } from "./totals.ts";

/** Whether the report of a bundle says what its data say: built again from them, it is the same to the byte, and its totals are those of the list. */
export type Rebuilt =
  | { readonly state: "same" }
  | { readonly state: "differs"; readonly why: string }
  | { readonly state: "not checked"; readonly why: string };

const FORMS = { html: "report.html", markdown: "report.md" } as const;

/**
 * For bundles whose signature holds: every file is then what was sealed, and may still not say what the data say. Never throws:
 * what cannot be built again is not checked. `here`: the program that would build it.
 */
export const rebuildReport = async (files: Bodies, predicate: BundlePredicate, here: Producer): Promise<Rebuilt> => {
  try {
    const why = totalsDiffer(files);
    if (why !== null) return { state: "differs", why };
    return await rebuilt(files, predicate, here);
  } catch (error) {
    return notRebuilt(`it cannot be built from the data of the bundle here: ${(error as Error).message}`);
  }
};

const rebuilt = async (files: Bodies, predicate: BundlePredicate, here: Producer): Promise<Rebuilt> => {
  const { producer } = predicate;
  const [own, made] = [here, producer].map((one) => [one.name, one.version, one.sourceDigest].join(" "));
  if (own !== made) return notRebuilt(`made by ${made}, and this is ${own}`);
  if (!isKnown(here)) return notRebuilt(`made by ${made}: whether this is the same program is not known`);
  const record = recordIn(files);
  if (record?.judged === undefined) return notRebuilt("the bundle is of a form that does not hold all it is made of");
  const report = await reportOf(files, record, predicate);
  const other = (["html", "markdown"] as const).filter((form) => report[form] !== textIn(files, FORMS[form]));
  const why = `${other.map((form) => FORMS[form]).join(" and ")}: not what the data of the bundle say`;
  return other.length === 0 ? { state: "same" } : { state: "differs", why };
};

const notRebuilt = (why: string): Rebuilt => ({ state: "not checked", why: `report not rebuilt: ${why}` });

type Sealed = Omit<Judged, "plans"> & { readonly judged?: Judged["plans"] };

const textIn = (files: Bodies, name: string): string | null => {
  const body = files.get(`data/${name}`);
  return body === undefined ? null : Buffer.from(wholeOf(body)).toString("utf8");
};

const recordIn = (files: Bodies): Sealed | null => JSON.parse(textIn(files, "case.json") ?? "null") as Sealed | null;

const reportOf = async (files: Bodies, record: Sealed, { revision, sealedAt, result }: BundlePredicate) => {
  const meta = { revision, kind: result.verdict, sealedAt };
  const dossier = await dossierFrom(meta, { ...record, plans: record.judged! }, casesIn(files));
  return buildReport({ ...dossier, clocks: clockFileOf(dossier).candidates });
};

/** The documents of a bundle, read as those of a case are. */
const casesIn = (files: Bodies): Ports["cases"] =>
  ({
    events: async () =>
      [...textLines(wholeOf(files.get("data/timeline.jsonl")!))].map((line) => JSON.parse(line) as CaseEvent),
    names: async (_: string, prefix: string) =>
      [...files.keys()]
        .flatMap((name) => (name.startsWith(`data/${prefix}`) ? [name.slice("data/".length)] : []))
        .sort(),
    read: async (_: string, name: string) => {
      const body = files.get(`data/${name}`);
      return body === undefined ? null : wholeOf(body);
    },
  }) as Partial<Ports["cases"]> as Ports["cases"];
