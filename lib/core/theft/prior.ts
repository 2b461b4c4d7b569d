import type { ActorChange } from "../../case/principal.ts";
import type { ChangeRow } from "./changeRow.ts";

type Doc = Readonly<Record<string, unknown>>;

/** A setting that several calls write; each knows what it left behind, in the shape of the API output that reads it. */
interface Family {
  /** What tells settings of the family apart: the bucket, the user, the role, or the trail. */
  readonly placeOf: (row: ChangeRow) => string | null;
  /** By event name; null where the record does not hold it. */
  readonly after: Readonly<Record<string, (request: Doc, response: Doc) => Doc | null>>;
}

const bucketOf = ({ bucket }: ChangeRow): string | null => bucket;
const nothing = (): Doc => ({});

const nameIn = (name: unknown): string | null => (typeof name === "string" && name !== "" ? name : null);

/** A user or role begins with the boundary that the call names, or with none (IAM API reference, CreateUser). */
const boundary = ({ permissionsBoundary: arn }: Doc): Doc =>
  typeof arn === "string" ? { PermissionsBoundaryArn: arn } : {};

/** A bucket begins without any of these settings (S3 user guide, "Creating a bucket"). */
const FAMILIES: readonly Family[] = [
  {
    placeOf: bucketOf,
    after: {
      CreateBucket: nothing,
      DeleteBucketPolicy: nothing,
      PutBucketPolicy: ({ bucketPolicy: policy }) => policyText(policy),
    },
  },
  {
    placeOf: bucketOf,
    after: { CreateBucket: nothing, PutBucketLogging: ({ BucketLoggingStatus: status }) => plain(status) },
  },
  {
    placeOf: bucketOf,
    after: {
      CreateBucket: nothing,
      PutBucketVersioning: ({ VersioningConfiguration: configuration }) => versioning(plain(configuration)),
    },
  },
  {
    placeOf: bucketOf,
    after: {
      CreateBucket: nothing,
      DeleteBucketLifecycle: nothing,
      PutBucketLifecycle: ({ LifecycleConfiguration: configuration }) => lifecycle(plain(configuration)),
      PutBucketLifecycleConfiguration: ({ LifecycleConfiguration: configuration }) => lifecycle(plain(configuration)),
    },
  },
  {
    placeOf: bucketOf,
    after: {
      CreateBucket: nothing,
      DeleteBucketReplication: nothing,
      PutBucketReplication: ({ ReplicationConfiguration: configuration }) =>
        wrapped("ReplicationConfiguration", withRules(plain(configuration))),
    },
  },
  {
    placeOf: bucketOf,
    after: {
      DeleteBucketPublicAccessBlock: nothing,
      PutBucketPublicAccessBlock: ({ PublicAccessBlockConfiguration: configuration }) =>
        wrapped("PublicAccessBlockConfiguration", plain(configuration)),
    },
  },
  ...(["User", "Role"] as const).map((kind) => ({
    placeOf: ({ requestparameters }: ChangeRow) => nameIn(json(requestparameters)[`${kind.toLowerCase()}Name`]),
    after: {
      [`Create${kind}`]: boundary,
      [`Put${kind}PermissionsBoundary`]: boundary,
      [`Delete${kind}PermissionsBoundary`]: nothing,
    },
  })),
  {
    placeOf: trailOf,
    after: { CreateTrail: () => NEW_TRAIL, PutEventSelectors: (_, response) => selectors(response) },
  },
  {
    placeOf: trailOf,
    after: {
      CreateTrail: (_, response) => trailSettings(response),
      UpdateTrail: (_, response) => trailSettings(response),
    },
  },
];

/** What a trail records before anybody sets selectors (CloudTrail user guide, "Logging management events"). */
const NEW_TRAIL: Doc = {
  EventSelectors: [
    { ReadWriteType: "All", IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] },
  ],
};

/**
 * What a change found: the setting as the last successful call before it left it. Empty where no call in the logs did,
 * or its record does not hold it; then nobody knows. What was set before the logs read begin is not known either. Only
 * what an owner left counts: a call of the actor, or of anybody from the actor's addresses, may have planted it; how a thing begins is nobody's choice.
 */
export const priorOf = (
  change: ChangeRow,
  changes: readonly ChangeRow[],
  isActors: (row: ChangeRow) => boolean,
): Pick<ActorChange, "prior" | "priorFrom"> => {
  const family = FAMILIES.find(
    ({ after }) => change.eventname in after && !/^Create(?:Bucket|User|Role)$/.test(change.eventname),
  );
  const place = family?.placeOf(change) ?? null;
  if (family === undefined || place === null) return {};
  const last = changes
    .filter((row) => isBefore(row, change) && row.eventname in family.after && family.placeOf(row) === place)
    .toSorted((a, b) => (isBefore(a, b) ? -1 : 1))
    .at(-1);
  if (last === undefined || (isActors(last) && !last.eventname.startsWith("Create"))) return {};
  const prior = leftBy(last, family);
  if (prior === null) return {};
  const by = last.principal_arn ?? last.principal_id ?? "whoever did not sign";
  const priorFrom = { eventId: last.eventid, eventTime: last.eventtime, by, address: last.sourceip };
  return { prior, priorFrom };
};

