import { between, bytes, counted, minute } from "../base/figures.ts";
import type { CaseDossier } from "./dossier.ts";
import { milestonesOf } from "./milestones.ts";
import { changesTold } from "./sections/changes.ts";

/** Changes spelled out in a sentence; the section on changes lists all. */
const MOST_EFFECTS = 4;

/**
 * What happened, in a few sentences. Credentials act in a log, not people: the text says whose credentials were
 * used and never who used them.
 */
export const narrativeOf = (dossier: CaseDossier): readonly string[] => [
  theft(dossier),
  ...alarm(dossier),
  ...cut(dossier),
  ...changed(dossier),
];

const theft = (dossier: CaseDossier): string => {
  const { certain, buckets, firstAt, lastAt } = dossier.view.theft;
  const who = actorOf(dossier);
  const reported = `GuardDuty reported ${dossier.finding.type}`;
  const named = who === NOBODY ? "neither it nor the logs name who acted" : `it names ${who}`;
  if (certain === null) return `${reported}; ${named}. What was taken is not known.`;
  if (certain.objects === 0) return `${reported}; ${named}. The logs read show no object that was certainly taken.`;
  const size = certain.bytes === null ? "size not known" : bytes(certain.bytes);
  const from = buckets.length === 0 ? "" : ` out of ${counted(buckets.length, "bucket")}`;
  const when = firstAt === null || lastAt === null ? "" : ` between ${minute(firstAt)} and ${minute(lastAt)}`;
  return `${capital(who)} took at least ${counted(certain.objects, "object")} (${size})${from}${when}.`;
};

const NOBODY = "an actor whose identity is not known";

/** As the log names it, in words. */
const actorOf = ({ view: { principal }, finding }: CaseDossier): string => {
  const type = principal?.type ?? finding.principals[0]?.type;
  const arn = principal?.arn ?? principal?.principalId ?? finding.principals[0]?.arn ?? null;
  if (type === "Anonymous") return "an anonymous caller";
  if (arn === null) return NOBODY;
  const name = arn.split("/").at(-1) ?? arn;
  if (type === "IAMUser") return `somebody with credentials of the IAM user ${name} (${arn})`;
  if (type === "AssumedRole") return `somebody with the role session ${name} (${arn})`;
  if (type === "Root") return `somebody with credentials of the root user (${arn})`;
  return `somebody acting as ${arn}`;
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const alarm = ({
  view: {
    theft: { firstAt },
  },
  finding,
}: CaseDossier): readonly string[] => {
  const passed = between(firstAt, finding.createdAt);
  return passed === null ? [] : [`GuardDuty raised the alarm ${passed} after it began.`];
};

const cut = (dossier: CaseDossier): readonly string[] => {
  const first = milestonesOf(dossier).find(({ label }) => label === "First change in place")?.at ?? null;
  const passed = between(dossier.finding.createdAt, first);
  return passed === null ? [] : [`The first containment change was made ${passed} after the alarm.`];
};

/** What was changed, most telling first, and every account besides our own that gained by it. */
const changed = (dossier: CaseDossier): readonly string[] => {
  const told = changesTold(dossier).filter(({ phase }) => phase !== "ordinary");
  const effects = [...new Set(told.map(({ text }) => text.charAt(0).toLowerCase() + text.slice(1)))];
  const rest = effects.length > MOST_EFFECTS ? `; and ${counted(effects.length - MOST_EFFECTS, "further change")}` : "";
  const accounts = foreignAccounts(dossier);
  return [
    ...(effects.length === 0
      ? []
      : [`Settings were changed as well: the actor ${effects.slice(0, MOST_EFFECTS).join("; ")}${rest}.`]),
    ...(accounts.length === 0
      ? []
      : [`Data or rights were given to ${accounts.length === 1 ? "account" : "accounts"} ${accounts.join(", ")}.`]),
  ];
};

/** Accounts that received objects or rights by what the actor did. Sorted. */
const foreignAccounts = (dossier: CaseDossier): readonly string[] => {
  const copied = dossier.objects.flatMap(({ destination }) => destination?.accountId ?? []);
  const all = [...changesTold(dossier).flatMap(({ accounts }) => accounts), ...copied];
  return [...new Set(all)].filter((account) => account !== dossier.head.accountId).sort();
};
