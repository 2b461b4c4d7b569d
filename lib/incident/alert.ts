import { ACCOUNT, DETECTOR, JANE, JANE_KEY, OPEN_BUCKETS, REGION, TOR_EXIT } from "./cast.ts";
import { createRandom, HEX } from "./random.ts";
import { type Doc, isoSecond } from "./records.ts";
import type { Alert } from "./story.ts";

/** The address as GuardDuty describes it; only what the incident's two addresses need. */
const TOR_NETWORK = {
  asn: "60729",
  asnOrg: "Stiftung Erneuerbare Freiheit",
  isp: "Stiftung Erneuerbare Freiheit",
  org: "Tor Exit",
};

/** `Exfiltration:S3/AnomalousBehavior` by jane's key from the Tor exit; `over` says what a variant has otherwise. */
export const exfiltrationAlert = (
  over: Pick<Alert, "firstSeen" | "lastSeen" | "generatedAt"> & Partial<Alert>,
): Alert => ({
  type: "Exfiltration:S3/AnomalousBehavior",
  severity: 8,
  accessKeyDetails: { accessKeyId: JANE_KEY, principalId: JANE.userId, userType: "IAMUser", userName: JANE.userName },
  buckets: OPEN_BUCKETS,
  api: "GetObject",
  address: TOR_EXIT,
  remoteAccount: null,
  ...over,
});

/**
 * The finding as EventBridge delivers it. Shape: GuardDuty API model 2017-11-28 in its wire names, with
 * `additionalInfo` expanded and repeated as text, as events have it. No public sample of this type was found.
 */
export const findingEvent = (alert: Alert, seed: string): Doc => {
  const random = createRandom(`${seed}/finding`);
  const id = random.text(HEX, 32);
  const at = new Date(alert.generatedAt).toISOString();
  return {
    version: "0",
    id: random.uuid(),
    "detail-type": "GuardDuty Finding",
    source: "aws.guardduty",
    account: ACCOUNT,
    time: isoSecond(alert.generatedAt),
    region: REGION,
    resources: [],
    detail: {
      schemaVersion: "2.0",
      accountId: ACCOUNT,
      region: REGION,
      partition: "aws",
      id,
      arn: `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector/${DETECTOR}/finding/${id}`,
      type: alert.type,
      resource: resourceOf(alert),
      service: serviceOf(alert),
      severity: alert.severity,
      createdAt: at,
      updatedAt: at,
      title: `The user ${nameOf(alert)} is anomalously invoking APIs commonly used in Exfiltration tactics.`,
      description: `APIs commonly used in Exfiltration tactics were invoked by user ${nameOf(alert)} under anomalous circumstances. Such activity is not typically seen from this user.`,
    },
  };
};

const nameOf = ({ accessKeyDetails: { userType, userName } }: Alert): string =>
  `${String(userType)} : ${String(userName)}`;

const resourceOf = (alert: Alert): Doc => ({
  resourceType: "S3Bucket",
  accessKeyDetails: alert.accessKeyDetails,
  s3BucketDetails: alert.buckets.map((name) => ({
    arn: `arn:aws:s3:::${name}`,
    name,
    type: "Destination",
    createdAt: 1683554531,
    owner: { id: "7009a8971cd538e11f6b6606438875e7c86c5b672f46db45460ddcd087d36c32" },
    tags: [],
    defaultServerSideEncryption: { encryptionType: "SSE-S3", kmsMasterKeyArn: null },
    publicAccess: { permissionConfiguration: {}, effectivePermission: "NOT_PUBLIC" },
  })),
});

const serviceOf = (alert: Alert): Doc => ({
  serviceName: "guardduty",
  detectorId: DETECTOR,
  featureName: "S3DataEvents",
  action: {
    actionType: "AWS_API_CALL",
    awsApiCallAction: {
      api: alert.api,
      serviceName: "s3.amazonaws.com",
      callerType: "Remote IP",
      remoteIpDetails: {
        ipAddressV4: alert.address,
        organization: TOR_NETWORK,
        country: { countryName: "Germany" },
        city: { cityName: "Berlin" },
        geoLocation: { lat: 52.5196, lon: 13.4069 },
      },
      ...(alert.remoteAccount === null
        ? {}
        : { remoteAccountDetails: { accountId: alert.remoteAccount, affiliated: false } }),
      affectedResources: Object.fromEntries(alert.buckets.slice(0, 1).map((name) => ["AWS::S3::Bucket", name])),
    },
  },
  resourceRole: "TARGET",
  additionalInfo: additionalInfoOf(alert),
  evidence: null,
  eventFirstSeen: new Date(alert.firstSeen).toISOString(),
  eventLastSeen: new Date(alert.lastSeen).toISOString(),
  archived: false,
  count: 1,
});

/** Keys and their comma-joined text as the user guide lists them for anomalous behaviour. */
const additionalInfoOf = ({ address, api, buckets, accessKeyDetails }: Alert): Doc => {
  const network = `asnNumber: ${TOR_NETWORK.asn} asnOrg: ${TOR_NETWORK.asnOrg}`;
  const info = {
    userAgent: { fullUserAgent: "[aws-cli]", userAgentCategory: "AWS CLI" },
    anomalies: { anomalousAPIs: `s3.amazonaws.com:[${api}:success]` },
    profiledBehavior: {
      rareProfiledASNsAccountProfiling: "",
      frequentProfiledASNsUserIdentityProfiling: "asnNumber: 64496 asnOrg: Acme Office",
      frequentProfiledUserAgentsUserIdentityProfiling: "AWS CLI , Boto3",
      frequentProfiledAPIsUserIdentityProfiling: "GetObject , ListObjects , HeadObject",
      frequentProfiledBucketsUserIdentityProfiling: buckets.join(" , "),
    },
    unusualBehavior: {
      unusualASNsAccountProfiling: network,
      unusualASNsUserIdentityProfiling: network,
      unusualASNsBucketProfiling: network,
      unusualAPIsAccountProfiling: "",
      unusualUserNamesBucketProfiling: String(accessKeyDetails.userName),
      numberOfPast24HoursAPIsBucketUserIdentityProfiling: `${api}: ${address}`,
      isUnusualUserIdentity: "false",
    },
  };
  return { ...info, value: JSON.stringify(info), type: "default" };
};