/** A record too deep to be walked is one that does not tell. */
const leftBy = ({ eventname, requestparameters, responseelements }: ChangeRow, { after }: Family): Doc | null => {
  try {
    return after[eventname]!(json(requestparameters), json(responseelements));
  } catch {
    return null;
  }
};

/** CloudTrail keeps whole seconds: of two calls in one second nobody can say which was first, so neither is before. */
const isBefore = (a: ChangeRow, b: ChangeRow): boolean => a.eventtime < b.eventtime;

/** A trail by name, which calls give as a name or an ARN. */
function trailOf({ requestparameters }: ChangeRow): string | null {
  const request = json(requestparameters);
  const name = request.name ?? request.trailName;
  return typeof name === "string" && name !== "" ? name.slice(name.lastIndexOf("/") + 1) : null;
}

const json = (text: string | null): Doc => {
  try {
    return asDoc(JSON.parse(text ?? "{}")) ?? {};
  } catch {
    return {};
  }
};

const asDoc = (value: unknown): Doc | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Doc) : null;

/** An XML element as CloudTrail writes it, without what says which schema it has; null where the record has none. */
const plain = (value: unknown): Doc | null => {
  const doc = asDoc(value);
  if (doc === null) return null;
  return Object.fromEntries(Object.entries(doc).filter(([name]) => name !== "xmlns" && !name.startsWith("xmlns:")));
};

const wrapped = (name: string, value: Doc | null): Doc | null => (value === null ? null : { [name]: value });

/** The document of the call as text: what S3 stored says the same, its blanks may differ. */
const policyText = (policy: unknown): Doc | null => {
  if (typeof policy === "string" && policy !== "") return { Policy: policy };
  const doc = asDoc(policy);
  return doc === null || !("Statement" in doc) ? null : { Policy: JSON.stringify(doc) };
};

const versioning = (configuration: Doc | null): Doc | null => {
  if (typeof configuration?.Status !== "string") return null;
  const { Status, MfaDelete } = configuration;
  return { Status, ...(typeof MfaDelete === "string" ? { MFADelete: MfaDelete } : {}) };
};

/** CloudTrail writes a list of one as the one; names are those of the XML, singular. */
const LISTS: Readonly<Record<string, string>> = {
  Transition: "Transitions",
  NoncurrentVersionTransition: "NoncurrentVersionTransitions",
  Tag: "Tags",
};

const lifecycle = (configuration: Doc | null): Doc | null => withRules(configuration);

const withRules = (configuration: Doc | null): Doc | null => {
  if (configuration === null) return null;
  const { Rule, Rules, ...rest } = configuration;
  return { ...rest, Rules: [Rule ?? Rules ?? []].flat().map((rule) => asApi(rule)) };
};

/**
 * Part of a lifecycle or replication rule with the names that S3's API gives its members; what has them already stays as
 * it is. `And` holds several tags under `Tag`; a filter's own single `Tag` keeps its name.
 */
export const asApi = (value: unknown, inside = ""): unknown => {
  if (Array.isArray(value)) return value.map((one) => asApi(one, inside));
  const doc = asDoc(value);
  if (doc === null) return value;
  return Object.fromEntries(
    Object.entries(doc).map(([name, member]) => {
      const list = name === "Tag" && inside !== "And" ? undefined : LISTS[name];
      return list === undefined ? [name, asApi(member, name)] : [list, [member].flat().map((one) => asApi(one, list))];
    }),
  );
};

/** Answers of CloudTrail's API are recorded in camelCase; acronyms in its names are the only odd ones. */
const selectors = (response: Doc): Doc | null => {
  const { eventSelectors, advancedEventSelectors } = response;
  if (!Array.isArray(eventSelectors) && !Array.isArray(advancedEventSelectors)) return null;
  return capitalised({
    eventSelectors: eventSelectors ?? [],
    advancedEventSelectors: advancedEventSelectors ?? [],
  }) as Doc;
};

const trailSettings = (response: Doc): Doc | null =>
  typeof response.name === "string" ? { Trail: capitalised(response) } : null;

const capitalised = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(capitalised);
  const doc = asDoc(value);
  if (doc === null) return value;
  return Object.fromEntries(
    Object.entries(doc).map(([name, member]) => [name.charAt(0).toUpperCase() + name.slice(1), capitalised(member)]),
  );
};
