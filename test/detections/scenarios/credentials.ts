import {
  bucketCall,
  by,
  call,
  denied,
  type Event,
  FOREIGN,
  from,
  OFFICE_IP,
  OWN,
  objectCall,
  roleSession,
  SERVICE,
  THIEF_IP,
  times,
  USER,
  when,
} from "../events.ts";
import { attempt, fires, lookAlike, ofSuspect, quiet, type Scenarios, three } from "../scenario.ts";

const secret = (n: number, seconds = n): Event =>
  when(seconds, call("secretsmanager", "GetSecretValue", { secretId: `db-${n}` }));
const parameter = (n: number, over: Event = {}): Event =>
  when(n, call("ssm", "GetParameters", { names: [`/p/${n}`], withDecryption: true, ...over }));
const login = (over: Event, identity: Event = USER): Event =>
  by(
    identity,
    call("signin", "ConsoleLogin", null, {
      responseElements: { ConsoleLogin: "Success" },
      additionalEventData: { MFAUsed: "No" },
      ...over,
    }),
  );
const failed = (n: number): Event =>
  when(n, login({ responseElements: { ConsoleLogin: "Failure" }, errorMessage: "Failed authentication" }));
const ROOT = { type: "Root", principalId: OWN, arn: `arn:aws:iam::${OWN}:root`, accountId: OWN };
const VISITOR = { type: "Unknown" };

