import { count, counted, minute } from "../base/figures.ts";
import type { CaseView } from "../case/caseView.ts";
import { sensitiveDataTold } from "../core/finding/sensitiveData.ts";
import { hourSentences } from "../core/logs/bucketHours.ts";
import type { ReadPorts } from "../ports/ports.ts";
import { amountText } from "./amounts.ts";
import type { Io } from "./io.ts";
import { type Line, rowsOf } from "./lines.ts";
import { certainHours, dated, headOf, moreOf, PLAN_TONES } from "./screen.ts";

/** Everything of a case, broken where the terminal ends and nowhere cut. */
export const showWhole = async (view: CaseView, ports: ReadPorts, io: Io): Promise<void> => {
  const lines = wholeLines(view, await moreOf(view, ports, ALL));
  io.show([headOf(view), ...lines.flatMap((line) => rowsOf(line, io.width, ALL))]);
};

const ALL = Number.POSITIVE_INFINITY;

/** `more` is what is told between what was taken and the plans. */
export const wholeLines = (view: CaseView, more: readonly Line[]): readonly Line[] => [
  { label: "stands", text: view.state.sentence, tone: view.state.tone },
  { label: "then", text: view.state.next },
  ...labelled("WARNING", view.warnings ?? [], "bad"),
  ...findingLines(view),
  ...principalLines(view.principal),
  ...takenLines(view.theft),
  ...doorLines(view),
  ...more,
  ...labelled("not known", view.theft.notKnown),
  ...logLines(view.coverage),
  ...view.plans.flatMap(planLines),
  ...reviewLines(view),
  ...labelled("failed", view.notKnown, "bad"),
  ...view.evidence.map(({ revision, path, digest }) => ({
    label: "evidence",
    text: `r${revision}  ${path}  sha256 ${digest}`,
  })),
];

const labelled = (label: string, texts: readonly string[], tone?: Line["tone"]): readonly Line[] =>
  texts.map((text) => ({ label, text, ...(tone === undefined ? {} : { tone }) }));

/** One label for the lines under it. */
const under = (label: string, texts: readonly string[]): readonly Line[] =>
  texts.map((text, index) => ({ label: index === 0 ? label : "", text }));

const findingLines = ({ finding }: CaseView): readonly Line[] => {
  const told = sensitiveDataTold(finding);
  return under("finding", [
    `${finding.type}, severity ${finding.severity} of 10${finding.sample ? " (SAMPLE)" : ""}, id ${finding.id}`,
    ...(told === null ? [] : [told]),
  ]);
};

const principalLines = (principal: CaseView["principal"]): readonly Line[] =>
  under(
    "who",
    principal === null
      ? ["not known"]
      : [
          `${principal.type} ${principal.arn ?? principal.principalId ?? "not known"}`,
          ...(principal.roleSession === null
            ? []
            : [`role session ${principal.roleSession}, issuer ${principal.issuerArn ?? "not known"}`]),
          `keys ${principal.accessKeyIds.join(", ") || "not known"}`,
        ],
  );

const takenLines = ({
  certain,
  likely,
  upperBound,
  firstAt,
  lastAt,
  addresses,
  held = [],
}: CaseView["theft"]): readonly Line[] =>
  under("taken", [
    `certain      ${amountText(certain)}`,
    `likely       ${amountText(likely)}`,
    `upper bound  ${amountText(upperBound)}`,
    ...held.map(({ says }) => says),
    `${timeTold(firstAt)} to ${timeTold(lastAt)}, from ${addresses.join(", ") || "not known"}`,
  ]);

const timeTold = (at: string | null): string => (at === null ? "not known" : minute(at));

const doorLines = ({ state: { doors } }: CaseView): readonly Line[] =>
  labelled(
    "open",
    doors.map(
      ({ says, bucket, eventName, eventTime, planId }) =>
        `${says}${bucket === null ? "" : ` on ${bucket}`}: ${eventName}, ${minute(eventTime)}; ${planId === null ? "no question closes it yet" : `${planId} closes it`}`,
    ),
    "bad",
  );

const logLines = (coverage: CaseView["coverage"]): readonly Line[] => [
  ...under("logs", [
    `${counted(coverage.filesRead, "file")} read, ${count(coverage.filesSetAside)} set aside; ${certainHours(coverage)}; known until ${coverage.watermark === null ? "nothing read" : minute(coverage.watermark)}`,
    ...coverage.buckets.flatMap(bucketLines),
    ...(coverage.integrity === undefined ? [] : [coverage.integrity.says]),
  ]),
  ...labelled("input", coverage.input?.says ?? []),
  ...labelled(
    "not read",
    coverage.setAside.map(({ file, reason }) => `${file}: ${reason}`),
  ),
  ...labelled("hole", coverage.holes),
];

/** Holes named per bucket; all of them are in coverage-summary.json. */
const NAMED_HOLES = 3;

const bucketLines = ({ name, dataEvents, hours }: CaseView["coverage"]["buckets"][number]): readonly string[] => [
  `${name}: S3 data events ${dataEvents}${hours?.share == null ? "" : `, certain for ${hours.certain} of ${hours.hours} hours (${Math.floor(hours.share * 100)} %)`}`,
  ...(hours === undefined ? [] : hourSentences(name, hours, NAMED_HOLES)),
];

const planLines = ({ planId, status, fingerprint, expiresAt, mode, closed, actions }: CaseView["plans"][number]) => {
  const tone = PLAN_TONES[status];
  const head = `${planId}  ${status}  fingerprint ${fingerprint}  expires ${minute(expiresAt)}${mode === "dry-run" ? "  DRY RUN" : ""}`;
  return [
    { label: "plan", text: head, ...(tone === undefined ? {} : { tone }) },
    ...(closed === null ? [] : [{ label: "", text: `closed: ${closed}` }]),
    ...actions.map(({ id, kind, target, status: standing }) => ({
      label: "",
      text: `${id}  ${standing.padEnd(12)} ${kind}  ${target}`,
    })),
  ];
};

const reviewLines = ({ caseId, reviews, quarantine }: CaseView): readonly Line[] => [
  ...reviews.map(({ humanId, planId, actions, dueAt, overdue }) => ({
    label: "review",
    text: `${dated(dueAt, overdue)}: ${humanId} alone approved ${actions.join(", ")} of ${planId} (cordon review ${caseId} --justified | --not-justified)`,
  })),
  ...(quarantine === null
    ? []
    : [
        {
          label: "in force",
          text: `${quarantine.actions.join(", ")}; review ${dated(quarantine.dueAt, quarantine.overdue)} (cordon review ${caseId} --keep, or cordon rollback ${caseId})`,
        },
      ]),
];
