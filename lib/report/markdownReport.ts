import { bytesExactly, count, minute, second } from "../base/figures.ts";
import type { CaseDossier } from "./dossier.ts";
import { md, paragraph } from "./markdown.ts";
import {
  chainLines,
  changeLines,
  costLines,
  detectionLines,
  likelihoodLines,
  pivotLines,
  rotationLines,
} from "./markdownSections.ts";
import type { Summary } from "./summary.ts";
import { momentsOf } from "./timeline.ts";

const TITLE = "S3 Data Exfiltration Investigation Report";
/** Lines of the timeline; the whole of it is in the bundle. */
const MOST_MOMENTS = 200;

/**
 * The report as Markdown that also reads as plain text: the format of the incident responders' playbook (title, account,
 * timeline, principal, impact, actions), then how complete the answer is and what is not known.
 */
export const markdownReport = (dossier: CaseDossier, summary: Summary): string =>
  `${[
    `${TITLE}\n${"=".repeat(TITLE.length + 3)}\n${paragraph(heading(dossier))}`,
    paragraph(warnings(dossier).map((line) => `**${line}**`)),
    section("INCIDENT TIMELINE", timeline(dossier)),
    section("WHAT THE ACTOR CHANGED", changeLines(dossier)),
    section("COMPROMISED PRINCIPAL", principal(dossier)),
    section("DATA IMPACT ASSESSMENT", impact(dossier, summary)),
    section("CONTAINMENT ACTIONS", [md(summary.contained), ...containment(dossier, summary)]),
    section("THEFT OR ORDINARY WORK (stated by a rule, no score)", likelihoodLines(dossier)),
    section("DETECTIONS", detectionLines(dossier)),
    section("WHERE ELSE TO LOOK", pivotLines(dossier)),
    section("CHAIN OF CREDENTIALS", chainLines(dossier)),
    section("CREDENTIALS TO REPLACE (secrets read, and objects told from names)", rotationLines(dossier)),
    section("COMPLETENESS", completeness(dossier)),
    section(
      "NOT KNOWN",
      summary.gaps.map(({ what, reason }) => md(`${what}: ${reason}`)),
    ),
    section("TO DECIDE NEXT", summary.next.map(md)),
    section("CANDIDATE NOTIFICATION CLOCKS (computed, not legal advice)", clocks(dossier)),
    section("COST OF THE RESPONSE", costLines(dossier)),
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;

const section = (label: string, lines: readonly string[]): string =>
  paragraph([`${label}:`, ...(lines.length === 0 ? ["none"] : lines).map((line) => `  ${line}`)]);

const heading = ({ head, finding, revision, kind, sealedAt }: CaseDossier): readonly string[] => [
  `Account: ${md(head.accountId)}`,
  `Detection Source: GuardDuty ${md(finding.type)}`,
  `Investigation Date: ${md(head.openedAt.slice(0, 10))}`,
  `Case: ${md(head.caseId)}, status ${md(head.status)}`,
  `Evidence: revision ${revision} (${md(kind)}), sealed ${md(second(sealedAt))}`,
];

/** What makes the whole report mean something else. */
export const warnings = ({ head, finding, plans }: CaseDossier): readonly string[] => [
  ...(head.sample || finding.sample
    ? ["GuardDuty sample finding: nothing in it exists, and nothing was contained on its word."]
    : []),
  ...(head.exercise ? ["Exercise: this is not a real incident."] : []),
  ...dryRun(plans),
  ...(plans.some(({ decisions }) => decisions.some(({ decision }) => decision.channel === "demo"))
    ? ["Demonstration: decisions were made by the bundled demo responder, not by a person."]
    : []),
];

const dryRun = (plans: CaseDossier["plans"]): readonly string[] => {
  const dry = plans.filter(({ plan }) => plan.mode === "dry-run").length;
  if (dry === 0) return [];
  return [
    dry === plans.length
      ? "Dry run: no change was made; the report says what would have been done."
      : "Some plans were dry runs: of those the report says what would have been done.",
  ];
};

const timeline = (dossier: CaseDossier): readonly string[] => {
  const moments = momentsOf(dossier);
  const lines = moments.slice(0, MOST_MOMENTS).map(({ at, text }) => `${md(minute(at))} - ${md(text)}`);
  const rest = moments.length - lines.length;
  return rest === 0 ? lines : [...lines, `${count(rest)} further entries are in the bundle`];
};

const principal = ({ view, finding }: CaseDossier): readonly string[] => {
  const who = view.principal;
  const known = new Map(
    finding.addresses.map((address) => [
      address.ip,
      [address.organisation, address.country, address.asn].filter((part) => part !== null).join(", "),
    ]),
  );
  const addresses = view.theft.addresses.length > 0 ? view.theft.addresses : [...known.keys()];
  const source = (ip: string): string => `Source IP: ${md(known.get(ip) ? `${ip} (${known.get(ip)})` : ip)}`;
  return [
    `ARN: ${orNotKnown(who?.arn ?? null)}`,
    ...(who === null ? [] : [`Type: ${md(who.type)}`]),
    ...(who?.principalId ? [`Principal ID: ${md(who.principalId)}`] : []),
    ...(who?.roleSession ? [`Role session: ${md(who.roleSession)}, issued by ${orNotKnown(who.issuerArn)}`] : []),
    ...(who === null || who.accessKeyIds.length === 0
      ? ["Access Key: not known"]
      : who.accessKeyIds.map((key) => `Access Key: ${md(key)}`)),
    ...(addresses.length === 0 ? ["Source IP: not known"] : addresses.map(source)),
  ];
};

const orNotKnown = (value: string | null): string => (value === null ? "not known" : md(value));

const impact = ({ view: { theft } }: CaseDossier, { sensitivity, whyNoFigure }: Summary): readonly string[] => {
  const why = `not known (${md(whyNoFigure)})`;
  const three = [theft.certain, theft.likely, theft.upperBound];
  const each = (of: (amount: NonNullable<(typeof three)[number]>) => string | null): string => {
    const texts = three.map((amount) => (amount === null ? null : of(amount)));
    if (texts.every((text) => text === null)) return why;
    if (new Set(texts).size === 1) return texts[0]!;
    return texts.map((text, index) => `${["certain", "likely", "at most"][index]} ${text ?? "not known"}`).join("; ");
  };
  const kinds = sensitivity.categories?.map(({ name, count: times }) => `${name} (${count(times)})`).join(", ");
  return [
    `Buckets accessed: ${theft.certain === null && theft.buckets.length === 0 ? why : `${theft.buckets.length}${theft.buckets.length > 0 ? ` (${theft.buckets.map(md).join(", ")})` : ""}`}`,
    `Objects downloaded: ${each(({ objects }) => count(objects))}`,
    `Requests: ${each(({ calls }) => count(calls))}`,
    `Total data volume: ${each(({ bytes: size }) => (size === null ? null : bytesExactly(size)))}`,
    `Sensitive data types: ${kinds === undefined ? `not known (${md(sensitivity.reason)})` : `${kinds === "" ? "none found" : md(kinds)}${sensitivity.state === "incomplete" ? ` (incomplete: ${md(sensitivity.reason)})` : ""}`}`,
    `Macie severity: ${sensitivity.macie && sensitivity.highest !== null ? sensitivity.highest.toUpperCase() : "not known"}`,
    ...(!sensitivity.macie && sensitivity.highest !== null
      ? [`Local scanner severity: ${sensitivity.highest.toUpperCase()}`]
      : []),
  ];
};

const containment = ({ plans }: CaseDossier, { outcomes }: Summary): readonly string[] => [
  ...outcomes.map(
    ({ done, action, note, purpose }) =>
      `[${done ? "x" : " "}] ${md(`${purpose === "release" ? "Release: " : ""}${action.title}: ${action.target.label} (${note})`)}`,
  ),
  ...plans.flatMap(({ plan }) =>
    plan.leftOut.map(
      ({ kind, target, reason }) =>
        `Left out of ${md(`${plan.planId}: ${kind} on ${target}: ${withoutLabel(reason, target)}`)}`,
    ),
  ),
];

/** Reasons of actions begin with their target, for where they stand alone. */
const withoutLabel = (reason: string, label: string): string =>
  reason.startsWith(`${label}: `) ? reason.slice(label.length + 2) : reason;

const completeness = ({ view: { coverage } }: CaseDossier): readonly string[] => [
  `Watermark: ${coverage.watermark === null ? "not known (no log was read)" : md(second(coverage.watermark))}`,
  `Log files read: ${count(coverage.filesRead)}; set aside: ${count(coverage.filesSetAside)}`,
  ...(coverage.input?.says ?? []).map((line) => `Input: ${md(line)}`),
  ...coverage.setAside.map(({ file, reason }) => `Set aside: ${md(`${file}: ${reason}`)}`),
  ...(coverage.buckets.length === 0
    ? ["S3 data events: not known for any bucket"]
    : coverage.buckets.map(
        ({ name, dataEvents, hours }) =>
          `S3 data events of ${md(name)}: ${dataEvents}${hours === undefined ? "" : `; certain for ${count(hours.certain)} of ${count(hours.hours)} hours`}`,
      )),
  ...(coverage.integrity === undefined
    ? []
    : [`Log files against CloudTrail's digests: ${md(coverage.integrity.says)}`]),
  ...coverage.holes.map((hole) => `Hole: ${md(hole)}`),
];

/** Dated ones, soonest first; the rest is counted, and listed in the bundle. */
const clocks = ({ clocks: rows }: CaseDossier): readonly string[] => {
  const dated = rows
    .flatMap((clock) => (clock.dueAt === null ? [] : [{ ...clock, dueAt: clock.dueAt }]))
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
  const lines = dated.map(({ regime, dueAt, basis }) => `${md(minute(dueAt))} - ${md(`${regime}: ${basis}`)}`);
  return rows.length === dated.length
    ? lines
    : [
        ...lines,
        `${count(rows.length - dated.length)} without a date: what would start them is not on record, or they have no fixed time`,
      ];
};
