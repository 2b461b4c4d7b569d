import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";
import type { ServiceName } from "../case/apiRequest.ts";
import { type ClientOptions, clientOptions } from "./clientOptions.ts";

export interface Asked {
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: string;
  readonly accountId: string;
  /** Sent a single time, whatever happens to the answer. */
  readonly once: boolean;
}

export type ServiceClients = (asked: Asked) => Promise<Send>;

export interface MemberRole {
  readonly sts: STSClient;
  /** Name of the role in every member account, without path. */
  readonly roleName: string;
  readonly externalId: string;
  readonly partition: string;
  /** Shown in the member account's CloudTrail: which function acted. */
  readonly sessionName: string;
}

export interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

type Command = new (input: unknown) => unknown;
type ClientClass = new (options: unknown) => { send(command: unknown): Promise<SdkOutput> };
/** `import()` so that a Lambda loads only the services that it calls. */
const MODULES: Readonly<
  Record<ServiceName, { readonly load: () => Promise<unknown>; readonly client: string } | null>
> = {
  iam: { load: () => import("@aws-sdk/client-iam"), client: "IAMClient" },
  sts: { load: () => import("@aws-sdk/client-sts"), client: "STSClient" },
  s3: { load: () => import("@aws-sdk/client-s3"), client: "S3Client" },
  s3control: { load: () => import("@aws-sdk/client-s3-control"), client: "S3ControlClient" },
  kms: { load: () => import("@aws-sdk/client-kms"), client: "KMSClient" },
  ec2: { load: () => import("@aws-sdk/client-ec2"), client: "EC2Client" },
  rds: { load: () => import("@aws-sdk/client-rds"), client: "RDSClient" },
  lambda: { load: () => import("@aws-sdk/client-lambda"), client: "LambdaClient" },
  ecs: { load: () => import("@aws-sdk/client-ecs"), client: "ECSClient" },
  datasync: { load: () => import("@aws-sdk/client-datasync"), client: "DataSyncClient" },
  cloudtrail: { load: () => import("@aws-sdk/client-cloudtrail"), client: "CloudTrailClient" },
  guardduty: { load: () => import("@aws-sdk/client-guardduty"), client: "GuardDutyClient" },
  organizations: null,
  "sso-admin": { load: () => import("@aws-sdk/client-sso-admin"), client: "SSOAdminClient" },
  identitystore: { load: () => import("@aws-sdk/client-identitystore"), client: "IdentitystoreClient" },
};

/** SDK clients per service, account and region, each on the credentials of the member role, which renew themselves. */
export const createServiceClients = (role: MemberRole, options: ClientOptions): ServiceClients => {
  const credentials = memoize((accountId: string) => () => assume(role, accountId));
  const clients = new Map<string, Promise<{ send(command: unknown): Promise<SdkOutput> }>>();
  return async ({ service, operation, region, accountId, once }) => {
    const module = MODULES[service];
    if (module === null) throw new TypeError(`there is no client for ${service}`);
    const exported = (await module.load()) as Readonly<Record<string, unknown>>;
    const key = [service, accountId, region, once].join("|");
    if (!clients.has(key)) {
      const Client = exported[module.client] as ClientClass;
      const settings = {
        ...clientOptions({ ...options, region }, once ? 1 : undefined),
        ...(service === "s3" ? { followRegionRedirects: true } : {}),
      };
      clients.set(key, Promise.resolve(new Client({ ...settings, credentials: credentials(accountId) })));
    }
    const client = await clients.get(key)!;
    const CommandOf = exported[`${operation}Command`] as Command;
    return (input) => client.send(new CommandOf(input));
  };
};

const assume = async (
  { sts, roleName, externalId, partition, sessionName }: MemberRole,
  accountId: string,
): Promise<SessionKeys> => {
  const RoleArn = `arn:${partition}:iam::${accountId}:role/${roleName}`;
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: sessionName, ExternalId: externalId, DurationSeconds: 900 }),
  );
  return {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
    expiration: given!.Expiration!,
  };
};

const memoize = <T>(make: (key: string) => T): ((key: string) => T) => {
  const made = new Map<string, T>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
};

/** Sends one named operation of a service, as the SDK does it, and answers its output with `$metadata`. */
export type Send = (input: Readonly<Record<string, unknown>>) => Promise<SdkOutput>;

export interface SdkOutput {
  readonly $metadata: { readonly requestId?: string; readonly attempts?: number };
  readonly [member: string]: unknown;
}
