import { counted } from "../base/figures.ts";
import { visible } from "../base/visible.ts";
import type { CaseView } from "../case/caseView.ts";
import { sensitiveDataTold } from "../core/finding/sensitiveData.ts";
import { hourSentences } from "../core/logs/bucketHours.ts";
import { amountText } from "./amounts.ts";
import { certainHours } from "./screen.ts";

/** Everything of a case that has a line. */
export const viewText = (view: CaseView, isFull = false): string =>
  [
    `${view.caseId}   ${view.state.word.toUpperCase()}`,
    `state        ${view.state.sentence}`,
    `             ${view.state.next}`,
    `finding      ${view.finding.type}, severity ${view.finding.severity}${view.finding.sample ? " (SAMPLE)" : ""}, id ${view.finding.id}`,
    ...[sensitiveDataTold(view.finding)].flatMap((told) => (told === null ? [] : [`             ${told}`])),
    ...principalLines(view.principal),
    ...(view.warnings ?? []).map((line) => `WARNING      ${visible(line)}`),
    "",
    `taken        certain      ${amountText(view.theft.certain)}`,
    `             likely       ${amountText(view.theft.likely)}`,
    `             upper bound  ${amountText(view.theft.upperBound)}`,
    `             ${view.theft.firstAt ?? "not known"} to ${view.theft.lastAt ?? "not known"}, from ${view.theft.addresses.join(", ") || "not known"}`,
    ...view.theft.notKnown.map((line) => `not known    ${line}`),
    `coverage     ${counted(view.coverage.filesRead, "log file")} read, ${view.coverage.filesSetAside} set aside; ${certainHours(view.coverage)}; known until ${view.coverage.watermark ?? "nothing read"}`,
    ...inputLines(view.coverage, isFull),
    ...view.coverage.buckets.flatMap(bucketLines),
    ...(view.coverage.integrity === undefined ? [] : [`             ${view.coverage.integrity.says}`]),
    ...view.coverage.holes.map((line) => `hole         ${line}`),
    "",
    ...view.plans.flatMap((plan) => [
      `plan         ${plan.planId}  ${plan.status}  fingerprint ${plan.fingerprint}  expires ${plan.expiresAt}${plan.mode === "dry-run" ? "  DRY RUN" : ""}`,
      ...(plan.closed === null ? [] : [`             closed: ${plan.closed}`]),
      ...plan.actions.map(
        ({ id, kind, target, status }) => `             ${id}  ${status.padEnd(12)} ${kind}  ${target}`,
      ),
    ]),
    ...view.reviews.map(
      ({ humanId, planId, actions, dueAt, overdue }) =>
        `review       ${overdue ? "OVERDUE since" : "due by"} ${dueAt}: ${humanId} alone approved ${actions.join(", ")} of ${planId} (cordon review ${view.caseId} --justified | --not-justified)`,
    ),
    ...(view.quarantine === null
      ? []
      : [
          `in force     ${view.quarantine.actions.join(", ")}; review ${view.quarantine.overdue ? "OVERDUE since" : "due by"} ${view.quarantine.dueAt} (cordon review ${view.caseId} --keep, or cordon rollback ${view.caseId})`,
        ]),
    ...view.notKnown.map((line) => `failed step  ${line}`),
    ...view.evidence.map(({ revision, path, digest }) => `evidence     r${revision}  ${path}  sha256 ${digest}`),
  ].join("\n");

/** Files and things named without `--full`; `--json` and the report have all of them. */
const SHORT = 5;

/** Names are the files' own: a line break in one must not look like a line of ours. */
const inputLines = ({ setAside, input }: CaseView["coverage"], isFull: boolean): readonly string[] => {
  const most = isFull ? Number.POSITIVE_INFINITY : SHORT;
  const says = input?.says ?? [];
  return [
    ...says.slice(0, most).map((line) => `input        ${visible(line)}`),
    ...setAside.slice(0, most).map(({ file, reason }) => `not read     ${visible(`${file}: ${reason}`)}`),
    ...(setAside.length > most ? [`             and ${counted(setAside.length - most, "more file")} (--full)`] : []),
    ...(says.length > most ? [`             and ${counted(says.length - most, "more kind")} of files (--full)`] : []),
  ];
};

/** Holes named per bucket; all of them are in coverage-summary.json. */
const NAMED_HOLES = 3;

const bucketLines = ({ name, dataEvents, hours }: CaseView["coverage"]["buckets"][number]): readonly string[] => [
  `             ${name}: S3 data events ${dataEvents}${hours?.share == null ? "" : `, certain for ${hours.certain} of ${hours.hours} hours (${Math.floor(hours.share * 100)} %)`}`,
  ...(hours === undefined ? [] : hourSentences(name, hours, NAMED_HOLES).map((line) => `hours        ${line}`)),
];

const principalLines = (principal: CaseView["principal"]): readonly string[] =>
  principal === null
    ? ["principal    not known"]
    : [
        `principal    ${principal.type} ${principal.arn ?? principal.principalId ?? "not known"}`,
        ...(principal.roleSession === null
          ? []
          : [`             role session ${principal.roleSession}, issuer ${principal.issuerArn ?? "not known"}`]),
        `             keys ${principal.accessKeyIds.join(", ") || "not known"}`,
      ];
