/** The trust policy of a role: reading it, and writing it as a whole. */

import type { ApiRequest } from "../../case/apiRequest.ts";
import type { State, Target } from "../../case/plan.ts";
import type { Stamp } from "../../core/plan/action.ts";
import { decodedDocument } from "../../core/plan/policyDocument.ts";
import type { Account } from "../../ports/ports.ts";
import { read, request } from "./calls.ts";
import { holderIdOf } from "./inlineDeny.ts";

/** Characters of a trust policy, white space not counted (IAM quotas; it can be raised to 8,192 in the account). */
export const TRUST_LIMIT = 2048;

/** `trust` is the document byte for byte; the rest says whose it is, for what may not be touched. */
export const captureTrust = async (target: Target, stamp: Stamp, account: Account): Promise<State> => {
  const output = await read(account, request(stamp, "iam", "GetRole", { RoleName: target.roleName }));
  const role = output.Role as Readonly<Record<string, unknown>>;
  return {
    holderArn: String(role.Arn),
    ...holderIdOf(role, "Role"),
    path: String(role.Path ?? "/"),
    trust: decodedDocument(role.AssumeRolePolicyDocument),
  };
};

export const updateTrust = (target: Target, document: unknown, stamp: Stamp): ApiRequest =>
  request(stamp, "iam", "UpdateAssumeRolePolicy", { RoleName: target.roleName, PolicyDocument: document });
