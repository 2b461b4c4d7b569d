/** Users, keys, sessions, sign-ins. */
import type { Call, Entry, Meaning } from "./call.ts";
import { shortName, textAt } from "./requests.ts";

/** The user, role or group that a call is about; the caller themselves by that name. */
const whom = ({ request, by }: Call): string | null => {
  const name = textAt(request, "userName", "roleName", "groupName");
  return name !== null && name === by ? "themselves" : name;
};

/** IAM takes the caller for the user where none is named. */
const userOf = (call: Call): string => whom(call) ?? textAt(call.response, "accessKey.userName") ?? "themselves";

const HARMLESS = { phase: "ordinary", technique: null } as const;

const loggedIn = ({ response, by }: Call): Partial<Meaning> | null =>
  textAt(response, "ConsoleLogin") === "Failure"
    ? { effect: "failed to sign in to the console{}", target: null }
    : { target: by };

const status = (call: Call): Partial<Meaning> | null => {
  const key = textAt(call.request, "accessKeyId") ?? "";
  return textAt(call.request, "status") === "Inactive"
    ? { ...HARMLESS, effect: "made the access key {} inactive", target: key }
    : { effect: "made the access key {} active again", target: key };
};

const kindOf = (eventName: string): string =>
  eventName
    .replace(/^(Delete|Detach|Remove)/, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
export const IDENTITIES: readonly Entry[] = [
  {
    of: "signin",
    calls: /^ConsoleLogin$/,
    phase: "initial access",
    technique: "T1078.004",
    effect: "signed in to the console as {}",
    means: loggedIn,
  },
  {
    of: "signin",
    calls: /^(GetSigninToken|SwitchRole)$/,
    phase: "initial access",
    technique: "T1550.001",
    effect: "turned a session into one of the console",
  },
  {
    of: "signin",
    calls: /^CheckMfa$/,
    phase: "initial access",
    technique: "T1078.004",
    effect: "was asked for a second factor",
  },
  {
    calls: /^PasswordRecovery(Requested|Completed)$/,
    phase: "initial access",
    technique: "T1078.004",
    effect: "asked for a new password of the root user",
  },
  { calls: /^CreateUser$/, phase: "persistence", technique: "T1136.003", effect: "made the user {}", target: whom },
  {
    calls: /^CreateAccessKey$/,
    phase: "persistence",
    technique: "T1098.001",
    effect: "made an access key for {}",
    target: userOf,
  },
  {
    calls: /^CreateLoginProfile$/,
    phase: "persistence",
    technique: "T1098.001",
    effect: "gave {} a console password",
    target: userOf,
  },
  {
    calls: /^(UpdateLoginProfile|ChangePassword)$/,
    phase: "persistence",
    technique: "T1098.001",
    effect: "changed the console password of {}",
    target: userOf,
  },
  {
    calls: /^UpdateAccessKey$/,
    phase: "persistence",
    technique: "T1098.001",
    effect: "changed an access key",
    means: status,
  },
  {
    of: "iam",
    calls: /^(UploadSSHPublicKey|UploadSigningCertificate|CreateServiceSpecificCredential)$/,
    phase: "persistence",
    technique: "T1098.004",
    effect: "gave {} a key or certificate of its own",
    target: userOf,
  },
  {
    calls: /^(EnableMFADevice|CreateVirtualMFADevice)$/,
    phase: "persistence",
    technique: "T1556.006",
    effect: "registered a second factor for {}",
    target: userOf,
  },
  {
    calls: /^(DeactivateMFADevice|DeleteVirtualMFADevice)$/,
    phase: "persistence",
    technique: "T1556.006",
    effect: "removed a second factor of {}",
    target: userOf,
  },
  {
    calls: /^(Update|Delete)AccountPasswordPolicy$/,
    phase: "persistence",
    technique: "T1556",
    effect: "changed the password policy of the account",
  },
  {
    of: "iam",
    calls:
      /^(Create|Update)SAMLProvider$|^CreateOpenIDConnectProvider$|^(UpdateOpenIDConnectProviderThumbprint|AddClientIDToOpenIDConnectProvider)$/,
    phase: "persistence",
    technique: "T1484.002",
    effect: "let an identity provider sign people in: {}",
    target: ({ request }) => textAt(request, "url", "name", "sAMLProviderArn", "openIDConnectProviderArn"),
  },
  {
    of: "rolesanywhere",
    calls: /^(Create|Update|Enable)(TrustAnchor|Profile)$/,
    phase: "persistence",
    technique: "T1098.001",
    effect: "let certificates assume roles from anywhere: {}",
    target: ({ request }) => textAt(request, "name"),
  },
  {
    of: "sso",
    calls:
      /^(AssociateDirectory|DisassociateDirectory|(En|Dis)ableExternalIdPConfigurationForDirectory|UpdateSsoConfiguration|StartSSO|CreateTrustedTokenIssuer)$/,
    phase: "persistence",
    technique: "T1484.002",
    effect: "changed where Identity Center takes its people from",
  },
  {
    of: "sso-directory identitystore",
    calls: /^(Create(User|Group|GroupMembership)|AddMemberToGroup)$/,
    phase: "persistence",
    technique: "T1136.003",
    effect: "made people or memberships in Identity Center",
  },
  {
    of: "sso sso-oidc",
    calls: /^(GetRoleCredentials|CreateToken)$/,
    phase: "credential access",
    technique: "T1528",
    effect: "drew credentials from Identity Center for {}",
    target: ({ request }) => textAt(request, "role_name", "roleName", "grantType"),
  },
  {
    of: "sts",
    calls: /^Get(Session|Federation)Token$/,
    phase: "persistence",
    technique: "T1550.001",
    effect: "drew session credentials of its own",
  },
  {
    of: "cognito-identity",
    calls: /^GetCredentialsForIdentity$/,
    phase: "credential access",
    technique: "T1528",
    effect: "drew credentials from an identity pool",
  },
  {
    of: "iam rolesanywhere",
    calls:
      /^(Delete(User|Role|Group|Policy|PolicyVersion|AccessKey|LoginProfile|InstanceProfile|(User|Role|Group)Policy|SAMLProvider|OpenIDConnectProvider|SSHPublicKey|SigningCertificate|ServiceSpecificCredential|TrustAnchor|Profile)|Detach(User|Role|Group)Policy|RemoveUserFromGroup|RemoveRoleFromInstanceProfile)$/,
    phase: "impact",
    technique: "T1531",
    effect: "removed identities or rights: {}",
    target: ({ request, eventName }) =>
      [kindOf(eventName), textAt(request, "userName", "roleName", "groupName", "policyArn", "instanceProfileName")]
        .filter((part) => part !== null)
        .map(shortName)
        .join(" "),
  },
];
