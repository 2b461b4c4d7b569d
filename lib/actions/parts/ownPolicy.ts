/** One policy of ours on a role: inline where there is room, else a managed one beside it (IAM and STS quotas). */

import type { ApiRequest } from "../../case/apiRequest.ts";
import type { State, Target } from "../../case/plan.ts";
import type { ActionCard, Stamp } from "../../core/plan/action.ts";
import type { AccessRequest } from "../../core/plan/iamEvaluate.ts";
import { countedLength, decodedDocument } from "../../core/plan/policyDocument.ts";
import { isSamePolicy } from "../../core/plan/samePolicy.ts";
import type { Account } from "../../ports/ports.ts";
import { IAM_PAGES, read, readList, readOrNull, request } from "./calls.ts";
import { captureInline, fitsInline, isDenied, putInline, ROLE, restoreInline, withdrawInline } from "./inlineDeny.ts";

export interface OwnPolicy {
  readonly roleName: string;
  readonly policyName: string;
  readonly document: string;
}

/** Characters of a managed policy, versions of one, and managed policies on a role; the last can be raised in the account. */
const MANAGED_LIMIT = 6144;
const VERSION_LIMIT = 5;
const ATTACHED_LIMIT = 10;

interface Managed {
  /** Managed policies of others on the role. */
  readonly others: number;
  readonly isAttached: boolean;
  /** The version that counts; null: there is no such policy. */
  readonly document: string | null;
  /** Ids of the versions that do not count, oldest first. */
  readonly spare: readonly string[];
}

export const OWN_POLICY_PERMISSIONS: ActionCard["permissions"] = [
  { action: "iam:GetRole", resource: "role/*", for: "read" },
  { action: "iam:ListRolePolicies", resource: "role/*", for: "read" },
  { action: "iam:GetRolePolicy", resource: "role/*", for: "read" },
  { action: "iam:ListAttachedRolePolicies", resource: "role/*", for: "read" },
  { action: "iam:GetPolicy", resource: "policy/*", for: "read" },
  { action: "iam:ListPolicyVersions", resource: "policy/*", for: "read" },
  { action: "iam:GetPolicyVersion", resource: "policy/*", for: "read" },
  { action: "iam:PutRolePolicy", resource: "role/*", for: "write" },
  { action: "iam:DeleteRolePolicy", resource: "role/*", for: "write" },
  { action: "iam:CreatePolicy", resource: "policy/Cordon*", for: "write" },
  { action: "iam:CreatePolicyVersion", resource: "policy/Cordon*", for: "write" },
  { action: "iam:DeletePolicyVersion", resource: "policy/Cordon*", for: "write" },
  { action: "iam:DeletePolicy", resource: "policy/Cordon*", for: "write" },
  { action: "iam:AttachRolePolicy", resource: "role/*", for: "write" },
  { action: "iam:DetachRolePolicy", resource: "role/*", for: "write" },
];

/** What its card says of where the policy goes. */
export const OWN_POLICY_LIMIT =
  "Where the inline policies of the role are full (10,240 characters) a managed policy of ours is made and attached; where ten are attached already it is left out, and deny-role is the lever.";

/** A managed policy is the account's, an inline one the role's: without the role's name two roles of a case would share one. */
const managedName = ({ policyName, roleName }: OwnPolicy): string => `${policyName}-${roleName}`;

const arnOf = (own: OwnPolicy, { partition, accountId }: Stamp): string =>
  `arn:${partition}:iam::${accountId}:policy/${managedName(own)}`;

const managedIn = (state: State): Managed | null => (state.managed ?? null) as Managed | null;

/** `managed` is only there where there is no room inline, or ours hangs on the role already. */
export const captureOwn = async (own: OwnPolicy, stamp: Stamp, account: Account): Promise<State> => {
  const inline = await captureInline(ROLE, own.roleName, own.policyName, stamp, account);
  const listing = request(stamp, "iam", "ListAttachedRolePolicies", { RoleName: own.roleName });
  const attached = (await readList(account, listing, "AttachedPolicies", IAM_PAGES)) as readonly {
    readonly PolicyArn: string;
  }[];
  const isAttached = attached.some(({ PolicyArn }) => PolicyArn === arnOf(own, stamp));
  if (!isAttached && fitsInline(ROLE, own.document, inline)) return inline;
  const others = attached.length - (isAttached ? 1 : 0);
  return { ...inline, managed: { others, isAttached, ...(await versionsOf(own, stamp, account)) } };
};

const versionsOf = async (
  own: OwnPolicy,
  stamp: Stamp,
  account: Account,
): Promise<Pick<Managed, "document" | "spare">> => {
  const PolicyArn = arnOf(own, stamp);
  const found = await readOrNull(account, request(stamp, "iam", "GetPolicy", { PolicyArn }), "NoSuchEntity");
  if (found === null) return { document: null, spare: [] };
  const listing = request(stamp, "iam", "ListPolicyVersions", { PolicyArn });
  const versions = (await readList(account, listing, "Versions", IAM_PAGES)) as readonly Readonly<
    Record<string, unknown>
  >[];
  const { DefaultVersionId: VersionId } = found.Policy as Readonly<Record<string, string>>;
  const output = await read(account, request(stamp, "iam", "GetPolicyVersion", { PolicyArn, VersionId }));
  const spare = versions.map((one) => String(one.VersionId)).filter((id) => id !== VersionId);
  return {
    document: decodedDocument((output.PolicyVersion as Readonly<Record<string, unknown>>).Document),
    spare: spare.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))),
  };
};

