/** An account with roles of two permission sets, whose Identity Center is administered elsewhere. */
import { CENTER, SERVICES } from "./services.ts";
import { ACCOUNT, openAccount, scene, snapshot } from "./world.ts";

export const roleName = "AWSReservedSSO_Data-Reader_0123456789abcdef";
const arn = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/eu-central-1/${roleName}`;
export const role = { roleName, arn, session: "jane@example.com" };
const [OTHER_SET, FIRST] = SERVICES["sso-admin"].ListPermissionSetsProvisionedToAccount[ACCOUNT]!.PermissionSets as [
  string,
  string,
];

/** The account with roles of both permission sets, and this inline policy in the one and on its role. */
export const withPermissionSets = (inSet: string, onRole = inSet) => {
  const iam = snapshot("iam.json") as { RoleDetailList: readonly { RoleName: string }[] };
  const model = iam.RoleDetailList.find(({ RoleName }) => RoleName === "app")!;
  const reserved = (RoleName: string, RoleId: string, policy: string) => ({
    ...model,
    ...{ RoleName, RoleId, Path: "/aws-reserved/sso.amazonaws.com/eu-central-1/", AttachedManagedPolicies: [] },
    Arn: arn.replace(roleName, RoleName),
    RolePolicyList: policy === "" ? [] : [{ PolicyName: "AwsSSOInlinePolicy", PolicyDocument: policy }],
  });
  const RoleDetailList = [
    ...iam.RoleDetailList,
    reserved(roleName, "AROASSO0000000000001", onRole),
    reserved("AWSReservedSSO_Admin_fedcba9876543210", "AROASSO0000000000002", ""),
  ];
  const center = SERVICES["sso-admin"];
  const GetInlinePolicyForPermissionSet = { [FIRST]: { InlinePolicy: inSet }, [OTHER_SET]: { InlinePolicy: "" } };
  const services = { ...SERVICES, "sso-admin": { ...center, GetInlinePolicyForPermissionSet } };
  return () => openAccount({ "iam.json": { ...iam, RoleDetailList }, "services.json": services });
};

export const atIdentityCenter = scene({ suspects: [], roles: [role], identityCenter: CENTER });

export const SET = FIRST;
