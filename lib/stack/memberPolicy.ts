import { actions } from "../actions/index.ts";
import type { ActionCard, IdentityCenter } from "../core/plan/action.ts";

/** The resource pattern of cards for what is asked where Identity Center is administered. */
const CENTER = "identity-center";

type Permission = ActionCard["permissions"][number];

/** Actions on the same resources. */
export interface MemberStatement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: Readonly<Record<string, unknown>>;
}

/** Reads of `core/scope` (who is this principal), of `core/trailRecording` and of the object listing that stands in for HeadObject. */
const SCOPE: readonly Permission[] = [
  ...[
    "GetUser",
    "GetLoginProfile",
    "GetUserPolicy",
    "ListAccessKeys",
    "ListUserPolicies",
    "ListAttachedUserPolicies",
    "ListGroupsForUser",
    "ListMFADevices",
    "GetAccessKeyLastUsed",
  ].map((name) => ({ action: `iam:${name}`, resource: "user/*", for: "read" as const })),
  ...["GetRole", "GetRolePolicy", "ListRolePolicies", "ListAttachedRolePolicies", "ListInstanceProfilesForRole"].map(
    (name) => ({ action: `iam:${name}`, resource: "role/*", for: "read" as const }),
  ),
  { action: "s3:ListBucket", resource: "bucket", for: "read" },
  // Tags of stolen objects hint at how sensitive they are; they say nothing of the content, which may not be read.
  { action: "s3:GetObjectTagging", resource: "object", for: "read" },
  ...["user/*", "role/*"].map((resource) => ({
    action: "iam:SimulatePrincipalPolicy",
    resource,
    for: "read" as const,
  })),
  // What the trails are set to record (core/trailRecording). DescribeTrails knows no resource (service authorization reference).
  { action: "cloudtrail:DescribeTrails", resource: "*", for: "read" },
];

const PASS_ROLE = "iam:PassRole";

/** What the member role for reading, or the one for containing, may do: exactly what the cards of the actions say. */
export const memberStatements = (
  role: "read" | "contain",
  partition: string,
  account: string,
): readonly MemberStatement[] => {
  const cards = actions.flatMap(({ card }) => card.permissions).filter(({ resource }) => resource !== CENTER);
  const wanted = role === "read" ? [...SCOPE, ...cards.filter((one) => one.for === "read")] : cards;
  const byResource = Map.groupBy(wanted, (one) => `${arnOf(one, partition, account)}|${one.action === PASS_ROLE}`);
  return [...byResource]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, permissions], at) => ({
      sid: `${role === "read" ? "Read" : "Contain"}${at + 1}`,
      actions: [...new Set(permissions.map(({ action }) => action))].sort(),
      resources: [group.slice(0, group.lastIndexOf("|"))],
      // A role is handed back to an instance only; passed to anything else it would be a way to its rights.
      conditions: group.endsWith("|true")
        ? { StringEquals: { "iam:PassedToService": `ec2.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}` } }
        : {},
    }));
};

/** What our roles may do besides in the account where Identity Center is administered: of that one instance, and no other. */
export const centerStatements = (
  role: "read" | "contain",
  partition: string,
  { accountId, instanceArn, identityStoreId }: IdentityCenter,
): readonly MemberStatement[] => {
  const wanted = actions
    .flatMap(({ card }) => card.permissions)
    .filter((one) => one.resource === CENTER && (role === "contain" || one.for === "read"));
  const of = (prefix: string): readonly string[] =>
    wanted
      .map(({ action }) => action)
      .filter((action) => action.startsWith(prefix))
      .sort();
  const sets = instanceArn.replace(":instance/", ":permissionSet/");
  return [
    {
      sid: "IdentityCenter",
      actions: of("sso:"),
      resources: [instanceArn, `${sets}/*`, `arn:${partition}:sso:::account/*`],
      conditions: {},
    },
    {
      sid: "IdentityStore",
      actions: of("identitystore:"),
      resources: [
        `arn:${partition}:identitystore::${accountId}:identitystore/${identityStoreId}`,
        `arn:${partition}:identitystore:::user/*`,
      ],
      conditions: {},
    },
  ];
};

/** Resource patterns of the cards as ARNs. Names are the actor's and ours to find out: a wildcard cannot be avoided. */
const arnOf = ({ action, resource }: Permission, partition: string, account: string): string => {
  const service = action.slice(0, action.indexOf(":"));
  if (resource === "*") return "*";
  if (resource === "bucket") return `arn:${partition}:s3:::*`;
  if (resource === "object") return `arn:${partition}:s3:::*/*`;
  // Snapshots and images have no account in their ARN (service authorization reference, EC2).
  if (/^(?:snapshot|image)\//.test(resource)) return `arn:${partition}:ec2:*::${resource}`;
  if (service === "iam") return `arn:${partition}:iam::${account}:${resource}`;
  return `arn:${partition}:${service}:*:${account}:${resource}`;
};

/** Every call that containment changes something by, for whoever asks whether a policy of the organisation forbids one. */
export const containingChanges = (): readonly string[] =>
  [
    ...new Set(
      actions
        .flatMap(({ card }) => card.permissions)
        .filter((one) => one.for !== "read")
        .map(({ action }) => action),
    ),
  ].sort();
