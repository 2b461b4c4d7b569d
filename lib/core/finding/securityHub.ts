/**
 * GuardDuty findings as Security Hub passes them on: in the AWS Security Finding Format (`ProductFields` holds GuardDuty's
 * own members under their paths), and as an OCSF detection finding (class 2004), which names the finding by its ARN. Both
 * say less than the finding; what they leave out is null. Sources: Security Hub user guide, "AWS Security Finding Format";
 * OCSF 1.1.0, Detection Finding.
 */
type Members = Readonly<Record<string, unknown>>;

/** A finding in GuardDuty's own members, or null for anything else. */
export const fromSecurityHub = (value: Members): Members | null => {
  const arn = GUARDDUTY_ARN.exec(textOf(value.Id) ?? textOf(membersOf(value.finding_info).uid) ?? "");
  if (arn === null) return null;
  return "finding_info" in value ? fromOcsf(value, arn) : fromAsff(value, arn);
};

const GUARDDUTY_ARN =
  /^arn:(aws[a-z-]*):guardduty:([a-z0-9-]+):(\d{12}):detector\/([0-9a-zA-Z]+)\/finding\/([0-9a-zA-Z-]+)$/;

const idsOf = ([arn, partition, region, accountId, detectorId, id]: RegExpExecArray) => ({
  finding: { id, arn, partition, region, accountId },
  detectorId,
});

const fromAsff = (asff: Members, arn: RegExpExecArray): Members => {
  const { finding, detectorId } = idsOf(arn);
  const fields = membersOf(asff.ProductFields);
  const field = (path: string): string | undefined => textOf(fields[`aws/guardduty/service/${path}`]);
  const severity = membersOf(asff.Severity);
  const key = resourcesOf(asff, "AwsIamAccessKey").map((one) => membersOf(membersOf(one.Details).AwsIamAccessKey))[0];
  const call = "action/awsApiCallAction";
  return {
    ...finding,
    accountId: textOf(asff.AwsAccountId) ?? finding.accountId,
    type: typeOf(listOf(asff.Types).map(textOf)),
    severity: numberOf(severity.Product) ?? (numberOf(severity.Normalized) ?? 0) / 10,
    createdAt: asff.CreatedAt,
    updatedAt: asff.UpdatedAt,
    title: asff.Title,
    description: asff.Description,
    resource: {
      s3BucketDetails: bucketsOf(resourcesOf(asff, "AwsS3Bucket").map(({ Id }) => textOf(Id))),
      ...(key === undefined
        ? {}
        : {
            accessKeyDetails: {
              accessKeyId: key.AccessKeyId ?? keyIn(resourcesOf(asff, "AwsIamAccessKey")[0]?.Id),
              principalId: key.PrincipalId,
              userName: key.PrincipalName ?? key.UserName,
              userType: key.PrincipalType,
            },
          }),
    },
    service: {
      detectorId: field("detectorId") ?? detectorId,
      eventFirstSeen: field("eventFirstSeen") ?? asff.FirstObservedAt,
      eventLastSeen: field("eventLastSeen") ?? asff.LastObservedAt,
      count: wholeOf(field("count")),
      archived: field("archived") === "true",
      additionalInfo: { value: field("additionalInfo/value") ?? "", sample: field("additionalInfo/sample") === "true" },
      action: {
        awsApiCallAction: {
          api: field(`${call}/api`),
          remoteIpDetails: {
            ipAddressV4: field(`${call}/remoteIpDetails/ipAddressV4`),
            ipAddressV6: field(`${call}/remoteIpDetails/ipAddressV6`),
            country: { countryName: field(`${call}/remoteIpDetails/country/countryName`) },
            organization: {
              asn: field(`${call}/remoteIpDetails/organization/asn`),
              org: field(`${call}/remoteIpDetails/organization/org`),
            },
          },
        },
      },
    },
  };
};

/** Of `severity_id` (2 low … 5 critical), the middle of GuardDuty's range. */
const OCSF_SEVERITY: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 5, 4: 8, 5: 9.5 };

