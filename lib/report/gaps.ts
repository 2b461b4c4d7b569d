import { counted, second } from "../base/figures.ts";
import type { CaseDossier } from "./dossier.ts";
import { sensitivityOf } from "./sensitivity.ts";

/** Something the case does not know, and why. */
export interface Gap {
  readonly what: string;
  readonly reason: string;
}

/** Every gap the dossier holds, each once, in the order in which a reader asks: what was taken, from which logs, by whom. */
export const gapsOf = (dossier: CaseDossier): readonly Gap[] => {
  const { view, principals, finding } = dossier;
  const sensitivity = sensitivityOf(dossier);
  const gaps: Gap[] = [
    ...view.theft.notKnown.map((reason) => ({ what: "What was taken", reason })),
    ...(sensitivity.state === "known"
      ? []
      : [
          {
            what: sensitivity.state === "incomplete" ? "Sensitivity of all objects" : "Sensitivity of the data",
            reason: sensitivity.reason,
          },
        ]),
    ...coverageGaps(dossier),
    ...(view.principal === null
      ? [
          {
            what: "Who did it",
            reason:
              finding.principals.length === 0
                ? "the finding names no principal and the logs showed none"
                : "the principal could not be read",
          },
        ]
      : []),
    ...principals.flatMap(({ principal, notKnown }) =>
      notKnown.map((one) => ({
        what: `${principal.userName ?? principal.arn ?? principal.principalId ?? "Principal"}: ${one.what}`,
        reason: one.reason,
      })),
    ),
    ...(dossier.discovered === null
      ? [{ what: "What else the actor changed", reason: "the logs were not searched for it" }]
      : []),
    ...detectionGaps(dossier),
    ...dossier.head.notKnown.map(({ step, reason }) => ({ what: `Step ${step} failed`, reason })),
  ];
  return [...new Map(gaps.toReversed().map((gap) => [gap.reason, gap])).values()].toReversed();
};

/** A rule that could not be run has not been quiet. */
const detectionGaps = ({ detections }: CaseDossier): readonly Gap[] =>
  detections.flatMap(({ id, error }) =>
    error == null ? [] : [{ what: `What detection ${id} would have found`, reason: error.split("\n", 1)[0]! }],
  );

const coverageGaps = ({ view: { coverage } }: CaseDossier): readonly Gap[] => [
  ...(coverage.watermark === null
    ? [{ what: "How far the logs reach", reason: "no log was read, so there is no watermark" }]
    : [
        {
          what: "Anything after the watermark",
          reason: `the newest event read is of ${second(coverage.watermark)}; CloudTrail delivers late`,
        },
      ]),
  ...coverage.buckets
    .filter(({ dataEvents }) => dataEvents !== "covered")
    .map(({ name, dataEvents }) => ({ what: `Reads of bucket ${name}`, reason: DATA_EVENTS[dataEvents] })),
  ...(coverage.filesSetAside > 0
    ? [
        {
          what: "What the files set aside hold",
          reason: `${counted(coverage.filesSetAside, "log file")} could not be read`,
        },
      ]
    : []),
  ...coverage.holes.map((hole) => ({ what: "Hole in the logs", reason: hole })),
];

/** What the coverage of a bucket by S3 data events means for the answer. */
export const DATA_EVENTS = {
  covered: "S3 data events were recorded for the whole window",
  partly: "S3 data events were recorded for part of the window only; reads outside that part left no trace",
  absent: "no S3 data events were recorded; reads of this bucket left no trace in CloudTrail",
  unknown: "whether S3 data events were recorded is not known; silence proves nothing",
} as const;