/** Which way is taken depends only on the policies of others, so that it stays the same after the change. */
const isInline = (own: OwnPolicy, before: State): boolean => fitsInline(ROLE, own.document, before);

export const putOwn = (own: OwnPolicy, before: State, stamp: Stamp): readonly ApiRequest[] => {
  if (isInline(own, before)) return putInline(ROLE, own.roleName, own.policyName, own.document, before, stamp);
  const managed = managedIn(before)!;
  return [...written(own, managed, stamp), ...(managed.isAttached ? [] : [attach(own, stamp)])];
};

const written = (own: OwnPolicy, managed: Managed, stamp: Stamp): readonly ApiRequest[] => {
  const [PolicyArn, PolicyDocument] = [arnOf(own, stamp), own.document];
  if (managed.document === null)
    return [request(stamp, "iam", "CreatePolicy", { PolicyName: managedName(own), PolicyDocument })];
  if (isSamePolicy(managed.document, own.document)) return [];
  const [oldest] = managed.spare;
  return [
    ...(oldest !== undefined && managed.spare.length >= VERSION_LIMIT - 1 ? [dropVersion(own, oldest, stamp)] : []),
    request(stamp, "iam", "CreatePolicyVersion", { PolicyArn, PolicyDocument, SetAsDefault: true }),
  ];
};

const attach = (own: OwnPolicy, stamp: Stamp): ApiRequest =>
  request(stamp, "iam", "AttachRolePolicy", { RoleName: own.roleName, PolicyArn: arnOf(own, stamp) });

const dropVersion = (own: OwnPolicy, VersionId: string, stamp: Stamp): ApiRequest =>
  request(stamp, "iam", "DeletePolicyVersion", { PolicyArn: arnOf(own, stamp), VersionId });

const detach = (own: OwnPolicy, stamp: Stamp): ApiRequest =>
  request(stamp, "iam", "DetachRolePolicy", { RoleName: own.roleName, PolicyArn: arnOf(own, stamp) });

/** A policy must be off every role and bare of versions before IAM deletes it (API reference, DeletePolicy). */
const dropped = (own: OwnPolicy, { isAttached, spare }: Managed, stamp: Stamp): readonly ApiRequest[] => [
  ...(isAttached ? [detach(own, stamp)] : []),
  ...spare.map((id) => dropVersion(own, id, stamp)),
  request(stamp, "iam", "DeletePolicy", { PolicyArn: arnOf(own, stamp) }),
];

/** From what is there now to what was: an earlier plan's deny stays on the role, and only a policy that was not there goes. */
const restored = (own: OwnPolicy, was: Managed | null, now: Managed, stamp: Stamp): readonly ApiRequest[] => {
  if (now.document === null) return [];
  if (was === null || was.document === null) return dropped(own, now, stamp);
  return [
    ...written({ ...own, document: was.document }, now, stamp),
    ...(now.isAttached && !was.isAttached ? [detach(own, stamp)] : []),
  ];
};

/** What `putOwn` leaves behind; the version that counted before, whose id it does not know, is the newest spare one. */
const afterPut = (own: OwnPolicy, was: Managed): Managed => ({
  ...was,
  isAttached: true,
  document: own.document,
  spare:
    was.document === null || isSamePolicy(was.document, own.document)
      ? was.spare
      : [...was.spare.slice(was.spare.length >= VERSION_LIMIT - 1 ? 1 : 0), "the one before"],
});

export const restoreOwn = (own: OwnPolicy, before: State, stamp: Stamp): readonly ApiRequest[] => {
  if (isInline(own, before)) return restoreInline(ROLE, own.roleName, own.policyName, before, stamp);
  const was = managedIn(before)!;
  return restored(own, was, afterPut(own, was), stamp);
};

export const withdrawOwn = (own: OwnPolicy, before: State, now: State, stamp: Stamp): readonly ApiRequest[] => {
  const managed = managedIn(now);
  return [
    ...withdrawInline(ROLE, own.roleName, own.policyName, before, now, stamp),
    ...(managed === null ? [] : restored(own, managedIn(before), managed, stamp)),
  ];
};

/** Whether what is there now certainly denies the request. */
export const isDeniedByOwn = (now: State, asked: AccessRequest): boolean => {
  const managed = managedIn(now);
  return isDenied(now.document, asked) || (managed?.isAttached === true && isDenied(managed.document, asked));
};

/** Another lever takes no room: it reaches further, and so nobody pulls it unasked. */
export const refuseNoRoom = (target: Target, own: OwnPolicy, before: State): string | null => {
  const managed = managedIn(before);
  const isRoom =
    managed !== null &&
    (managed.isAttached || (managed.others < ATTACHED_LIMIT && countedLength(own.document) <= MANAGED_LIMIT));
  return isInline(own, before) || isRoom
    ? null
    : `${target.label}: inline policies of the role hold ${before.othersLength} of ${ROLE.limit} characters and ${managed?.others ?? "too many"} managed policies are attached: there is no room for ours. Switch on deny-role: it sets the permissions boundary, which needs none`;
};
