import {
  type BucketMetadata,
  CreateClassificationJobCommand,
  DescribeBucketsCommand,
  DescribeClassificationJobCommand,
  type Finding,
  GetFindingsCommand,
  ListFindingsCommand,
  type Macie2Client,
} from "@aws-sdk/client-macie2";
import type { ClassifiedObject } from "../case/objects.ts";

export interface BucketFacts {
  readonly name: string;
  readonly accountId: string;
  /** -1 (could not be read) to 100; 50: not analysed yet. Null: no score. */
  readonly sensitivityScore: number | null;
  readonly classifiableBytes: number | null;
  /** Objects in archive classes or of types that Macie does not read; null: Macie does not say. */
  readonly unclassifiableObjects: number | null;
  /** Objects under keys of the customer's own, which Macie reads only where the key's policy lets it. */
  readonly underCustomerKeys: number | null;
  /** Why Macie could not look at the bucket, for example `ACCESS_DENIED`; null: it could. */
  readonly error: string | null;
}

export interface JobScope {
  readonly token: string;
  readonly caseId: string;
  readonly bucket: BucketFacts;
  readonly prefixes: readonly string[];
}

/** Macie in one region. */
export interface Macie {
  /** Those of the buckets that Macie inventories here. */
  buckets(names: readonly string[]): Promise<ReadonlyMap<string, BucketFacts>>;
  createJob(scope: JobScope): Promise<string>;
  /** `RUNNING`, `PAUSED`, `CANCELLED`, `COMPLETE`, `IDLE`, `USER_PAUSED`; there is no failed state (API model). */
  job(jobId: string): Promise<{ readonly status: string; readonly error: string | null }>;
  findings(jobId: string): Promise<readonly ClassifiedObject[]>;
}

const NAMES_PER_CALL = 50;
/** GetFindings takes 50 ids (API model). */
const FINDINGS_PER_CALL = 50;

export const createMacie = (macie: Macie2Client): Macie => ({
  buckets: async (names) => {
    const found = (await Promise.all(chunks(names, NAMES_PER_CALL).map((chunk) => describe(macie, chunk)))).flat();
    return new Map(found.map((bucket) => [bucket.bucketName!, toFacts(bucket)]));
  },
  createJob: async (scope) => (await macie.send(new CreateClassificationJobCommand(jobOf(scope)))).jobId!,
  job: async (jobId) => {
    const { jobStatus, lastRunErrorStatus } = await macie.send(new DescribeClassificationJobCommand({ jobId }));
    return {
      status: jobStatus ?? "RUNNING",
      error: lastRunErrorStatus?.code === "ERROR" ? "Macie could not read some of the buckets" : null,
    };
  },
  findings: (jobId) => findingsOf(macie, jobId),
});

const describe = async (macie: Macie2Client, names: readonly string[]): Promise<readonly BucketMetadata[]> => {
  const found: BucketMetadata[] = [];
  let nextToken: string | undefined;
  do {
    const page = await macie.send(
      new DescribeBucketsCommand({
        criteria: { bucketName: { eq: [...names] } },
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    found.push(...(page.buckets ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
};

const toFacts = ({
  bucketName,
  accountId,
  sensitivityScore,
  classifiableSizeInBytes,
  unclassifiableObjectCount,
  objectCountByEncryptionType,
  errorCode,
}: BucketMetadata): BucketFacts => ({
  name: bucketName!,
  accountId: accountId!,
  sensitivityScore: sensitivityScore ?? null,
  classifiableBytes: classifiableSizeInBytes ?? null,
  unclassifiableObjects: unclassifiableObjectCount?.total ?? null,
  underCustomerKeys: objectCountByEncryptionType?.customerManaged ?? null,
  error: errorCode ?? null,
});

/** The token makes a repeated call find the job that there is. Two OBJECT_KEY terms would be ANDed: one term with all. */
const jobOf = ({ token, caseId, bucket, prefixes }: JobScope) => ({
  clientToken: token,
  name: `cordon-${caseId}-${token}`.slice(0, 500),
  description: "Objects that a theft reached; started by Cordon",
  jobType: "ONE_TIME" as const,
  managedDataIdentifierSelector: "RECOMMENDED" as const,
  samplingPercentage: 100,
  tags: { "cordon-case": caseId },
  s3JobDefinition: {
    bucketDefinitions: [{ accountId: bucket.accountId, buckets: [bucket.name] }],
    scoping: {
      includes: {
        and: [
          {
            simpleScopeTerm: { comparator: "STARTS_WITH" as const, key: "OBJECT_KEY" as const, values: [...prefixes] },
          },
        ],
      },
    },
  },
});

const findingsOf = async (macie: Macie2Client, jobId: string): Promise<readonly ClassifiedObject[]> => {
  const ids: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await macie.send(
      new ListFindingsCommand({
        findingCriteria: { criterion: { "classificationDetails.jobId": { eq: [jobId] } } },
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    ids.push(...(page.findingIds ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  const found: Finding[] = [];
  for (const findingIds of chunks(ids, FINDINGS_PER_CALL))
    found.push(...((await macie.send(new GetFindingsCommand({ findingIds }))).findings ?? []));
  return found.flatMap(toObject);
};

const toObject = ({ resourcesAffected, severity, classificationDetails }: Finding): readonly ClassifiedObject[] => {
  const [bucket, key] = [resourcesAffected?.s3Bucket?.name, resourcesAffected?.s3Object?.key];
  if (bucket === undefined || key === undefined) return [];
  const { sensitiveData = [], customDataIdentifiers } = classificationDetails?.result ?? {};
  const categories = Object.fromEntries(sensitiveData.map(({ category, totalCount }) => [category!, totalCount ?? 0]));
  const custom = customDataIdentifiers?.totalCount ?? 0;
  return [
    {
      bucket,
      key,
      severity: toSeverity(severity?.description),
      categories: custom > 0 ? { ...categories, CUSTOM_IDENTIFIER: custom } : categories,
      source: "Amazon Macie",
    },
  ];
};

const toSeverity = (text: string | undefined): ClassifiedObject["severity"] =>
  text === "High" || text === "Medium" ? text : "Low";

const chunks = <T>(values: readonly T[], size: number): readonly T[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, at) => values.slice(at * size, (at + 1) * size));
