/** CloudTrail records as AWS writes them, made small: what a scenario does not name is ordinary. */
export type Event = Readonly<Record<string, unknown>>;

export const OWN = "111122223333";
export const FOREIGN = "999988887777";
/** Documentation addresses (RFC 5737). */
export const THIEF_IP = "203.0.113.66";
export const OFFICE_IP = "198.51.100.10";

export const USER = {
  type: "IAMUser",
  principalId: "AIDAEXAMPLEMAINTENANCE",
  arn: `arn:aws:iam::${OWN}:user/maintenance`,
  accountId: OWN,
  accessKeyId: "AKIAEXAMPLEMAINTENAN",
  userName: "maintenance",
};

/** A role session of ours; the same role whatever the session name. */
export const roleSession = (name: string, role = "App"): Event => ({
  type: "AssumedRole",
  principalId: `AROAEXAMPLE${role.toUpperCase()}:${name}`,
  arn: `arn:aws:sts::${OWN}:assumed-role/${role}/${name}`,
  accountId: OWN,
  accessKeyId: "ASIAEXAMPLESESSION00",
  sessionContext: {
    sessionIssuer: {
      type: "Role",
      principalId: `AROAEXAMPLE${role.toUpperCase()}`,
      arn: `arn:aws:iam::${OWN}:role/${role}`,
      accountId: OWN,
      userName: role,
    },
    attributes: { creationDate: "2026-02-23T00:00:00Z", mfaAuthenticated: "false" },
  },
});

export const SERVICE = { type: "AWSService", invokedBy: "s3.amazonaws.com" };
export const ANONYMOUS = { type: "AWSAccount", principalId: "", accountId: "anonymous" };
export const STRANGER = { type: "AWSAccount", principalId: "AROASTRANGER:session", accountId: FOREIGN };

/** Seconds after 2026-02-23T00:00:00Z as CloudTrail writes times. */
export const at = (seconds: number): string =>
  `${new Date(Date.UTC(2026, 1, 23) + seconds * 1000).toISOString().slice(0, 19)}Z`;
export const HOUR = 3600;

export const call = (service: string, eventName: string, requestParameters: unknown, over: Event = {}): Event => ({
  eventVersion: "1.11",
  eventTime: at(0),
  eventSource: `${service}.amazonaws.com`,
  eventName,
  awsRegion: "eu-central-1",
  sourceIPAddress: THIEF_IP,
  userAgent: "Boto3/1.34.0",
  userIdentity: USER,
  requestParameters,
  responseElements: null,
  eventType: "AwsApiCall",
  eventCategory: "Management",
  recipientAccountId: OWN,
  ...over,
});

/** A call on a bucket's settings. */
export const bucketCall = (eventName: string, request: Event = {}, over: Event = {}): Event =>
  call("s3", eventName, { bucketName: "acme-data", Host: "acme-data.s3.eu-central-1.amazonaws.com", ...request }, over);

/** A data event on an object. */
export const objectCall = (eventName: string, key: string, request: Event = {}, over: Event = {}): Event =>
  call(
    "s3",
    eventName,
    { bucketName: "acme-data", Host: "acme-data.s3.eu-central-1.amazonaws.com", key, ...request },
    {
      eventCategory: "Data",
      additionalEventData: { bytesTransferredIn: 0, bytesTransferredOut: 1000, AuthenticationMethod: "AuthHeader" },
      resources: [
        { type: "AWS::S3::Object", ARN: `arn:aws:s3:::acme-data/${key}` },
        { accountId: OWN, type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::acme-data" },
      ],
      ...over,
    },
  );

export const times = (count: number, make: (index: number) => Event): readonly Event[] =>
  Array.from({ length: count }, (_, index) => make(index));

export const denied = (event: Event): Event => ({ ...event, errorCode: "AccessDenied" });
export const by = (userIdentity: Event, event: Event): Event => ({ ...event, userIdentity });
export const from = (sourceIPAddress: string, event: Event): Event => ({ ...event, sourceIPAddress });
export const when = (seconds: number, event: Event): Event => ({ ...event, eventTime: at(seconds) });
