/** Everything denied to a user or a role: by an inline policy of ours, or by the permissions boundary where these are full. */
import type { ApiRequest } from "../../case/apiRequest.ts";
import type { State, Target, Verdict } from "../../case/plan.ts";
import type { Stamp } from "../../core/plan/action.ts";
import { policyOf } from "../../core/plan/policyDocument.ts";
import type { Account } from "../../ports/ports.ts";
import { request } from "./calls.ts";
import {
  captureInline,
  fitsInline,
  type Holder,
  isDenied,
  putInline,
  restoreInline,
  withdrawInline,
} from "./inlineDeny.ts";

export interface DenyAll {
  readonly holder: Holder;
  /** The user or role as IAM describes it now, or null where it is gone. */
  find(target: Target, stamp: Stamp, account: Account): Promise<Readonly<Record<string, unknown>> | null>;
  /** The name to call it by. */
  nameOf(target: Target, state: State): string;
}

const policyName = (stamp: Stamp): string => `${stamp.sid}-deny-all`;
const document = (stamp: Stamp): string =>
  policyOf([{ Sid: `${stamp.sid}DenyAll`, Effect: "Deny", Action: "*", Resource: "*" }]);
const denyAllArn = (stamp: Stamp): string => `arn:${stamp.partition}:iam::aws:policy/AWSDenyAll`;

/** Which way is taken depends only on the policies of others, so that it stays the same after the change. */
const isInline = ({ holder }: DenyAll, before: State, stamp: Stamp): boolean =>
  fitsInline(holder, document(stamp), before);

export const captureDenyAll = async (how: DenyAll, target: Target, stamp: Stamp, account: Account): Promise<State> => {
  const found = await how.find(target, stamp, account);
  if (found === null) return { isGone: true };
  const name = String(found[`${how.holder.kind}Name`]);
  const bound = found.PermissionsBoundary as { readonly PermissionsBoundaryArn?: string } | undefined;
  const inline = await captureInline(how.holder, name, policyName(stamp), stamp, account);
  const renamed =
    name === how.nameOf(target, {}) ? {} : { [how.holder.kind === "User" ? "userName" : "roleName"]: name };
  return { ...inline, boundary: bound?.PermissionsBoundaryArn ?? null, ...renamed };
};

export const applyDenyAll = (how: DenyAll, target: Target, before: State, stamp: Stamp): readonly ApiRequest[] => {
  if (before.isGone === true) return [];
  const name = how.nameOf(target, before);
  if (before.boundary === denyAllArn(stamp)) return [];
  return isInline(how, before, stamp)
    ? putInline(how.holder, name, policyName(stamp), document(stamp), before, stamp)
    : [boundary(how, name, denyAllArn(stamp), stamp)];
};

export const verifyDenyAll = ({ holder }: DenyAll, now: State, stamp: Stamp): Verdict => {
  const asked = { action: "s3:GetObject", resource: "arn:aws:s3:::any/key", context: {} };
  if (isDenied(now.document, asked)) return { ok: true, why: `inline policy ${policyName(stamp)} denies everything` };
  if (now.boundary === denyAllArn(stamp)) return { ok: true, why: "the permissions boundary is AWSDenyAll" };
  const what = holder.kind.toLowerCase();
  return now.isGone === true
    ? { ok: false, why: `there is no ${what} of this name and id any more` }
    : { ok: false, why: `neither an inline policy of this case nor the boundary denies the ${what}` };
};

export const restoreDenyAll = (how: DenyAll, target: Target, before: State, stamp: Stamp): readonly ApiRequest[] => {
  const name = how.nameOf(target, before);
  return isInline(how, before, stamp)
    ? restoreInline(how.holder, name, policyName(stamp), before, stamp)
    : [boundary(how, name, before.boundary, stamp)];
};

export const withdrawDenyAll = (
  how: DenyAll,
  target: Target,
  before: State,
  now: State,
  stamp: Stamp,
): readonly ApiRequest[] => {
  if (now.isGone === true) return [];
  const name = how.nameOf(target, now);
  return [
    ...withdrawInline(how.holder, name, policyName(stamp), before, now, stamp),
    ...(now.boundary === denyAllArn(stamp) && before.boundary !== now.boundary
      ? [boundary(how, name, before.boundary, stamp)]
      : []),
  ];
};

const boundary = ({ holder: { kind } }: DenyAll, name: string, arn: unknown, stamp: Stamp): ApiRequest =>
  arn === null
    ? request(stamp, "iam", `Delete${kind}PermissionsBoundary`, { [`${kind}Name`]: name })
    : request(stamp, "iam", `Put${kind}PermissionsBoundary`, { [`${kind}Name`]: name, PermissionsBoundary: arn });
