import type { Target } from "../../case/plan.ts";
import type { Scene, Stamp } from "../../core/plan/action.ts";
import { matchesArn } from "../../core/plan/iamEvaluate.ts";
import { isListedAs } from "../../core/plan/protectedPrincipals.ts";
import { roleArnOf } from "../../core/principal/principal.ts";

/**
 * Exempt ARNs may carry wildcards. One without is also compared by role name alone: a session does not show the path of
 * its role, and role names are unique in an account whatever their path.
 */
export const isExempt = (arn: string, exemptArns: readonly string[]): boolean => {
  const named = roleArnOf(arn);
  return exemptArns.some(
    (exempt) => matchesArn(exempt, named) || (!/[*?]/.test(exempt) && withoutPath(exempt) === withoutPath(named)),
  );
};

const withoutPath = (arn: string): string => arn.replace(/^(arn:[^:]*:iam::[^:]*:role\/)(?:[^/]+\/)+/, "$1");

/** Marks a target that the deployment protects, so that `refuse` can say it and the plan can show it. */
export const withProtection = (
  target: Target,
  scene: Scene,
  names: readonly (string | null)[],
  kind: "principals" | "buckets",
): Target => {
  const hit =
    kind === "buckets"
      ? scene.protected.buckets.find((name) => names.includes(name))
      : scene.protected.principals.find((entry) => isListedAs(entry, [...names, ...identitiesIn(target, scene)]));
  return hit === undefined ? target : { ...target, protected: hit };
};

/** An event names a user or a role without its path or its account: in this account it is the one. */
const identitiesIn = ({ userName, roleName }: Target, { partition, accountId }: Scene): readonly string[] => [
  ...(userName === undefined ? [] : [`arn:${partition}:iam::${accountId}:user/${userName}`]),
  ...(roleName === undefined ? [] : [`arn:${partition}:iam::${accountId}:role/${roleName}`]),
];

/** Why a target must be left alone whatever its state: listed as protected, or exempt from our denies. */
export const refuseSpared = (target: Target, arns: readonly string[], stamp: Stamp): string | null => {
  if (target.protected !== undefined) return `${target.label}: listed as protected (${target.protected})`;
  const exempt = arns.find((arn) => isExempt(arn, stamp.exemptArns));
  return exempt === undefined
    ? null
    : `${target.label}: ${exempt} is exempt from denies, so that the response itself goes on`;
};
