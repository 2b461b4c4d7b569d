import type { Plan } from "../../case/plan.ts";
import type { PrincipalRef } from "../../case/principal.ts";
import { stableIdOf } from "../principal/principal.ts";
import type { Approver } from "../settingsApproval.ts";

type Suspect = Plan["suspects"][number];

/** Approvers added or changed so shortly before detection may be the actor's own; they add themselves before they are seen. */
const NEWCOMER_HOURS = 24;

/**
 * Why this human may not decide about this plan, or null. The suspect, sessions that share its role, and approvers
 * added or changed within 24 hours before detection (or after it) neither approve nor deny.
 */
export const ineligible = (
  approver: Approver,
  { suspects }: Pick<Plan, "suspects">,
  settings: { readonly foundedAt: string },
  detectedAt: string,
): string | null => {
  if (suspects.some((suspect) => isSuspect(approver, suspect)))
    return `${approver.humanId} is among the suspects or shares their role`;
  if (isNewcomer(approver, settings.foundedAt, detectedAt)) {
    return `${approver.humanId} was added or changed at ${approver.since}, less than ${NEWCOMER_HOURS} hours before detection`;
  }
  return null;
};

/** The approvers a deployment was founded with are its first policy: there is no earlier one that an actor changed. */
const isNewcomer = (approver: Approver, foundedAt: string, detectedAt: string): boolean =>
  approver.since !== foundedAt && !(Date.parse(approver.since) <= Date.parse(detectedAt) - NEWCOMER_HOURS * 3_600_000);

const isSuspect = (approver: Approver, suspect: Suspect): boolean => {
  const own = approver.principals.map(identityOf);
  const { arn, principalId, accessKeyId, identities } = suspect;
  const theirs = [
    ...identities,
    ...[arn, principalId, accessKeyId].flatMap((name) => (name === null ? [] : [identityOf(name)])),
  ];
  return theirs.some((identity) => own.includes(identity));
};

/** Every identity that a principal acts under, in the form in which those of approvers are compared. Sorted. */
export const identitiesOf = (principal: PrincipalRef): readonly string[] => {
  const { arn, principalId, accessKeyId, issuerArn } = principal;
  const named = [arn, principalId, accessKeyId, issuerArn].flatMap((name) => (name === null ? [] : [identityOf(name)]));
  return [...new Set([...named, ...identityByName(principal)])].sort();
};

/** GuardDuty often gives a bare name and an account, and no ARN: the policy of the deployment gives ARNs. */
const identityByName = ({ type, userName, accountId }: PrincipalRef): readonly string[] => {
  if (accountId === null) return [];
  if (type === "Root") return [`root:${accountId}`];
  if (userName === null) return [];
  if (type === "IAMUser") return [`user:${accountId}:${userName.toLowerCase()}`];
  return type === "AssumedRole" || type === "Role" ? [`role:${accountId}:${userName.toLowerCase()}`] : [];
};

/**
 * What two names of one identity share: the role of `assumed-role/Role/session` (an ARN of the role itself gives the
 * same), a user without the path, the stable id of `AROA…:session`, else the name as it is. IAM names are unique without
 * regard to case (IAM user guide, quotas and name requirements).
 */
export const identityOf = (name: string): string => {
  const session = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)(?:\/|$)/.exec(name);
  if (session !== null) return `role:${session[1]}:${session[2]!.toLowerCase()}`;
  const entity = /^arn:[^:]+:iam::(\d{12}):(role|user)\/(?:.*\/)?([^/]+)$/.exec(name);
  if (entity !== null) return `${entity[2]}:${entity[1]}:${entity[3]!.toLowerCase()}`;
  const root = /^arn:[^:]+:iam::(\d{12}):root$/.exec(name);
  if (root !== null) return `root:${root[1]}`;
  return /^A[A-Z0-9]{3}[A-Z0-9]{12,}:/.test(name) ? stableIdOf(name) : name;
};

/** A suspect as a plan names it. */
export const toSuspect = (principal: PrincipalRef): Suspect => ({
  arn: principal.arn,
  principalId: principal.principalId,
  accessKeyId: principal.accessKeyId,
  identities: identitiesOf(principal),
});
