import { CordonError } from "../base/errors.ts";
import { visible } from "../base/visible.ts";
import type { CaseView } from "../case/caseView.ts";
import { hourSentences } from "../core/logs/bucketHours.ts";
import { renderPlan } from "../core/plan/renderPlan.ts";
import { caseView } from "../response/caseView.ts";
import { readPlan } from "../response/contain/planRecords.ts";
import { type OpinionPage, opinionOf } from "../web/opinion.ts";
import { afterwardsLines } from "./afterwards.ts";
import { amountText } from "./amounts.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import { withPlace } from "./places.ts";
import { caseIdFrom, ignoreBoundaries } from "./session.ts";

export const show: Verb = {
  usage: "CASE",
  options: {
    plan: { type: "string", value: "PLAN", help: "print this plan, exactly as an approver is shown it" },
    full: { type: "boolean", help: "name every file that was not understood, not only the first five" },
  },
  examples: [
    "cordon show case-20260223-0123456789",
    "cordon show case-20260223-0123456789 --json",
    "cordon show case-20260223-0123456789 --plan contain-1",
    "cordon show case-20260223-0123456789 --profile security",
  ],
  run: (typed, io) =>
    withPlace(typed, io, ignoreBoundaries, async (place) => {
      const caseId = caseIdFrom(typed);
      const view = await caseView(caseId, place.portsOf(caseId));
      const plan = planNamed(view, typed);
      io.result(view);
      const ports = place.portsOf(caseId);
      if (plan !== null) {
        io.print(renderPlan(await readPlan(caseId, plan, ports)));
        const { closed } = view.plans.find(({ planId }) => planId === plan)!;
        if (closed !== null) io.warn(`No decision about ${plan} counts any more: ${closed}.`);
      } else {
        const [after, opinion] = [await afterwardsLines(view, ports), opinionLines(await opinionOf(caseId, ports))];
        io.print([viewText(view, typed.values.full === true), ...after, ...opinion].join("\n"));
      }
      return EXIT.ok;
    }),
};

const planNamed = ({ caseId, plans }: CaseView, { values: { plan } }: Typed): string | null => {
  if (plan === undefined || plans.some(({ planId }) => planId === plan)) return typeof plan === "string" ? plan : null;
  const names = plans.map(({ planId }) => planId).join(", ");
  throw new CordonError("USAGE", `${caseId} has no plan ${String(plan)}; it has ${names || "none"}`);
};

const MOST_REASONS = 4;

/** What the figures mean, where they have been weighed. */
const opinionLines = ({ theft, chain, rotation }: OpinionPage): readonly string[] => {
  const revoke = chain?.lines.filter(({ revokeToo }) => revokeToo).map(({ name }) => name) ?? [];
  return [
    ...(theft === null
      ? []
      : [
          `likelihood   ${theft.told ?? "not known"}${theft.overruled === null ? "" : `; ${theft.overruled.humanId} says ${theft.overruled.verdict}: ${visible(theft.overruled.reason)}`}`,
        ]),
    ...(theft?.reasons.slice(0, MOST_REASONS).map((reason) => `             ${reason}`) ?? []),
    ...(chain?.cut == null
      ? []
      : [`cut at       ${chain.cut.name}${revoke.length === 0 ? "" : `, and revoke ${revoke.join(", ")}`}`]),
    ...(rotation === null || rotation.total === 0
      ? []
      : [`replace      ${rotation.total} stolen object(s) named like credentials, listed in the report`]),
  ];
};

/** A case on one screen. */
export const viewText = (view: CaseView, isFull = false): string =>
  [
    `${view.caseId}   ${view.state.word.toUpperCase()}`,
    `state        ${view.state.sentence}`,
    `             ${view.state.next}`,
    `finding      ${view.finding.type}, severity ${view.finding.severity}${view.finding.sample ? " (SAMPLE)" : ""}, id ${view.finding.id}`,
    ...principalLines(view.principal),
    ...(view.warnings ?? []).map((line) => `WARNING      ${visible(line)}`),
    "",
    `taken        certain      ${amountText(view.theft.certain)}`,
    `             likely       ${amountText(view.theft.likely)}`,
    `             upper bound  ${amountText(view.theft.upperBound)}`,
    `             ${view.theft.firstAt ?? "not known"} to ${view.theft.lastAt ?? "not known"}, from ${view.theft.addresses.join(", ") || "not known"}`,
    ...view.theft.notKnown.map((line) => `not known    ${line}`),
    `coverage     ${view.coverage.filesRead} log files read, ${view.coverage.filesSetAside} set aside, known until ${view.coverage.watermark ?? "nothing read"}`,
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
    ...(setAside.length > most ? [`             and ${setAside.length - most} more files (--full)`] : []),
    ...(says.length > most ? [`             and ${says.length - most} more kinds of files (--full)`] : []),
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
