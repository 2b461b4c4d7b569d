import * as cast from "./cast.ts";
import type { Doc } from "./records.ts";
import type { Aftermath } from "./story.ts";

const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const DATA_POLICY = `arn:aws:iam::${cast.ACCOUNT}:policy/developer-data-access`;

const allow = (Action: readonly string[], Resource: readonly string[]): Doc => ({ Effect: "Allow", Action, Resource });
const policy = (...Statement: readonly Doc[]): Doc => ({ Version: "2012-10-17", Statement });
const arnsOf = (bucket: string): readonly string[] => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];

/** What every developer may do, as a managed policy of the account. */
const DATA_ACCESS = policy(
  allow(["s3:GetObject", "s3:ListBucket"], cast.OPEN_BUCKETS.flatMap(arnsOf)),
  allow(["s3:ListAllMyBuckets"], ["*"]),
  allow(["iam:CreateAccessKey", "iam:ListAccessKeys"], [`arn:aws:iam::${cast.ACCOUNT}:user/\${aws:username}`]),
);
/** What jane may do besides, left over from a migration: the reason why so much works for the actor. */
const LEFTOVER = policy(
  allow(["cloudtrail:DescribeTrails", "cloudtrail:StopLogging"], ["*"]),
  allow(
    ["s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutReplicationConfiguration"],
    arnsOf(cast.CUSTOMERS),
  ),
  allow(["s3:PutObject", "s3:RestoreObject", "s3:CreateJob"], ["*"]),
  allow(["datasync:*", "iam:PassRole", "sts:AssumeRole"], ["*"]),
);

/** Output of `aws iam get-account-authorization-details`: policy documents decoded, no access keys. */
export const authorizationDetails = (): Doc => ({
  UserDetailList: cast.USERS.map(userDetail),
  GroupDetailList: [
    groupDetail("developers", "DEVELOPERS", [{ PolicyName: "developer-data-access", PolicyArn: DATA_POLICY }]),
    groupDetail("operations", "OPERATIONS", [{ PolicyName: "AdministratorAccess", PolicyArn: ADMINISTRATOR }]),
  ],
  RoleDetailList: cast.ROLES.map(roleDetail),
  Policies: [
    managedPolicy(DATA_POLICY, "DATAACCESS", DATA_ACCESS),
    managedPolicy(ADMINISTRATOR, "ADMINACCES", policy(allow(["*"], ["*"]))),
  ],
});

const userDetail = (user: cast.User): Doc => ({
  Path: "/",
  UserName: user.userName,
  UserId: user.userId,
  Arn: user.arn,
  CreateDate: offset(user.created),
  ...(user === cast.JANE
    ? { UserPolicyList: [{ PolicyName: "migration-2024-temporary", PolicyDocument: LEFTOVER }] }
    : {}),
  GroupList: user.groups,
  AttachedManagedPolicies: [],
  Tags: [{ Key: "team", Value: user.groups[0] ?? "platform" }],
});

const groupDetail = (name: string, id: string, attached: readonly Doc[]): Doc => ({
  Path: "/",
  GroupName: name,
  GroupId: `AGPA${id}EXAMPLE`,
  Arn: `arn:aws:iam::${cast.ACCOUNT}:group/${name}`,
  CreateDate: "2021-08-30T07:12:00+00:00",
  GroupPolicyList: [],
  AttachedManagedPolicies: attached,
});

const roleDetail = (role: cast.Role): Doc => ({
  Path: role.path,
  RoleName: role.roleName,
  RoleId: role.roleId,
  Arn: role.arn,
  CreateDate: "2022-03-14T11:05:00+00:00",
  AssumeRolePolicyDocument: policy({ Effect: "Allow", Principal: role.trusts, Action: "sts:AssumeRole" }),
  InstanceProfileList: [],
  RolePolicyList: [
    {
      PolicyName: "access",
      PolicyDocument: policy(allow(["s3:GetObject", "s3:ListBucket"], cast.OPEN_BUCKETS.flatMap(arnsOf))),
    },
  ],
  AttachedManagedPolicies: [],
  Tags: [],
  RoleLastUsed: { LastUsedDate: "2026-02-23T03:58:11+00:00", Region: cast.REGION },
});

