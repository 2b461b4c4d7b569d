import type { Topic } from "../case/reportData.ts";
import type { CaseDossier } from "./dossier.ts";
import { sensitivityOf } from "./sensitivity.ts";

/** A figure of the report: where it comes from, and how anybody counts it again out of the bundle. */
export interface FigureSource {
  readonly figure: string;
  /** Null: not known, and then there is nothing to count. */
  readonly value: number | null;
  /** The queries behind it; null where it is read off a document. */
  readonly topic: Topic | null;
  /** File below `data/` that holds the events or rows it counts. */
  readonly document: string;
  /** For a shell in the bundle's folder; needs `jq`. Prints the value and nothing else. */
  readonly recount: string;
}

/** The figures that a reader may want to check first, in the order of the report. */
export const figureSourcesOf = (dossier: CaseDossier): readonly FigureSource[] => [
  ...theft(dossier),
  ...conduct(dossier),
  ...data(dossier),
  ...record(dossier),
];

const CERTAIN = 'select(.certainty=="certain")';
const OBJECTS = "[.bucket,.key,.versionId]]|unique|length";

const theft = ({ view: { theft }, hours }: CaseDossier): readonly FigureSource[] => {
  const objects = (figure: string, value: number | null, recount: string): FigureSource => ({
    figure,
    value,
    topic: "objects",
    document: "objects.jsonl",
    recount: `jq -s '${recount}' data/objects.jsonl`,
  });
  return [
    objects("Objects certainly taken", theft.certain?.objects ?? null, `[.[]|${CERTAIN}|${OBJECTS}`),
    objects("Objects likely taken", theft.likely?.objects ?? null, `[.[]|select(.certainty!="upper-bound")|${OBJECTS}`),
    objects("Objects taken at most", theft.upperBound?.objects ?? null, `[.[]|${OBJECTS}`),
    objects("Calls that certainly took objects", theft.certain?.calls ?? null, `[.[]|${CERTAIN}|.calls]|add // 0`),
    objects("Bytes certainly taken", theft.certain?.bytes ?? null, `[.[]|${CERTAIN}|.bytesOut // .size // 0]|add // 0`),
    {
      figure: "Calls in the hourly chart",
      value: hours.reduce((sum, { calls }) => sum + calls, 0),
      topic: "hours",
      document: "report-data.json",
      recount: "jq '[.hours[].calls]|add // 0' data/report-data.json",
    },
  ];
};

const conduct = ({ denied, discovered, roleChain, detections }: CaseDossier): readonly FigureSource[] => [
  {
    figure: "Refused calls of the actor",
    value: denied.reduce((sum, { calls }) => sum + calls, 0),
    topic: "denied",
    document: "report-data.json",
    recount: "jq '[.denied[].calls]|add // 0' data/report-data.json",
  },
  {
    figure: "Settings changed by the actor",
    value: discovered?.changes.length ?? null,
    topic: "changes",
    document: "discovered.json",
    recount: "jq '.changes|length' data/discovered.json",
  },
  {
    figure: "Credentials made from those on the chain",
    value: roleChain?.sessions.length ?? null,
    topic: "chain",
    document: "role-chain.json",
    recount: "jq '.sessions|length' data/role-chain.json",
  },
  {
    figure: "Detections with something to show",
    value: detections.length === 0 ? null : detections.filter(({ rows }) => rows.length > 0).length,
    topic: null,
    document: "detections.json",
    recount: "jq '[.[]|select(.rows|length>0)]|length' data/detections.json",
  },
];

const data = (dossier: CaseDossier): readonly FigureSource[] => {
  const { state, findings } = sensitivityOf(dossier);
  return [
    {
      figure: "Objects in which sensitive data was found",
      value: state === "not-known" ? null : findings.length,
      topic: null,
      document: "classification.json",
      recount: "jq '.findings|length' data/classification.json",
    },
    {
      figure: "Objects named like credentials, to be replaced",
      value: dossier.hints?.rotation.length ?? null,
      topic: "objects",
      document: "sensitivity-hints.json",
      recount: "jq '.rotation|length' data/sensitivity-hints.json",
    },
  ];
};

const record = ({ view: { coverage }, events }: CaseDossier): readonly FigureSource[] => [
  {
    figure: "Log files read",
    value: coverage.watermark === null ? null : coverage.filesRead,
    topic: "coverage",
    document: "coverage-summary.json",
    recount: "jq '.filesRead' data/coverage-summary.json",
  },
  {
    figure: "Lines of the audit trail",
    value: events.length,
    topic: null,
    document: "timeline.jsonl",
    recount: "jq -s 'length' data/timeline.jsonl",
  },
];
