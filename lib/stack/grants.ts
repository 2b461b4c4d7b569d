import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { SecurityLake } from "../aws/securityLake.ts";
import type { KeptCatalog } from "../logs/source.ts";
import type { CordonContext } from "./context.ts";
import { memberRoleNames } from "./context.ts";
import { keptCatalogsOf, sideFoldersOf, sideTableNames } from "./sideTables.ts";
import type { Need } from "./steps.ts";

/** ARNs that permissions speak of; some are tokens of CloudFormation. */
export interface Places {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly caseBucket: string;
  readonly evidenceBucket: string;
  readonly resultsBucket: string;
  readonly logBucket: string;
  readonly logKey: string | null;
  readonly dataKey: string;
  readonly resultsKey: string;
  readonly evidenceKey: string;
  readonly ledgerKey: string;
  readonly tokenKey: string;
  readonly table: string;
  readonly pageTable: string | null;
  readonly topic: string;
  readonly chatBus: string | null;
  readonly workgroup: string;
  readonly database: string;
  readonly respondMachine: string;
  readonly waitingMachines: readonly string[];
}

type Rule = readonly [
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Readonly<Record<string, unknown>>,
];

const READ_WRITE = ["s3:GetObject", "s3:PutObject"];
const LOCKED = [...READ_WRITE, "s3:PutObjectRetention"];
const USE_KEY = ["kms:Decrypt", "kms:GenerateDataKey"];

/**
 * A folder of a bucket, and the right to list: without it S3 answers "denied" for what is only absent, and a condition on
 * `s3:prefix` would take it away again from reads, which carry no prefix. Names can be listed beyond the folder; bytes not.
 */
const folder = (bucket: string, prefix: string, actions: readonly string[]): readonly Rule[] => [
  [actions, [`${bucket}/${prefix}*`]],
  [["s3:ListBucket"], [bucket]],
];

const QUERY = [
  "athena:StartQueryExecution",
  "athena:GetQueryExecution",
  "athena:GetQueryResults",
  "athena:StopQueryExecution",
];
const READ_CATALOGUE = ["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"];

const catalogue = ({ partition, region, account, database }: Places, table: string): readonly string[] =>
  ["catalog", `database/${database}`, `table/${database}/${table}`].map(
    (name) => `arn:${partition}:glue:${region}:${account}:${name}`,
  );

