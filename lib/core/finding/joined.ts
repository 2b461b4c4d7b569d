import type { Finding } from "../../case/finding.ts";
import type { PrincipalRef } from "../../case/principal.ts";
import { SUSPICION_TYPE } from "./suspicion.ts";

/** What the logs of a case are read for: so long before the first sign and after the last one. */
export interface Reach {
  readonly lookbackHours: number;
  readonly lookaheadHours: number;
}

/**
 * Whether two findings are of one actor, so that one case with one question answers both: the same account, the same key,
 * user or role session, and what the logs are read for touches. A sample is of nobody.
 */
export const isSameActor = (a: Finding, b: Finding, reach: Reach): boolean =>
  a.accountId === b.accountId &&
  a.sample === b.sample &&
  touches(a.window, b.window, reach) &&
  a.principals.some((one) => b.principals.some((other) => sharesIdentity(one, other)));

/** What a finding may share with another of the same actor: texts, each of one key, user or session in one account. */
export const identitiesOf = ({ accountId, sample, principals }: Finding): readonly string[] =>
  [
    ...new Set(
      principals.flatMap((one) => [
        ...(one.accessKeyId ? [JSON.stringify([accountId, sample, one.accessKeyId])] : []),
        ...(isTelling(one) && one.principalId ? [JSON.stringify([accountId, sample, one.type, one.principalId])] : []),
      ]),
    ),
  ].sort();

const sharesIdentity = (a: PrincipalRef, b: PrincipalRef): boolean =>
  same(a.accessKeyId, b.accessKeyId) || (a.type === b.type && isTelling(a) && same(a.principalId, b.principalId));

/** Services and people who do not sign are many at once; so is everybody who holds a role, but for a named session. */
const isTelling = ({ type, principalId }: PrincipalRef): boolean =>
  type === "AssumedRole" || type === "FederatedUser"
    ? principalId?.includes(":") === true
    : type === "IAMUser" || type === "Root" || type === "IdentityCenterUser";

const same = (a: string | null, b: string | null): boolean => a !== null && a !== "" && a === b;

const HOUR = 3_600_000;

const touches = (a: Finding["window"], b: Finding["window"], { lookbackHours, lookaheadHours }: Reach): boolean => {
  const from = (window: Finding["window"]): number => Date.parse(window.firstSeen) - lookbackHours * HOUR;
  const to = (window: Finding["window"]): number => Date.parse(window.lastSeen) + lookaheadHours * HOUR;
  return from(a) <= Date.parse(b.lastSeen) && Date.parse(b.firstSeen) <= to(a);
};

/**
 * The findings of one case as one: of each the newest copy; GuardDuty's word before a person's suspicion, and else the
 * first that came names the case. Nothing that any of them names is lost.
 */
export const joinFindings = (copies: readonly Finding[]): Finding => {
  const newest = [...Map.groupBy(copies, ({ id }) => id).values()].map(
    (same) => same.toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1)).at(-1)!,
  );
  const base = newest.find(({ type }) => type !== SUSPICION_TYPE) ?? newest[0]!;
  if (newest.length === 1) return base;
  const all = [base, ...newest.filter((one) => one !== base)];
  return {
    ...base,
    severity: Math.max(...all.map(({ severity }) => severity)),
    updatedAt: all
      .map(({ updatedAt }) => updatedAt)
      .toSorted()
      .at(-1)!,
    count: all.reduce((sum, { count }) => sum + count, 0),
    principals: distinct(
      all.flatMap(({ principals }) => principals),
      principalKey,
    ),
    buckets: distinct(
      all.flatMap(({ buckets }) => buckets),
      ({ name }) => name,
    ),
    addresses: distinct(
      all.flatMap(({ addresses }) => addresses),
      ({ ip }) => ip,
    ),
    signals: all.flatMap(({ signals }) => signals),
    ...joinedTexts("alsoTypes", all),
    ...joinedTexts("sensitiveData", all),
    window: {
      firstSeen: all.map(({ window }) => window.firstSeen).toSorted()[0]!,
      lastSeen: all
        .map(({ window }) => window.lastSeen)
        .toSorted()
        .at(-1)!,
    },
  };
};

/** Absent where no finding has it. */
const joinedTexts = (name: "alsoTypes" | "sensitiveData", all: readonly Finding[]): Partial<Finding> => {
  const told = all.flatMap((one) => one[name] ?? []);
  return all.some((one) => one[name] !== undefined) ? { [name]: [...new Set(told)] } : {};
};

const principalKey = ({ principalId, accessKeyId, arn }: PrincipalRef): string =>
  `${principalId}|${accessKeyId}|${arn}`;

const distinct = <T>(values: readonly T[], key: (value: T) => string): readonly T[] =>
  [...new Map(values.toReversed().map((value) => [key(value), value])).values()].toReversed();
