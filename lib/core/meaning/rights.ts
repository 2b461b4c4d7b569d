/** Who may do what: policies, trust, boundaries, roles. */
import type { Call, Entry, Meaning } from "./call.ts";
import { at, granteesOf, permitted, shortName, textAt } from "./requests.ts";

const ADMIN = /^(AdministratorAccess|IAMFullAccess|PowerUserAccess|AmazonS3FullAccess)$/;
const DENIES = /Deny|Quarantine/i;

/** The user, role or group that a call is about; the caller themselves by that name. */
const whom = ({ request, by }: Call): string | null => {
  const name = textAt(request, "userName", "roleName", "groupName");
  return name !== null && name === by ? "themselves" : name;
};

const attached = (call: Call): Partial<Meaning> | null => {
  const policy = shortName(textAt(call.request, "policyArn") ?? "a policy");
  if (DENIES.test(policy)) return { ...HARMLESS, effect: `took rights from {} (${policy})` };
  if (policy === "AdministratorAccess") return { effect: "granted {} *:* (AdministratorAccess)" };
  return ADMIN.test(policy) ? { effect: `granted {} ${policy}` } : { target: `${whom(call)} (${policy})` };
};

const HARMLESS = { phase: "ordinary", technique: null } as const;

/** Rights over a whole service, or over everything, are an effect of their own; narrow ones are told together. */
const written = (call: Call): Partial<Meaning> | null => {
  const allows = permitted(at(call.request, "policyDocument"));
  if (allows === null) return { ...HARMLESS, effect: "took rights from {} by a policy that only denies" };
  return /(^|[ :])\*/.test(allows) ? { effect: `granted {} ${allows}` } : { target: `${whom(call)} (${allows})` };
};

const policyName = ({ request }: Call): string =>
  `the policy ${shortName(textAt(request, "policyName", "policyArn") ?? "")}`;

const policyWritten = (call: Call): Partial<Meaning> | null => {
  const allows = permitted(at(call.request, "policyDocument"));
  if (allows === null) return HARMLESS;
  return /(^|[ :])\*/.test(allows) ? { effect: `granted {} ${allows}` } : { target: `${policyName(call)} (${allows})` };
};

const trusted = (call: Call): Partial<Meaning> | null => {
  const policy = at(call.request, "policyDocument") ?? at(call.request, "assumeRolePolicyDocument");
  const { everybody, conditional, accounts } = granteesOf(policy, call.account);
  const role = call.eventName === "CreateRole" ? "made the role {}, open" : "opened the role {}";
  if (everybody || conditional) return { effect: `${role} to everybody` };
  if (accounts.length > 0) return { effect: `${role} to account ${accounts.join(", ")}`, accounts };
  return call.eventName === "CreateRole" || policy === undefined ? null : HARMLESS;
};

export const RIGHTS: readonly Entry[] = [
  {
    of: "sso",
    calls: /^(CreateAccountAssignment|ProvisionPermissionSet)$/,
    phase: "escalation",
    technique: "T1098.003",
    effect: "assigned {} a permission set of Identity Center",
    target: ({ request }) => textAt(request, "principalId", "targetId"),
  },
  {
    of: "sso",
    calls: /PermissionSet$/,
    phase: "escalation",
    technique: "T1098.003",
    effect: "widened a permission set of Identity Center: {}",
    target: ({ request }) => shortName(textAt(request, "managedPolicyArn", "name", "permissionSetArn") ?? ""),
  },
  {
    calls: /^CreateRole$/,
    phase: "persistence",
    technique: "T1098.003",
    effect: "made the role {}",
    target: whom,
    means: trusted,
  },
  {
    calls: /^UpdateAssumeRolePolicy$/,
    phase: "persistence",
    technique: "T1098.003",
    effect: "changed who may assume the role {}",
    target: whom,
    means: trusted,
  },
  {
    calls: /^Attach(User|Role|Group)Policy$/,
    phase: "escalation",
    technique: "T1098.003",
    effect: "granted rights to {}",
    target: whom,
    means: attached,
  },
  {
    calls: /^Put(User|Role|Group)Policy$/,
    phase: "escalation",
    technique: "T1098.003",
    effect: "granted rights to {}",
    target: whom,
    means: written,
  },
  {
    of: "iam",
    calls: /^CreatePolicy(Version)?$/,
    phase: "escalation",
    technique: "T1098.003",
    effect: "granted rights to {}",
    target: policyName,
    means: policyWritten,
  },
  {
    calls: /^SetDefaultPolicyVersion$/,
    phase: "escalation",
    technique: "T1098.003",
    effect: "put another version of the policy {} into force",
    target: ({ request }) => shortName(textAt(request, "policyArn") ?? ""),
  },
  {
    calls: /^AddUserToGroup$/,
    phase: "escalation",
    technique: "T1098.003",
    effect: "put a user into the group {}",
    target: ({ request }) => textAt(request, "groupName"),
    means: ({ request, by }) => {
      const user = textAt(request, "userName");
      return { effect: `put ${user === by ? "themselves" : user} into the group {}` };
    },
  },
  {
    calls: /^(Put|Delete)(User|Role)PermissionsBoundary$/,
    phase: "escalation",
    technique: "T1098.003",
    effect: "changed the permissions boundary of {}",
    target: whom,
    means: ({ eventName }) =>
      eventName.startsWith("Delete") ? { effect: "removed the permissions boundary of {}" } : null,
  },
  {
    calls: /^(AssociateIamInstanceProfile|ReplaceIamInstanceProfileAssociation)$/,
    phase: "escalation",
    technique: "T1098.003",
    effect: "gave an instance the role profile {}",
    target: ({ request }) =>
      shortName(
        textAt(
          request,
          "iamInstanceProfile.name",
          "iamInstanceProfile.arn",
          "AssociateIamInstanceProfileRequest.IamInstanceProfile.Name",
        ) ?? "",
      ),
  },
  {
    calls: /^AddRoleToInstanceProfile$/,
    phase: "escalation",
    technique: "T1098.003",
    effect: "put the role {} into an instance profile",
    target: whom,
  },
  {
    of: "sts",
    calls: /^AssumeRoot$/,
    phase: "escalation",
    technique: "T1078.004",
    effect: "assumed the root user of {}",
    target: ({ request }) => textAt(request, "targetPrincipal"),
  },
  {
    of: "sts",
    calls: /^AssumeRole(With\w+)?$/,
    phase: "escalation",
    technique: "T1550.001",
    effect: "assumed the role {}",
    target: ({ request }) => shortName(textAt(request, "roleArn") ?? ""),
  },
];
