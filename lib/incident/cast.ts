/** Who and what appears in the bundled incident. Nothing of it exists: example accounts, documentation addresses. */
export const ACCOUNT = "123456789012";
export const FOREIGN_ACCOUNT = "210987654321";
export const REGION = "us-east-1";
export const DETECTOR = "12abc34d567e8fa901bc2d34e56789f0";
export const TRAIL = "management-trail";

/** RFC 5737 and RFC 1918 addresses; the Tor exit is the one address that must look real (first seed). */
export const TOR_EXIT = "185.220.101.34";
export const SECOND_EXIT = "185.220.101.51";
export const OFFICE = "203.0.113.24";
export const PARTNER = "198.51.100.77";
export const VPC_ENDPOINT = "vpce-0a1b2c3d4e5f60718";

export const CLI_AGENT = "aws-cli/2.15.30 Python/3.11.8 Linux/6.6.15-amd64 exe/x86_64.kali.2024 prompt/off";
export const OFFICE_AGENT = "aws-cli/2.22.4 Python/3.12.6 Darwin/23.6.0 exe/x86_64 prompt/off";
export const BOTO_AGENT = "Boto3/1.35.10 md/Botocore#1.35.10 ua/2.0 os/macos#23.6.0 lang/python#3.12.6";
export const JAVA_AGENT =
  "aws-sdk-java/2.25.60 Linux/5.10.219-208.866.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/17.0.11+9-LTS";

export interface User {
  readonly userName: string;
  readonly userId: string;
  readonly arn: string;
  readonly created: string;
  readonly mfa: boolean;
  /** When the console password was set, or null where there is none. */
  readonly password: string | null;
  readonly groups: readonly string[];
}

export interface Role {
  readonly roleName: string;
  readonly roleId: string;
  readonly path: string;
  readonly arn: string;
  /** Who may assume it, as the `Principal` of its trust policy. */
  readonly trusts: Readonly<Record<string, string>>;
}

const user = (userName: string, id: string, rest: Omit<User, "userName" | "userId" | "arn">): User => ({
  userName,
  userId: `AIDA${id}EXAMPLE`,
  arn: `arn:aws:iam::${ACCOUNT}:user/${userName}`,
  ...rest,
});

const role = (roleName: string, id: string, trusts: Role["trusts"], path = "/"): Role => ({
  roleName,
  roleId: `AROA${id}EXAMPLE`,
  path,
  arn: `arn:aws:iam::${ACCOUNT}:role${path}${roleName}`,
  trusts,
});

export const JANE = user("developer-jane", "JANEDEV2Q7", {
  created: "2023-05-08T14:02:11Z",
  mfa: false,
  password: null,
  groups: ["developers"],
});
export const OMAR = user("ops-omar", "OMAR4OPSX3", {
  created: "2022-01-17T09:30:00Z",
  mfa: true,
  password: "2025-11-03T10:12:44Z",
  groups: ["operations"],
});
export const REPORTS = user("svc-reports", "SVCREPORT5", {
  created: "2021-09-01T08:00:00Z",
  mfa: false,
  password: null,
  groups: [],
});
export const USERS: readonly User[] = [JANE, OMAR, REPORTS];

/** The key that was stolen, and the one that the actor makes with it. */
export const JANE_KEY = "AKIAJANE4DEV7EXAMPLE";
export const MINTED_KEY = "AKIAM2NTED5QZEXAMPLE";
export const REPORTS_KEY = "AKIAREPORT52QEXAMPLE";

const service = (name: string) => ({ Service: `${name}.amazonaws.com` });
export const WEB = role("web-frontend", "WEBFRONT27", service("ec2"));
export const BACKUP = role("nightly-backup", "BACKUP3NIG", service("backup"));
export const ETL = role("etl-runner", "ETLRUNNER4", { AWS: JANE.arn });
export const EXPORTER = role("data-exporter", "DATAEXPO25", { AWS: ETL.arn });
export const REPLICATOR = role("s3-replication", "REPLICAT26", service("s3"), "/service-role/");
export const DATASYNC = role("datasync-s3-access", "DATASYNC33", service("datasync"));
export const BATCH = role("s3-batch-operations", "BATCHOPS44", service("batchoperations.s3"));
export const ANALYST = role(
  "AWSReservedSSO_Analyst_1a2b3c4d5e6f7081",
  "SSOANALYST",
  { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/AWSSSO_DO_NOT_DELETE` },
  "/aws-reserved/sso.amazonaws.com/",
);
export const CONFIG = role(
  "AWSServiceRoleForConfig",
  "CONFIGROLE",
  service("config"),
  "/aws-service-role/config.amazonaws.com/",
);
export const MACIE = role(
  "AWSServiceRoleForAmazonMacie",
  "MACIEROLE2",
  service("macie"),
  "/aws-service-role/macie.amazonaws.com/",
);
export const ROLES: readonly Role[] = [WEB, BACKUP, ETL, EXPORTER, REPLICATOR, DATASYNC, BATCH, ANALYST, CONFIG, MACIE];

export const CUSTOMERS = "acme-customer-records";
export const FINANCE = "acme-finance-exports";
export const ANALYTICS = "acme-analytics-raw";
/** Buckets that jane may read. */
export const OPEN_BUCKETS: readonly string[] = [CUSTOMERS, FINANCE, ANALYTICS];
/** Buckets that jane may not. */
export const PAYROLL = "acme-payroll-archive";
export const LOG_BUCKET = "acme-cloudtrail-logs";
/** The actor's own bucket, in the foreign account. */
export const DROP_BUCKET = "ext-sync-drop-7";
