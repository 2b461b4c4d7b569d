/** One inline policy of ours on a user or a role: reading it, writing it, putting back what was there. */

import type { ApiRequest } from "../../case/apiRequest.ts";
import type { State, Target } from "../../case/plan.ts";
import type { Stamp } from "../../core/plan/action.ts";
import { type AccessRequest, explicitDeny } from "../../core/plan/iamEvaluate.ts";
import { countedLength, decodedDocument } from "../../core/plan/policyDocument.ts";
import { isSamePolicy } from "../../core/plan/samePolicy.ts";
import type { Account } from "../../ports/ports.ts";
import { IAM_PAGES, read, readList, readOrNull, request } from "./calls.ts";

export interface Holder {
  readonly kind: "User" | "Role";
  /** Characters of all inline policies together, white space not counted (IAM quotas). */
  readonly limit: number;
}

export const USER: Holder = { kind: "User", limit: 2048 };
export const ROLE: Holder = { kind: "Role", limit: 10_240 };

/** Left free on a role for the other policies of the same plan, which this one is not computed against. */
const RESERVE = 1024;

/**
 * What putting back needs (`document`, byte for byte, null when there was none) and what the size check needs. The
 * policies that this case writes are not counted, because then each would see the others' writes as drift.
 */
export interface InlineState extends State {
  readonly holderArn: string;
  /** `AIDA…` or `AROA…`: another one of the same name has another. Absent where the account does not say. */
  readonly holderId?: string;
  readonly path: string;
  readonly document: string | null;
  readonly othersLength: number;
}

export const captureInline = async (
  holder: Holder,
  name: string,
  policyName: string,
  stamp: Stamp,
  account: Account,
): Promise<InlineState> => {
  const input = { [`${holder.kind}Name`]: name };
  const entity = (await read(account, request(stamp, "iam", `Get${holder.kind}`, input)))[holder.kind] as Record<
    string,
    unknown
  >;
  const listing = request(stamp, "iam", `List${holder.kind}Policies`, input);
  const names = (await readList(account, listing, "PolicyNames", IAM_PAGES)) as readonly string[];
  const others = names.filter((each) => !each.startsWith(stamp.sid));
  const lengths = await Promise.all(
    others.map(async (each) => lengthOf(await readDocument(holder, name, each, stamp, account))),
  );
  return {
    holderArn: String(entity.Arn),
    ...holderIdOf(entity, holder.kind),
    path: String(entity.Path ?? "/"),
    document: names.includes(policyName) ? await readDocument(holder, name, policyName, stamp, account) : null,
    othersLength: lengths.reduce((sum, length) => sum + length, 0),
  };
};

/** The id that stays with the user or role, for whoever asks whether it is the same one still. */
export const holderIdOf = (entity: Readonly<Record<string, unknown>>, kind: Holder["kind"]): { holderId?: string } => {
  const id = entity[`${kind}Id`];
  return typeof id === "string" ? { holderId: id } : {};
};

const lengthOf = (document: string | null): number => (document === null ? 0 : countedLength(document));

const readDocument = async (
  holder: Holder,
  name: string,
  policyName: string,
  stamp: Stamp,
  account: Account,
): Promise<string | null> => {
  const input = { [`${holder.kind}Name`]: name, PolicyName: policyName };
  const output = await readOrNull(account, request(stamp, "iam", `Get${holder.kind}Policy`, input), "NoSuchEntity");
  return output === null ? null : decodedDocument(output.PolicyDocument);
};

/** Nothing when the policy is there already, however it is spelt. */
export const putInline = (
  holder: Holder,
  name: string,
  policyName: string,
  wanted: string,
  before: State,
  stamp: Stamp,
): readonly ApiRequest[] => {
  if (before.document !== null && isSamePolicy(before.document, wanted)) return [];
  const input = { [`${holder.kind}Name`]: name, PolicyName: policyName, PolicyDocument: wanted };
  return [request(stamp, "iam", `Put${holder.kind}Policy`, input)];
};

export const restoreInline = (
  holder: Holder,
  name: string,
  policyName: string,
  before: State,
  stamp: Stamp,
): readonly ApiRequest[] => {
  const input = { [`${holder.kind}Name`]: name, PolicyName: policyName };
  return before.document === null
    ? [request(stamp, "iam", `Delete${holder.kind}Policy`, input)]
    : [request(stamp, "iam", `Put${holder.kind}Policy`, { ...input, PolicyDocument: before.document })];
};

/** Takes our policy away, or puts back what stood under its name before; the other policies are not looked at. */
export const withdrawInline = (
  holder: Holder,
  name: string,
  policyName: string,
  before: State,
  now: State,
  stamp: Stamp,
): readonly ApiRequest[] =>
  now.document === before.document ? [] : restoreInline(holder, name, policyName, before, stamp);

export const fitsInline = (holder: Holder, wanted: string, before: State): boolean =>
  Number(before.othersLength) + countedLength(wanted) + (holder.kind === "Role" ? RESERVE : 0) <= holder.limit;

/** Roles that IAM does not let anybody change, and what to do instead. */
export const refuseUnmodifiable = (target: Target, before: State): string | null => {
  const path = String(before.path);
  if (path.startsWith("/aws-service-role/"))
    return `${target.label}: a service-linked role cannot be changed; act on the service`;
  if (path.startsWith("/aws-reserved/"))
    return `${target.label}: a role of Identity Center cannot be changed; see quarantine-identity-center`;
  return null;
};

/** True when the document that is there now certainly denies the request. */
export const isDenied = (document: unknown, asked: AccessRequest): boolean =>
  typeof document === "string" && explicitDeny(document, asked).is === "denied";
