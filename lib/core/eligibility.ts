import type { Plan } from "./plan.ts";
import { stableIdOf } from "./principal.ts";
import type { Settings } from "./settings.ts";

type Approver = Settings["approvers"][number];
type Suspect = Plan["suspects"][number];

/** Approvers added or changed so shortly before detection may be the thief's own; he adds himself before he is seen. */
const NEWCOMER_HOURS = 24;

/**
 * Why this human may not decide about this plan, or null. The suspect, sessions that share its role, and approvers
 * added or changed within 24 hours before detection (or after it) neither approve nor deny.
 */
export const ineligible = (approver: Approver, plan: Plan, settings: Settings, detectedAt: string): string | null => {
  if (plan.suspects.some((suspect) => isSuspect(approver, suspect)))
    return `${approver.humanId} is among the suspects or shares their role`;
  if (isNewcomer(approver, settings.foundedAt, detectedAt)) {
    return `${approver.humanId} was added or changed at ${approver.since}, less than ${NEWCOMER_HOURS} hours before detection`;
  }
  return null;
};

/** The approvers a deployment was founded with are its first policy: there is no earlier one that an attacker changed. */
const isNewcomer = (approver: Approver, foundedAt: string, detectedAt: string): boolean =>
  approver.since !== foundedAt && Date.parse(approver.since) > Date.parse(detectedAt) - NEWCOMER_HOURS * 3_600_000;

const isSuspect = (approver: Approver, suspect: Suspect): boolean => {
  const names = approver.principals.map(identityOf);
  return [suspect.arn, suspect.principalId, suspect.accessKeyId].some(
    (name) => name !== null && names.includes(identityOf(name)),
  );
};

/**
 * What two sessions of one identity share: the role of `assumed-role/Role/session` (an ARN of the role itself gives the
 * same), the stable id of `AROA…:session`, else the name as it is.
 */
export const identityOf = (name: string): string => {
  const session = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(name);
  if (session !== null) return `role:${session[1]}:${session[2]}`;
  const role = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(name);
  if (role !== null) return `role:${role[1]}:${role[2]}`;
  return /^A[A-Z0-9]{3}[A-Z0-9]{12,}:/.test(name) ? stableIdOf(name) : name;
};
