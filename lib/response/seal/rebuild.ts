import { type Bodies, wholeOf } from "../../base/content.ts";
import { textLines } from "../../base/textLines.ts";
import type { CaseEvent } from "../../case/events.ts";
import type { BundlePredicate } from "../../evidence/predicate.ts";
import { clockFileOf } from "../../export/clockFile.ts";
import type { Ports } from "../../ports/ports.ts";
import { buildReport } from "../../report/report.ts";
import { dossierFrom, type Judged } from "./dossier.ts";
import { producer as thisProducer } from "./producer.ts";

/** Whether the report of a bundle says what its data say: built again from them, it is the same to the byte. */
export type Rebuilt =
  | { readonly state: "same" }
  | { readonly state: "differs"; readonly why: string }
  | { readonly state: "not checked"; readonly why: string };

const FORMS = { html: "report.html", markdown: "report.md" } as const;

/** For bundles whose signature holds: every file is then what was sealed, and may still not say what the data say. */
export const rebuildReport = async (files: Bodies, predicate: BundlePredicate): Promise<Rebuilt> => {
  const { producer } = predicate;
  const here = thisProducer();
  const own = [here.name, here.version, here.sourceDigest].join(" ");
  const made = [producer.name, producer.version, producer.sourceDigest].join(" ");
  if (own !== made) return { state: "not checked", why: `report not rebuilt: made by ${made}, and this is ${own}` };
  const record = recordIn(files);
  if (record?.judged === undefined)
    return {
      state: "not checked",
      why: "report not rebuilt: the bundle is of a form that does not hold all it is made of",
    };
  try {
    const report = await reportOf(files, record, predicate);
    const other = (["html", "markdown"] as const).filter((form) => report[form] !== textIn(files, FORMS[form]));
    return other.length === 0
      ? { state: "same" }
      : {
          state: "differs",
          why: `${other.map((form) => FORMS[form]).join(" and ")}: not what the data of the bundle say`,
        };
  } catch (error) {
    return { state: "differs", why: `it cannot be built from the data of the bundle: ${(error as Error).message}` };
  }
};

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
