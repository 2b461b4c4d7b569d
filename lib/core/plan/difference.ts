/** What a plan brought up to date says that the one before it did not, in sentences. Empty: it says the same. */
import { canonicalJson } from "../../base/jcs.ts";
import type { Plan, PlanBasis, PlannedAction } from "../../case/plan.ts";

export const differenceOf = (before: Plan, now: Plan): readonly string[] => {
  const [old, fresh] = [byName(before), byName(now)];
  return [
    ...verdictLines(before.basis, now.basis),
    ...suspectLines(before, now),
    ...[...fresh]
      .filter(([name]) => !old.has(name))
      .map(([name, one]) => `New: ${name}${one.recommended ? "" : " (offered)"}.`),
    ...[...old].filter(([name]) => !fresh.has(name)).map(([name]) => `No longer proposed: ${name}.`),
    ...[...fresh].flatMap(([name, one]) => changeLines(name, old.get(name), one)),
  ];
};

const byName = ({ actions }: Plan): ReadonlyMap<string, PlannedAction> =>
  new Map(actions.map((action) => [`${action.kind} on ${action.target.label}`, action]));

const verdictLines = (before: PlanBasis | undefined, now: PlanBasis | undefined): readonly string[] => {
  if (now === undefined) return [];
  const [was, is] = [before?.verdict ?? null, now.verdict];
  return [
    ...(before?.logs !== now.logs && now.logs === "read" ? ["The logs have been read since."] : []),
    ...(was === is
      ? []
      : [
          `Verdict: ${was ?? "none yet"} → ${is ?? "none"}${now.overruledBy == null ? "" : ` (overruled by ${now.overruledBy})`}.`,
        ]),
  ];
};

const suspectLines = (before: Plan, now: Plan): readonly string[] => {
  const nameOf = ({ arn, principalId, accessKeyId }: Plan["suspects"][number]): string =>
    [arn ?? principalId ?? "", accessKeyId ?? ""].filter((part) => part !== "").join(" ");
  const known = new Set(before.suspects.map(nameOf));
  const keys = new Set(before.suspects.flatMap(({ accessKeyId }) => accessKeyId ?? []));
  return now.suspects
    .filter((one) => !known.has(nameOf(one)) && !(one.accessKeyId !== null && keys.has(one.accessKeyId)))
    .map((one) => `New suspect: ${nameOf(one)}.`);
};

/** A revocation of sessions is dated when it is carried out: the date that a proposal shows is no news. */
const callsOf = ({ requests }: PlannedAction): string =>
  canonicalJson(requests).replaceAll(/(aws:TokenIssueTime[\\": ]+)[0-9TZ:.-]+/g, "$1");

/** State and calls are read anew every time; only what they would do differently is news. */
const changeLines = (name: string, before: PlannedAction | undefined, now: PlannedAction): readonly string[] => {
  if (before === undefined) return [];
  return [
    ...(before.recommended === now.recommended
      ? []
      : [`${name}: ${now.recommended ? "offered → recommended" : "recommended → offered"}.`]),
    ...(callsOf(before) === callsOf(now) ? [] : [`${name}: its calls are not the same.`]),
    ...(canonicalJson(before.blastRadius) === canonicalJson(now.blastRadius)
      ? []
      : [`${name}: who else is affected: ${now.blastRadius.join(" ")}`]),
  ];
};
