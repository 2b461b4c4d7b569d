import type { Members } from "./ingest-members.ts";

/**
 * Security Lake's CloudTrail events (OCSF classes 3001, 3002, 3003, 3005, 6003 and others, product `CloudTrail`) as CloudTrail
 * delivers them. Sources: OCSF event dossiers of CloudTrail for 1.0.0-rc.2 and 1.1.0, which name the ARN `uuid` and `uid`.
 */
export const isOcsf = (value: Members): boolean => {
  if (!("metadata" in value) || !("api" in value)) return false;
  return membersOf(membersOf(parsed(value.metadata)).product).name === "CloudTrail";
};

export const fromOcsf = (event: Members): Members => {
  const [api, actor, cloud, source, metadata] = ["api", "actor", "cloud", "src_endpoint", "metadata"].map((name) =>
    membersOf(parsed(event[name])),
  ) as [Members, Members, Members, Members, Members];
  const [request, response] = [membersOf(api.request), membersOf(api.response)];
  const unmapped = nested(parsed(event.unmapped));
  return {
    eventVersion: membersOf(metadata.product).version,
    userIdentity: identityOf(actor, unmapped),
    eventTime: event.time_dt ?? event.time ?? metadata.original_time,
    eventSource: membersOf(api.service).name,
    eventName: api.operation,
    awsRegion: cloud.region,
    sourceIPAddress: source.ip ?? source.domain,
    userAgent: membersOf(event.http_request).user_agent,
    errorCode: response.error,
    errorMessage: response.error_message ?? response.message,
    requestID: request.uid,
    eventID: metadata.uid,
    requestParameters: parsed(request.data) ?? unmapped.requestParameters,
    responseElements: parsed(response.data) ?? unmapped.responseElements,
    additionalEventData: unmapped.additionalEventData,
    vpcEndpointId: source.uid,
    eventType: metadata.event_code ?? unmapped.eventType,
    recipientAccountId: unmapped.recipientAccountId ?? membersOf(cloud.account).uid ?? cloud.account_uid,
    sharedEventID: unmapped.sharedEventID,
    eventCategory: unmapped.eventCategory,
    readOnly: unmapped.readOnly,
    resources: resourcesOf(event.resources),
  };
};

const identityOf = (actor: Members, unmapped: Members): Members => {
  const [user, session] = [membersOf(actor.user), membersOf(actor.session)];
  const ids = [user.uid, user.uuid, user.uid_alt].filter((id) => typeof id === "string");
  const known = (name: string): unknown => membersOf(unmapped.userIdentity)[`sessionContext.sessionIssuer.${name}`];
  return {
    type: user.type,
    principalId: ids.find((id) => !id.startsWith("arn:")),
    arn: ids.find((id) => id.startsWith("arn:")),
    accountId: membersOf(user.account).uid ?? user.account_uid,
    userName: user.name,
    accessKeyId: user.credential_uid,
    invokedBy: actor.invoked_by,
    sessionContext: {
      attributes: {
        creationDate: session.created_time_dt ?? session.created_time,
        mfaAuthenticated: session.is_mfa ?? session.mfa,
      },
      sessionIssuer: {
        type: known("type"),
        principalId: known("principalId"),
        arn: session.issuer ?? known("arn"),
        accountId: known("accountId"),
        userName: known("userName"),
      },
    },
  };
};

const resourcesOf = (resources: unknown): unknown =>
  Array.isArray(resources)
    ? resources.map(membersOf).map((one) => ({
        ARN: one.uid,
        type: one.type,
        accountId: membersOf(membersOf(one.owner).account).uid ?? membersOf(one.owner).account_uid ?? one.account_uid,
      }))
    : undefined;

/** `unmapped` names members by their paths: `{"additionalEventData.bytesTransferredOut":"1006"}`, or as nested objects. */
const nested = (flat: unknown): Members => {
  const top: Record<string, unknown> = Object.create(null);
  for (const [path, value] of pairsOf(flat)) {
    const names = path.split(".");
    const [first, rest] = [names[0]!, names.slice(1)];
    if (rest.length === 0) top[first] = parsed(value);
    else {
      const inner: Record<string, unknown> = { ...membersOf(top[first]) };
      inner[rest.join(".")] = value;
      top[first] = inner;
    }
  }
  return top;
};

/** A map comes as an object, or (Parquet) as a list of its entries. */
const pairsOf = (map: unknown): readonly (readonly [string, unknown])[] =>
  Array.isArray(map)
    ? map.map(membersOf).map(({ key, value }) => [String(key), value] as const)
    : Object.entries(membersOf(map));

const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};

const parsed = (value: unknown): unknown => {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value ?? undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};
