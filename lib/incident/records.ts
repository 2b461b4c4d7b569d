import type { Role, User } from "./cast.ts";
import { ACCOUNT, REGION, VPC_ENDPOINT } from "./cast.ts";
import { BASE64, CAPITALS, type Random } from "./random.ts";

export type Doc = Readonly<Record<string, unknown>>;

/** One CloudTrail record; members in the order in which CloudTrail writes them. */
export interface TrailRecord extends Doc {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly sharedEventID?: string;
}

/** What an event is counted by: both accounts' copies of a call share it (CloudTrail user guide, `sharedEventID`). */
export const eventKeyOf = (record: TrailRecord): string => record.sharedEventID ?? record.eventID;

/** Who calls, from where, with what. */
export interface Caller {
  readonly identity: Doc;
  readonly address: string;
  readonly agent: string;
  readonly vpcEndpointId?: string;
}

/** One API call, as far as its record shows it. Times are milliseconds since 1970; CloudTrail keeps whole seconds. */
export interface Call {
  readonly at: number;
  readonly caller: Caller;
  /** `s3`, `iam`, … in front of `.amazonaws.com`. */
  readonly service: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly request?: Doc | null;
  readonly response?: Doc | null;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly additional?: Doc;
  readonly resources?: readonly Doc[];
  readonly data?: boolean;
  readonly region?: string;
  readonly recipient?: string;
  readonly host?: string;
  readonly sharedEventId?: string;
  readonly requestId?: string;
}

/** Version 1.11 of the record. Source: CloudTrail user guide, record contents; real records of the public datasets. */
export const recordOf = (random: Random, call: Call): TrailRecord => ({
  eventVersion: "1.11",
  userIdentity: call.caller.identity,
  eventTime: isoSecond(call.at),
  eventSource: `${call.service}.amazonaws.com`,
  eventName: call.name,
  awsRegion: call.region ?? REGION,
  sourceIPAddress: call.caller.address,
  userAgent: call.service === "s3" ? `[${call.caller.agent}]` : call.caller.agent,
  ...(call.error === undefined ? {} : { errorCode: call.error.code, errorMessage: call.error.message }),
  requestParameters: call.request ?? null,
  responseElements: call.error === undefined ? (call.response ?? null) : null,
  ...(call.additional === undefined ? {} : { additionalEventData: call.additional }),
  requestID: call.requestId ?? (call.service === "s3" ? random.text(CAPITALS, 16) : random.uuid()),
  eventID: random.uuid(),
  readOnly: call.readOnly,
  ...(call.resources === undefined ? {} : { resources: call.resources }),
  eventType: "AwsApiCall",
  managementEvent: call.data !== true,
  recipientAccountId: call.recipient ?? ACCOUNT,
  ...(call.sharedEventId === undefined ? {} : { sharedEventID: call.sharedEventId }),
  ...(call.caller.vpcEndpointId === undefined ? {} : { vpcEndpointId: call.caller.vpcEndpointId }),
  eventCategory: call.data === true ? "Data" : "Management",
  ...tlsOf(call),
});

/** Calls that a service makes inside AWS carry no TLS details. */
const tlsOf = (call: Call): Doc =>
  call.caller.address.endsWith(".amazonaws.com")
    ? {}
    : {
        tlsDetails: {
          tlsVersion: "TLSv1.3",
          cipherSuite: "TLS_AES_128_GCM_SHA256",
          clientProvidedHostHeader: call.host ?? `${call.service}.${call.region ?? REGION}.amazonaws.com`,
        },
      };

export const isoSecond = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** `additionalEventData` of an S3 call. */
export const transfer = (random: Random, bytesOut: number, bytesIn = 0, rest: Doc = {}): Doc => ({
  SignatureVersion: "SigV4",
  CipherSuite: "TLS_AES_128_GCM_SHA256",
  bytesTransferredIn: bytesIn,
  AuthenticationMethod: "AuthHeader",
  "x-amz-id-2": `${random.text(BASE64, 75)}=`,
  bytesTransferredOut: bytesOut,
  ...rest,
});

export const userIdentity = ({ userName, userId, arn }: User, accessKeyId: string): Doc => ({
  type: "IAMUser",
  principalId: userId,
  arn,
  accountId: ACCOUNT,
  accessKeyId,
  userName,
});

export const roleIdentity = (role: Role, session: string, accessKeyId: string, since: number, rest: Doc = {}): Doc => ({
  type: "AssumedRole",
  principalId: `${role.roleId}:${session}`,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role.roleName}/${session}`,
  accountId: ACCOUNT,
  accessKeyId,
  sessionContext: {
    sessionIssuer: {
      type: "Role",
      principalId: role.roleId,
      arn: role.arn,
      accountId: ACCOUNT,
      userName: role.roleName,
    },
    attributes: { creationDate: isoSecond(since), mfaAuthenticated: "false" },
  },
  ...rest,
});

export const serviceCaller = (name: string): Caller => ({
  identity: { type: "AWSService", invokedBy: `${name}.amazonaws.com` },
  address: `${name}.amazonaws.com`,
  agent: `${name}.amazonaws.com`,
});

export const inVpc = (caller: Caller): Caller => ({ ...caller, vpcEndpointId: VPC_ENDPOINT });