const results = ({ resultsBucket, resultsKey }: Places): readonly Rule[] => [
  [[...READ_WRITE, "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], [`${resultsBucket}/*`]],
  [["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], [resultsBucket]],
  [USE_KEY, [resultsKey]],
];

/** Asking, and making tables of these names out of the lake's and of logs beside it. */
const tables = (places: Places, own: string, besides: readonly string[], more: readonly string[]): readonly Rule[] => [
  [QUERY, [places.workgroup]],
  [
    [...READ_CATALOGUE, "glue:CreateTable", ...more],
    [...catalogue(places, own), ...["cloudtrail_logs", ...besides].flatMap((name) => catalogue(places, name).slice(2))],
  ],
];

/** Lake Formation hands out the data; who may select is granted there, to these roles (Security Lake user guide, query access). */
const securityLake = (glue: string, { database, tables }: SecurityLake): readonly Rule[] => [
  [["lakeformation:GetDataAccess"], ["*"]],
  [
    READ_CATALOGUE,
    [`${glue}:catalog`, `${glue}:database/${database}`, ...tables.map((one) => `${glue}:table/${database}/${one}`)],
  ],
];

/**
 * S3 Metadata tables: IAM on the table bucket and the catalogue that mounts it, Lake Formation where the account uses it (S3 user
 * guide, permissions for querying metadata tables; Glue developer guide, S3 Tables catalogue). A catalogue of another name is one
 * that Athena was told of.
 */
const keptCatalog = (
  { partition, region, account }: Places,
  { name, account: owner, keyArn }: KeptCatalog,
): readonly Rule[] => {
  const glue = `arn:${partition}:glue:${region}:${owner ?? account}`;
  const bucket = `arn:${partition}:s3tables:${region}:${owner ?? account}:bucket/aws-s3`;
  const mounted = "s3tablescatalog/aws-s3";
  return [
    [
      ["glue:GetCatalog", "glue:GetDatabase", "glue:GetTable"],
      [
        ...["catalog", "catalog/s3tablescatalog", `catalog/${mounted}`].map((one) => `${glue}:${one}`),
        ...[`database/${mounted}/b_*`, `table/${mounted}/b_*/inventory`, `table/${mounted}/b_*/journal`].map(
          (one) => `${glue}:${one}`,
        ),
      ],
    ],
    [["s3tables:GetTableBucket", "s3tables:GetNamespace"], [bucket]],
    [["s3tables:GetTable", "s3tables:GetTableData", "s3tables:GetTableMetadataLocation"], [`${bucket}/table/*`]],
    [["lakeformation:GetDataAccess"], ["*"]],
    ...(name === mounted
      ? []
      : [[["athena:GetDataCatalog"], [`arn:${partition}:athena:${region}:${account}:datacatalog/${name}`]] as Rule]),
    ...(keyArn === null ? [] : [[["kms:Decrypt"], [keyArn]] as Rule]),
  ];
};

/** Listing, reading and decrypting log files: what is done with them is `more`. */
const logFiles = (
  { logBucket, logKey }: Places,
  { logs }: CordonContext,
  more: readonly string[] = [],
): readonly Rule[] => [
  [["s3:GetObject"], [`${logBucket}/${logs.prefix}AWSLogs/*`]],
  [["s3:ListBucket", ...more], [logBucket]],
  ...(logKey === null ? [] : [[["kms:Decrypt"], [logKey]] as Rule]),
];

/** The log files, which Athena reads in the name of who asks; or Security Lake beside them. */
const lake = (places: Places, context: CordonContext): readonly Rule[] => {
  const { partition, region, account } = places;
  const { securityLake: tables } = context.logs;
  return [
    ...(tables === null ? [] : securityLake(`arn:${partition}:glue:${region}:${account}`, tables)),
    ...logFiles(places, context, ["s3:GetBucketLocation"]),
  ];
};

const sideFolder = (
  { partition }: Places,
  { bucket, folder, keyArn }: ReturnType<typeof sideFoldersOf>[number],
): readonly Rule[] => [
  [["s3:GetObject"], [`arn:${partition}:s3:::${bucket}/${folder}*`]],
  [["s3:ListBucket", "s3:GetBucketLocation"], [`arn:${partition}:s3:::${bucket}`]],
  ...(keyArn === null ? [] : [[["kms:Decrypt"], [keyArn]] as Rule]),
];

const RULES: Readonly<Record<Need, (places: Places, context: CordonContext) => readonly Rule[]>> = {
  cases: ({ caseBucket, dataKey }) => [...folder(caseBucket, "cases/", READ_WRITE), [USE_KEY, [dataKey]]],
  // Whoever appends holds the entries against the newest checkpoint, and that against the public half of the key.
  ledger: ({ evidenceBucket, ledgerKey }) => [
    ...folder(evidenceBucket, "ledger/", LOCKED),
    [["kms:GetPublicKey"], [ledgerKey]],
  ],
  "sign-ledger": ({ ledgerKey }) => [[["kms:Sign", "kms:GetPublicKey"], [ledgerKey]]],
  "sign-evidence": ({ evidenceKey }) => [[["kms:Sign", "kms:GetPublicKey"], [evidenceKey]]],
  vault: ({ evidenceBucket }) => folder(evidenceBucket, "bundles/", LOCKED),
  scan: (places, context) => [
    // Copies of an organisation's lake have a partition a day.
    ...tables(
      places,
      "case_*",
      sideTableNames(context),
      context.organization === null ? [] : ["glue:BatchCreatePartition"],
    ),
    ...lake(places, context),
    ...sideFoldersOf(context).flatMap((folder) => sideFolder(places, folder)),
    ...(context.organization !== null && context.accountsFile === null
      ? [[["organizations:ListAccounts"], ["*"]] as Rule]
      : []),
    ...results(places),
  ],
  hunt: (places, context) => [
    ...folder(places.caseBucket, "hunts/", READ_WRITE),
    [USE_KEY, [places.dataKey]],
    ...tables(places, "hunt_*", [], []),
    ...lake(places, context),
    ...results(places),
  ],
  drill: ({ partition, region, account, caseBucket, dataKey }) => [
    ...folder(caseBucket, "cases/", ["s3:GetObject"]),
    [["kms:Decrypt"], [dataKey]],
    [["guardduty:ListDetectors"], ["*"]],
    [
      ["guardduty:CreateSampleFindings", "guardduty:ListFindings", "guardduty:GetFindings"],
      [`arn:${partition}:guardduty:${region}:${account}:detector/*`],
    ],
  ],
  "probe-logs": (places, context) => logFiles(places, context),
  "security-hub": ({ partition, region, account }, { hunt }) =>
    hunt?.securityHub === true
      ? [
          [
            ["securityhub:BatchImportFindings"],
            [`arn:${partition}:securityhub:${region}:${account}:product/${account}/default`],
          ],
        ]
      : [],
  query: (places) => [[QUERY, [places.workgroup]], [READ_CATALOGUE, catalogue(places, "case_*")], ...results(places)],
  "object-metadata": (places, context) => keptCatalogsOf(context).flatMap((catalog) => keptCatalog(places, catalog)),
  "read-logs": (places, context) => [...logFiles(places, context), [["cloudtrail:ListPublicKeys"], ["*"]]],
  classify: ({ partition, account }) => [
    [
      ["macie2:CreateClassificationJob", "macie2:DescribeClassificationJob", "macie2:TagResource"],
      [`arn:${partition}:macie2:*:${account}:classification-job/*`],
    ],
    [["macie2:DescribeBuckets", "macie2:ListFindings", "macie2:GetFindings"], ["*"]],
  ],
  "read-bundles": ({ evidenceBucket }) => folder(evidenceBucket, "bundles/", ["s3:GetObject"]),
  questions: ({ table, dataKey }) => [
    [["dynamodb:Query"], [table]],
    [["kms:Decrypt"], [dataKey]],
  ],
  page: (places, { page }) => [
    [
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
      places.pageTable === null ? [] : [places.pageTable],
    ],
    [USE_KEY, [places.dataKey]],
    ...clientSecret(places, page?.identity?.clientSecretName ?? null),
  ],
  park: ({ table, tokenKey, dataKey }) => [
    [["dynamodb:UpdateItem"], [table]],
    [["kms:Encrypt"], [tokenKey]],
    [USE_KEY, [dataKey]],
  ],
  wake: ({ table, tokenKey, dataKey, waitingMachines }) => [
    [["dynamodb:GetItem", "dynamodb:UpdateItem"], [table]],
    [["kms:Decrypt"], [tokenKey]],
    [USE_KEY, [dataKey]],
    [["states:SendTaskSuccess"], waitingMachines],
  ],
  claim: ({ table, dataKey }) => [
    [["dynamodb:PutItem"], [table]],
    [USE_KEY, [dataKey]],
  ],
  notify: ({ topic, chatBus, dataKey }) => [
    [["sns:Publish"], [topic]],
    ...(chatBus === null ? [] : [[["events:PutEvents"], [chatBus]] as Rule]),
    [USE_KEY, [dataKey]],
  ],
  "read-member": ({ partition }, context) => [assume(partition, memberRoleNames(context).read, context)],
  "contain-member": ({ partition }, context) => [assume(partition, memberRoleNames(context).contain, context)],
  start: ({ respondMachine, caseBucket, dataKey }) => [
    [["states:StartExecution"], [respondMachine]],
    [["s3:PutObject"], [`${caseBucket}/inbox/*`]],
    [USE_KEY, [dataKey]],
  ],
  propose: ({ waitingMachines }) => [[["states:StartExecution"], waitingMachines]],
  findings: ({ partition, region, account }, { findingRegions }) => [
    [["guardduty:ListDetectors"], ["*"]],
    [
      ["guardduty:ListFindings", "guardduty:GetFindings"],
      [region, ...findingRegions].map((one) => `arn:${partition}:guardduty:${one}:${account}:detector/*`),
    ],
  ],
};

/** Secrets Manager ends the ARN of a secret with six characters of its own. */
const clientSecret = ({ partition, region, account }: Places, name: string | null): readonly Rule[] =>
  name === null
    ? []
    : [
        [
          ["secretsmanager:GetSecretValue"],
          [`arn:${partition}:secretsmanager:${region}:${account}:secret:${name}-??????`],
        ],
      ];

/** Of an organisation by its id and the name of the role; a role of that name outside of it is not assumed. */
const assume = (partition: string, role: string, { memberAccounts, organization }: CordonContext): Rule =>
  organization === null
    ? [["sts:AssumeRole"], memberAccounts.map((account) => `arn:${partition}:iam::${account}:role/${role}`)]
    : [
        ["sts:AssumeRole"],
        [`arn:${partition}:iam::*:role/${role}`],
        { StringEquals: { "aws:ResourceOrgID": organization.id } },
      ];

/** The statements for a function: those of its needs, equal ones once. */
export const statementsFor = (
  needs: readonly Need[],
  places: Places,
  context: CordonContext,
): readonly PolicyStatement[] => {
  const rules = needs.flatMap((need) => RULES[need](places, context));
  const distinct = new Map(rules.map((rule) => [JSON.stringify(rule), rule]));
  return [...distinct.values()].map(
    ([actions, resources, conditions = {}]) =>
      new PolicyStatement({
        actions: [...actions],
        resources: [...resources],
        conditions: conditions as Record<string, unknown>,
      }),
  );
};
