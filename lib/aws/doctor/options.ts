import type { AthenaClient } from "@aws-sdk/client-athena";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { GuardDutyClient } from "@aws-sdk/client-guardduty";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { Macie2Client } from "@aws-sdk/client-macie2";
import type { S3Client } from "@aws-sdk/client-s3";
import type { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { Settings } from "../../core/settings.ts";
import type { Clock } from "../../ports/ports.ts";
import type { SecurityLake } from "../securityLake.ts";

export interface Clients {
  readonly athena: AthenaClient;
  readonly cloudFormation: CloudFormationClient;
  readonly cloudTrail: CloudTrailClient;
  readonly cloudWatch: CloudWatchClient;
  readonly guardDuty: GuardDutyClient;
  readonly kms: KMSClient;
  readonly lambda: LambdaClient;
  readonly macie: Macie2Client;
  readonly quotas: ServiceQuotasClient;
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly sns: SNSClient;
}

export interface DoctorOptions {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly stack: string;
  readonly region: string;
  readonly partition: string;
  readonly account: string;
  readonly memberAccounts: readonly string[];
  readonly externalId: string;
  readonly name: string;
  readonly logRegions: readonly string[];
  /** Tables that are asked in the place of log files; null: the files are. */
  readonly securityLake: SecurityLake | null;
  /** Whether the deployment was told of S3 Metadata tables. */
  readonly isMetadataAsked: boolean;
  /** Buckets whose reads must be on record. */
  readonly buckets: readonly string[];
  readonly settings: Settings;
  /** Sets an alarm off, which people hear. */
  readonly ring: boolean;
}

/** Clients of another region. */
export type RegionClients = Pick<Clients, "guardDuty" | "cloudFormation">;

/** What `doctor --org` looks at besides. */
export interface OrganisationOptions
  extends Pick<
    DoctorOptions,
    "clients" | "clock" | "region" | "partition" | "account" | "memberAccounts" | "externalId" | "name" | "logRegions"
  > {
  readonly findingRegions: readonly string[];
  /** Name of the stack that relays a region's findings. */
  readonly relayStack: (region: string) => string;
  /** Actions that containment takes (`s3:PutBucketPolicy`). */
  readonly changes: readonly string[];
  /** ARNs of the roles that read log files, and of a log file as it would lie there. */
  readonly logReaders: readonly string[];
  readonly logFile: string;
  /** First delivery day whose files are tried, `yyyy/MM/dd`. */
  readonly since: string;
  readonly iam: IAMClient;
  readonly clientsIn: (region: string) => RegionClients;
}

export type Outputs = Readonly<Record<string, string>>;
