/** Identity Center, asked in the account and region where it is administered. */
import type { ApiRequest } from "../../case/apiRequest.ts";
import type { Target } from "../../case/plan.ts";
import type { Stamp } from "../../core/plan/action.ts";
import type { Account } from "../../ports/account.ts";
import { read, readList, readOrNull, request } from "./calls.ts";

const PAGES = { output: "NextToken", input: "NextToken" } as const;

export const inCenter = (
  { centerAccount, centerRegion }: Target,
  stamp: Stamp,
  operation: string,
  input: ApiRequest["input"],
): ApiRequest =>
  request(
    { ...stamp, accountId: centerAccount!, region: centerRegion! },
    operation === "GetUserId" ? "identitystore" : "sso-admin",
    operation,
    input,
  );

/**
 * The permission set of this name that is provisioned to the account; names are unique in an instance. `isStale`: edits of
 * it wait to be provisioned there.
 */
export const permissionSetOf = async (
  target: Target,
  stamp: Stamp,
  account: Account,
): Promise<{ readonly arn: string | null; readonly isStale: boolean }> => {
  const { instanceArn: InstanceArn } = target;
  for (const ProvisioningStatus of [
    "LATEST_PERMISSION_SET_PROVISIONED",
    "LATEST_PERMISSION_SET_NOT_PROVISIONED",
  ] as const) {
    const input = { InstanceArn, AccountId: stamp.accountId, ProvisioningStatus };
    const listing = inCenter(target, stamp, "ListPermissionSetsProvisionedToAccount", input);
    for (const PermissionSetArn of await readList(account, listing, "PermissionSets", PAGES)) {
      const asked = inCenter(target, stamp, "DescribePermissionSet", { InstanceArn, PermissionSetArn });
      const { PermissionSet } = await read(account, asked);
      if ((PermissionSet as { readonly Name?: unknown }).Name === target.permissionSet)
        return {
          arn: String(PermissionSetArn),
          isStale: ProvisioningStatus === "LATEST_PERMISSION_SET_NOT_PROVISIONED",
        };
    }
  }
  return { arn: null, isStale: false };
};

/** The id that stays with a user whatever they are called, by the name that their sessions have; null: nobody has it. */
export const idOfUser = async (target: Target, stamp: Stamp, account: Account): Promise<string | null> => {
  for (const AttributePath of ["userName", "emails.value"]) {
    const UniqueAttribute = { AttributePath, AttributeValue: target.session };
    const input = { IdentityStoreId: target.identityStoreId, AlternateIdentifier: { UniqueAttribute } };
    const output = await readOrNull(
      account,
      inCenter(target, stamp, "GetUserId", input),
      "ResourceNotFoundException",
      "ResourceNotFound",
    );
    if (output !== null) return String(output.UserId);
  }
  return null;
};

/** Whether Identity Center is still bringing this permission set to the account: it does so after it has answered. */
export const isUnderWay = async (
  target: Target,
  permissionSetArn: string,
  stamp: Stamp,
  account: Account,
): Promise<boolean> => {
  const { instanceArn: InstanceArn } = target;
  const input = { InstanceArn, Filter: { Status: "IN_PROGRESS" } };
  const listing = inCenter(target, stamp, "ListPermissionSetProvisioningStatus", input);
  const running = (await readList(account, listing, "PermissionSetsProvisioningStatus", PAGES)) as readonly {
    readonly RequestId: string;
  }[];
  for (const { RequestId: ProvisionPermissionSetRequestId } of running) {
    const asked = { InstanceArn, ProvisionPermissionSetRequestId };
    const output = await read(account, inCenter(target, stamp, "DescribePermissionSetProvisioningStatus", asked));
    const status = output.PermissionSetProvisioningStatus as Readonly<Record<string, unknown>>;
    if (
      status.PermissionSetArn === permissionSetArn &&
      [undefined, stamp.accountId].includes(status.AccountId as string)
    )
      return true;
  }
  return false;
};
