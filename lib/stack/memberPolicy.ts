import { actions } from "../actions/index.ts";
import type { ActionCard } from "../core/action.ts";

type Permission = ActionCard["permissions"][number];

/** Actions on the same resources. */
export interface MemberStatement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** Reads of `core/scope` (who is this principal) and of the object listing that stands in for HeadObject. */
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
];

/** What the member role for reading, or the one for containing, may do: exactly what the cards of the actions say. */
export const memberStatements = (
  role: "read" | "contain",
  partition: string,
  account: string,
): readonly MemberStatement[] => {
  const cards = actions.flatMap(({ card }) => card.permissions);
  const wanted = role === "read" ? [...SCOPE, ...cards.filter((one) => one.for === "read")] : cards;
  const byResource = Map.groupBy(wanted, (one) => arnOf(one, partition, account));
  return [...byResource]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([resource, permissions], at) => ({
      sid: `${role === "read" ? "Read" : "Contain"}${at + 1}`,
      actions: [...new Set(permissions.map(({ action }) => action))].sort(),
      resources: [resource],
    }));
};

/** Resource patterns of the cards as ARNs. Names are the attacker's and ours to find out: a wildcard cannot be avoided. */
const arnOf = ({ action, resource }: Permission, partition: string, account: string): string => {
  const service = action.slice(0, action.indexOf(":"));
  if (resource === "*") return "*";
  if (resource === "bucket") return `arn:${partition}:s3:::*`;
  if (service === "iam") return `arn:${partition}:iam::${account}:${resource}`;
  return `arn:${partition}:${service}:*:${account}:${resource}`;
};
