/** The user behind a target, by what cannot be renamed: name and path may have changed since the finding. */

import { isApiError } from "../../base/errors.ts";
import type { State, Target } from "../../case/plan.ts";
import type { Stamp } from "../../core/plan/action.ts";
import type { Account } from "../../ports/ports.ts";
import { listed } from "./actor.ts";
import { readOrNull, request } from "./calls.ts";

type Doc = Readonly<Record<string, unknown>>;

/**
 * The user of the target's name if it has the id that the finding names; else the one who owns the target's keys (an owner
 * keeps keys, id and policies when renamed: IAM API reference, UpdateUser). Null where neither is known: a stranger who got
 * the name since is not meant.
 */
export const findUser = async (target: Target, stamp: Stamp, account: Account): Promise<Doc | null> => {
  const named = await userCalled(target.userName!, stamp, account);
  if (named !== null && isMeant(named, target)) return named;
  for (const accessKeyId of listed(target.accessKeyIds)) {
    const owner = await ownerOf(accessKeyId, stamp, account);
    const user = owner === null ? null : await userCalled(owner, stamp, account);
    if (user !== null) return user;
  }
  return null;
};

/** The name under which calls reach the user that was found. */
export const nameFound = (target: Target, state: State): string => String(state.userName ?? target.userName);

/** Ids are compared where both are ids of users as IAM makes them. */
const isMeant = ({ UserId }: Doc, { principalId = "" }: Target): boolean =>
  !principalId.startsWith("AIDA") || !String(UserId).startsWith("AIDA") || UserId === principalId;

const userCalled = async (UserName: string, stamp: Stamp, account: Account): Promise<Doc | null> =>
  ((await readOrNull(account, request(stamp, "iam", "GetUser", { UserName }), "NoSuchEntity"))?.User as Doc) ?? null;

/** A key that is gone, or of which nobody here can tell whose it is, leads nowhere. */
const ownerOf = async (AccessKeyId: string, stamp: Stamp, account: Account): Promise<string | null> => {
  try {
    const output = await account.call(request(stamp, "iam", "GetAccessKeyLastUsed", { AccessKeyId }));
    return typeof output.output.UserName === "string" ? output.output.UserName : null;
  } catch (error) {
    if (isApiError(error)) return null;
    throw error;
  }
};

/** Why nothing can be done to a user who is not there, or null. */
export const refuseGone = (target: Target, state: State): string | null =>
  state.isGone === true
    ? `${target.label}: nobody of this name has the id ${target.principalId ?? "of the finding"}, and no key of the finding leads to them`
    : null;
