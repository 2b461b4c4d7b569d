/** Services whose calls a plan may contain. */
export type ServiceName =
  | "iam"
  | "sts"
  | "s3"
  | "s3control"
  | "kms"
  | "ec2"
  | "lambda"
  | "ecs"
  | "datasync"
  | "cloudtrail"
  | "guardduty"
  | "organizations"
  | "sso-admin";

/** One AWS API call exactly as it is made: input in the API's own member names (as SDK v3 takes them). */
export interface ApiRequest {
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: string;
  readonly accountId: string;
  readonly input: Readonly<Record<string, unknown>>;
}