export const credentials: Scenarios = {
  "secrets-read-in-bulk": [
    fires(
      "ten secrets within minutes",
      times(10, (n) => secret(n)),
      { items: 10 },
    ),
    attempt(
      "ten secrets, all refused",
      times(10, (n) => denied(secret(n))),
    ),
    lookAlike(
      "one secret, read again and again",
      times(40, (n) => when(n, secret(1))),
    ),
    quiet(
      "ten secrets over ten hours",
      times(10, (n) => secret(n, n * 3600)),
    ),
    ofSuspect(USER.accessKeyId, fires("one secret", [secret(1)])),
    ofSuspect("AKIASOMEBODYELSE0000", quiet("one secret of somebody else", [secret(1)])),
  ],
  "secrets-asked-by-filter": three(
    [
      [
        "a filter that catches all",
        call("secretsmanager", "BatchGetSecretValue", { filters: [{ key: "tag-key", values: ["!none"] }] }),
        { severity: "critical" },
      ],
    ],
    ["a batch by name", call("secretsmanager", "BatchGetSecretValue", { secretIdList: ["db", "api"] })],
    ["a list of secrets", call("secretsmanager", "ListSecrets", { filters: [{ key: "name", values: ["db"] }] })],
  ),
  "parameters-decrypted-in-bulk": [
    fires(
      "ten parameters decrypted",
      times(10, (n) => parameter(n)),
      { items: 10 },
    ),
    lookAlike(
      "ten parameters without decryption",
      times(10, (n) => parameter(n, { withDecryption: false })),
    ),
    quiet(
      "three parameters",
      times(3, (n) => parameter(n)),
    ),
    ofSuspect(USER.principalId, fires("one parameter", [parameter(1)])),
  ],
  "instance-passwords-read": [
    fires(
      "thirty passwords, all refused",
      times(30, (n) => when(n, denied(call("ec2", "GetPasswordData", { instanceId: `i-${n}` })))),
      { items: 30, refused: 30 },
    ),
    lookAlike("the password of one machine", [call("ec2", "GetPasswordData", { instanceId: "i-1" })]),
    quiet(
      "the console's picture of machines",
      times(5, (n) => call("ec2", "GetConsoleScreenshot", { instanceId: `i-${n}` })),
    ),
  ],
  "user-data-read": [
    fires(
      "twenty start-up scripts",
      times(20, (n) =>
        when(n, call("ec2", "DescribeInstanceAttribute", { attribute: "userData", instanceId: `i-${n}` })),
      ),
    ),
    lookAlike(
      "another attribute of twenty machines",
      times(20, (n) =>
        when(n, call("ec2", "DescribeInstanceAttribute", { attribute: "instanceType", instanceId: `i-${n}` })),
      ),
    ),
    quiet("the script of one machine", [
      call("ec2", "DescribeInstanceAttribute", { attribute: "userData", instanceId: "i-1" }),
    ]),
  ],
  "credentials-drawn-elsewhere": three(
    [
      [
        "a token by device code",
        call("sso-oidc", "CreateToken", { grantType: "urn:ietf:params:oauth:grant-type:device_code" }),
        { severity: "high" },
      ],
      [
        "an identity pool without a login",
        by(VISITOR, call("cognito-identity", "GetCredentialsForIdentity", { identityId: "eu:1" })),
      ],
      [
        "credentials of Access Grants",
        bucketCall("GetDataAccess", { Target: "s3://acme-data/*", Permission: "READ" }),
        { target: "s3://acme-data/*" },
      ],
    ],
    ["a token refreshed", call("sso-oidc", "CreateToken", { grantType: "refresh_token" })],
    [
      "an identity pool by a service",
      by(SERVICE, call("cognito-identity", "GetCredentialsForIdentity", { identityId: "eu:1" })),
    ],
  ),
  "console-session-made": three(
    [
      [
        "a user's key turned into a console session",
        call("signin", "GetSigninToken", null, { userAgent: "python-requests/2.32" }),
      ],
    ],
    [
      "Identity Center doing it for a person",
      by(
        roleSession("ana", "AWSReservedSSO_Admin"),
        call("signin", "GetSigninToken", null, { userAgent: "Jakarta Commons-HttpClient/3.1" }),
      ),
    ],
    ["a sign-in", login({})],
  ),
  "root-used": [
    fires("a call by root", [by(ROOT, call("iam", "CreateAccessKey", null))]),
    fires("a root session of a member account", [call("sts", "AssumeRoot", { targetPrincipal: FOREIGN })]),
    lookAlike("AWS acting for root", [
      by({ ...ROOT, invokedBy: "support.amazonaws.com" }, call("ec2", "DescribeInstances", null)),
    ]),
    quiet("a user's call", [call("iam", "CreateAccessKey", null)]),
  ],
  "console-login-without-mfa": three(
    [
      ["a user without a second factor", login({})],
      ["root without one", login({}, ROOT), { severity: "high" }],
    ],
    ["a role from an identity provider", login({}, roleSession("ana"))],
    ["a user with one", login({ additionalEventData: { MFAUsed: "Yes" } })],
  ),
  "console-logins-refused": [
    fires("six failures from one address", times(6, failed), { items: 6 }),
    lookAlike("two failures, as by a forgotten password", times(2, failed)),
    quiet(
      "six sign-ins that succeeded",
      times(6, (n) => when(n, login({}))),
    ),
  ],
  "session-from-many-addresses": [
    fires(
      "one session from two addresses within minutes",
      [
        from(OFFICE_IP, by(roleSession("s"), objectCall("GetObject", "a"))),
        from(THIEF_IP, by(roleSession("s"), when(60, objectCall("GetObject", "b")))),
      ],
      { addresses: 2 },
    ),
    lookAlike("two sessions of one role", [
      from(OFFICE_IP, by(roleSession("s"), objectCall("GetObject", "a"))),
      from(THIEF_IP, by({ ...roleSession("t"), accessKeyId: "ASIAEXAMPLESESSION01" }, objectCall("GetObject", "b"))),
    ]),
    quiet("one session from the house and a private address", [
      from(OFFICE_IP, by(roleSession("s"), objectCall("GetObject", "a"))),
      from("10.0.0.9", by(roleSession("s"), objectCall("GetObject", "b"))),
    ]),
  ],
  "identity-provider-changed": three(
    [
      [
        "an OIDC provider made",
        call("iam", "CreateOpenIDConnectProvider", { url: "https://id.example" }),
        { target: "https://id.example" },
      ],
      ["Identity Center pointed elsewhere", call("sso", "AssociateDirectory", { directoryId: "d-1" })],
      ["certificates that may assume roles", call("rolesanywhere", "CreateProfile", { name: "x" })],
    ],
    ["a provider tagged", call("iam", "TagOpenIDConnectProvider", { openIDConnectProviderArn: "arn:x" })],
    ["providers listed", call("iam", "ListSAMLProviders", null)],
  ),
  "identity-center-granted": three(
    [
      [
        "an account assigned",
        call("sso", "CreateAccountAssignment", { targetId: OWN, principalType: "USER" }),
        { target: OWN },
      ],
      [
        "a policy attached to a set",
        call("sso", "AttachManagedPolicyToPermissionSet", {
          managedPolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
        }),
      ],
    ],
    ["an assignment taken away", call("sso", "DeleteAccountAssignment", { targetId: OWN })],
    ["a user made by the identity provider", by(SERVICE, call("identitystore", "CreateUser", {}))],
  ),
  "mfa-weakened": three(
    [
      [
        "a second factor removed",
        call("iam", "DeactivateMFADevice", { userName: "ana", serialNumber: "arn:x" }),
        { severity: "high" },
      ],
      ["the password policy deleted", call("iam", "DeleteAccountPasswordPolicy", null)],
    ],
    ["factors listed", call("iam", "ListMFADevices", { userName: "ana" })],
    ["a user tagged", call("iam", "TagUser", { userName: "ana" })],
  ),
  "guardrail-removed": three(
    [
      ["a boundary deleted", call("iam", "DeleteUserPermissionsBoundary", { userName: "maintenance" })],
      [
        "a denying policy detached",
        call("iam", "DetachUserPolicy", {
          userName: "maintenance",
          policyArn: `arn:aws:iam::${OWN}:policy/DenyExport`,
        }),
      ],
    ],
    [
      "an ordinary policy detached",
      call("iam", "DetachUserPolicy", { userName: "maintenance", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
    ],
    ["policies listed", call("iam", "ListPolicies", null)],
  ),
  "trail-read": [
    ofSuspect(USER.accessKeyId, fires("events looked up", [call("cloudtrail", "LookupEvents", {})])),
    lookAlike("events looked up by somebody else", [call("cloudtrail", "LookupEvents", {})]),
    ofSuspect(USER.accessKeyId, quiet("a trail started", [call("cloudtrail", "StartLogging", { name: "t" })])),
  ],
  orientation: [
    ofSuspect(
      USER.accessKeyId,
      fires(
        "three kinds of question",
        ["ListBuckets", "GetBucketPolicy", "GetBucketAcl"].map((name) => bucketCall(name)),
        { items: 3 },
      ),
    ),
    lookAlike(
      "the same questions of somebody else",
      ["ListBuckets", "GetBucketPolicy", "GetBucketAcl"].map((name) => bucketCall(name)),
    ),
    ofSuspect(USER.accessKeyId, quiet("objects listed (see object-listing-burst)", [bucketCall("ListObjects")])),
    fires(
      "thirty kinds of question by anybody",
      times(30, (n) => when(n, call("ec2", `DescribeThing${String.fromCharCode(65 + n)}s`, null))),
    ),
  ],
};