const fromOcsf = (event: Members, arn: RegExpExecArray): Members => {
  const { finding, detectorId } = idsOf(arn);
  const info = membersOf(event.finding_info);
  const evidence = listOf(event.evidences).map(membersOf);
  const users = [event, ...evidence].map((one) => membersOf(membersOf(one.actor).user));
  const user = users.find(
    ({ credential_uid, uid }) => textOf(credential_uid) !== undefined || textOf(uid) !== undefined,
  );
  const keyed = resourcesOf(event, "AwsIamAccessKey", "AWS::IAM::AccessKey")[0];
  const ip = [event, ...evidence].map((one) => textOf(membersOf(one.src_endpoint).ip)).find((one) => one !== undefined);
  return {
    ...finding,
    accountId: textOf(membersOf(membersOf(event.cloud).account).uid) ?? finding.accountId,
    type: typeOf([info.types, info.title].flatMap(listOf).map(textOf)),
    severity: OCSF_SEVERITY[numberOf(event.severity_id) ?? 0] ?? 0,
    createdAt: timeOf(info.created_time_dt ?? info.created_time ?? event.time_dt ?? event.time),
    updatedAt: timeOf(info.modified_time_dt ?? info.modified_time ?? event.time_dt ?? event.time),
    title: info.title,
    description: info.desc,
    resource: {
      s3BucketDetails: bucketsOf(resourcesOf(event, "AwsS3Bucket", "AWS::S3::Bucket").map(({ uid }) => textOf(uid))),
      ...(user === undefined && keyed === undefined
        ? {}
        : {
            accessKeyDetails: {
              accessKeyId: user?.credential_uid ?? keyIn(keyed?.uid),
              principalId: [user?.uid_alt, user?.uid].find((id) => textOf(id)?.startsWith("arn:") === false),
              userName: user?.name,
              userType: user?.type,
            },
          }),
    },
    service: {
      detectorId,
      eventFirstSeen: timeOf(info.first_seen_time_dt ?? info.first_seen_time),
      eventLastSeen: timeOf(info.last_seen_time_dt ?? info.last_seen_time),
      count: wholeOf(event.count),
      action: { awsApiCallAction: { remoteIpDetails: addressOf(ip) } },
    },
  };
};

const addressOf = (ip: string | undefined): Members =>
  ip?.includes(":") === true ? { ipAddressV6: ip } : { ipAddressV4: ip };

/** `TTPs/Exfiltration/Exfiltration:S3-AnomalousBehavior` stands for `Exfiltration:S3/AnomalousBehavior`. */
const typeOf = (types: readonly (string | undefined)[]): string | undefined => {
  const named = types.map((type) => type?.split("/").slice(-2).join("/") ?? "").map((type) => TYPE.exec(type));
  const found = named.find((one) => one !== null);
  return found === undefined ? undefined : `${found![1]}:${found![2]}/${found![3]}`;
};
const TYPE = /(?:^|\/)([A-Za-z]+):([A-Za-z0-9]+)[-/]([A-Za-z0-9.!]+)$/;

const bucketsOf = (ids: readonly (string | undefined)[]): readonly Members[] =>
  ids.flatMap((id) => {
    const name = /^(?:arn:[^:]+:s3:::)?([^/:]+)$/.exec(id ?? "")?.[1];
    return name === undefined ? [] : [{ name, ...(id!.startsWith("arn:") ? { arn: id } : {}) }];
  });

const keyIn = (id: unknown): string | undefined => /(AKIA|ASIA)[A-Z0-9]{12,}/.exec(textOf(id) ?? "")?.[0];

const resourcesOf = (value: Members, ...types: readonly string[]): readonly Members[] =>
  [...listOf(value.Resources), ...listOf(value.resources)]
    .map(membersOf)
    .filter((one) => types.includes(textOf(one.Type) ?? textOf(one.type) ?? ""));

const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value == null ? [] : [value]);
const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const numberOf = (value: unknown): number | undefined => (typeof value === "number" && value >= 0 ? value : undefined);
const wholeOf = (value: unknown): number | undefined => {
  const number = Number(value);
  return value != null && Number.isInteger(number) && number >= 0 ? number : undefined;
};
const timeOf = (value: unknown): unknown => value ?? undefined;