const managedPolicy = (arn: string, id: string, document: Doc): Doc => ({
  PolicyName: arn.slice(arn.lastIndexOf("/") + 1),
  PolicyId: `ANPA${id}EXAMPLE`,
  Arn: arn,
  Path: "/",
  DefaultVersionId: "v1",
  AttachmentCount: 1,
  PermissionsBoundaryUsageCount: 0,
  IsAttachable: true,
  CreateDate: "2021-08-30T07:10:00+00:00",
  UpdateDate: "2025-06-11T15:40:21+00:00",
  PolicyVersionList: [
    { Document: document, VersionId: "v1", IsDefaultVersion: true, CreateDate: "2025-06-11T15:40:21+00:00" },
  ],
});

interface Key {
  readonly user: cast.User;
  readonly accessKeyId: string;
  readonly status: "Active" | "Inactive";
  readonly createdAt: string;
  readonly lastUsed: readonly [date: string, region: string, service: string] | null;
}

const keysOf = ({ mintedKey }: Aftermath): readonly Key[] => [
  {
    user: cast.JANE,
    accessKeyId: cast.JANE_KEY,
    status: "Active",
    createdAt: "2024-04-02T13:20:09Z",
    lastUsed: ["2026-02-23T04:00:00Z", cast.REGION, "s3"],
  },
  ...(mintedKey === null
    ? []
    : [
        {
          user: cast.JANE,
          status: "Active" as const,
          lastUsed: ["2026-02-23T04:12:00Z", cast.REGION, "cloudtrail"] as const,
          ...mintedKey,
        },
      ]),
  {
    user: cast.REPORTS,
    accessKeyId: cast.REPORTS_KEY,
    status: "Inactive",
    createdAt: "2021-09-01T08:01:00Z",
    lastUsed: null,
  },
];

/** Outputs of `aws iam list-access-keys --user-name …`, one per user. */
export const accessKeyLists = (aftermath: Aftermath): readonly Doc[] =>
  cast.USERS.map((user) => ({
    AccessKeyMetadata: keysOf(aftermath)
      .filter((key) => key.user === user)
      .map(({ accessKeyId, status, createdAt }) => ({
        UserName: user.userName,
        AccessKeyId: accessKeyId,
        Status: status,
        CreateDate: offset(createdAt),
      })),
  }));

const REPORT_COLUMNS =
  "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
  "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
  "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
  "cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

/** Content of `aws iam get-credential-report`, decoded. Columns: IAM user guide, credential reports. */
export const credentialReport = (aftermath: Aftermath): string => {
  const keys = keysOf(aftermath);
  const root = [
    "<root_account>",
    `arn:aws:iam::${cast.ACCOUNT}:root`,
    "2021-08-30T07:00:00+00:00",
    "not_supported",
    "2025-12-01T09:00:00+00:00",
    "not_supported",
    "not_supported",
    "true",
  ];
  const rows = cast.USERS.map((user) => {
    const own = keys.filter((key) => key.user === user);
    return [...passwordCells(user), ...keyCells(own[0]), ...keyCells(own[1]), ...CERTIFICATES].join(",");
  });
  return `${[REPORT_COLUMNS, [...root, ...keyCells(undefined), ...keyCells(undefined), ...CERTIFICATES].join(","), ...rows].join("\n")}\n`;
};

const CERTIFICATES = ["false", "N/A", "false", "N/A"] as const;

const passwordCells = ({ userName, arn, created, password, mfa }: cast.User): readonly string[] => [
  userName,
  arn,
  offset(created),
  String(password !== null),
  password === null ? "N/A" : "2026-02-20T16:44:10+00:00",
  password === null ? "N/A" : offset(password),
  "N/A",
  String(mfa),
];

const keyCells = (key: Key | undefined): readonly string[] =>
  key === undefined
    ? ["false", "N/A", "N/A", "N/A", "N/A"]
    : [
        String(key.status === "Active"),
        offset(key.createdAt),
        ...(key.lastUsed === null
          ? ["N/A", "N/A", "N/A"]
          : [offset(key.lastUsed[0]), key.lastUsed[1], key.lastUsed[2]]),
      ];

/** The CLI prints times with `+00:00`, CloudTrail with `Z`. */
const offset = (iso: string): string => iso.replace(/Z$/, "+00:00");
