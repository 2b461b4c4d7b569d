/** Databases, snapshots, backups, analytics: data outside buckets, and ways out. */
import type { Call, Entry, Meaning } from "./call.ts";
import { accountsIn, at, granteesOf, listAt, shortName, textAt } from "./requests.ts";

const named =
  (...paths: readonly string[]) =>
  ({ request }: Call): string | null => {
    const name = textAt(request, ...paths);
    return name === null ? null : shortName(name);
  };

/** `what` with the accounts that the request names besides our own. */
const sharedWith =
  (what: string, paths: readonly string[]) =>
  (call: Call): Partial<Meaning> | null => {
    const found = paths.map((path) => at(call.request, path));
    const accounts = [...new Set(accountsIn(found))].filter((one) => one !== call.account).sort();
    if (/"(all|\*)"/.test(JSON.stringify(found))) return { effect: `${what} with everybody`, accounts };
    return accounts.length === 0
      ? { phase: "ordinary", technique: null }
      : { effect: `${what} with account ${accounts.join(", ")}`, accounts };
  };

const policyFor =
  (what: string, ...paths: readonly string[]) =>
  (call: Call): Partial<Meaning> | null => {
    const { everybody, accounts } = granteesOf(
      paths.map((path) => at(call.request, path)).find((one) => one !== undefined),
      call.account,
    );
    if (everybody) return { effect: `opened ${what} {} to everybody`, accounts };
    return accounts.length === 0
      ? { phase: "ordinary", technique: null }
      : { effect: `opened ${what} {} to account ${accounts.join(", ")}`, accounts };
  };

const copied = (call: Call): Partial<Meaning> | null => {
  const account = /:(\d{12}):backup-vault:/.exec(textAt(call.request, "destinationBackupVaultArn") ?? "")?.[1];
  return account === undefined || account === call.account
    ? null
    : { effect: `copied a backup to account ${account}`, accounts: [account] };
};

const CREATE_VOLUME = ["createVolumePermission.add", "CreateVolumePermissionModifications.Add"];

export const STORES: readonly Entry[] = [
  {
    of: "ec2",
    calls: /^ModifySnapshotAttribute$/,
    phase: "theft",
    technique: "T1537",
    effect: "shared the snapshot {}",
    target: named("snapshotId"),
    means: sharedWith("shared the snapshot {}", CREATE_VOLUME),
  },
  {
    of: "ec2",
    calls: /^ModifyImageAttribute$/,
    phase: "theft",
    technique: "T1537",
    effect: "shared the machine image {}",
    target: named("imageId"),
    means: sharedWith("shared the machine image {}", ["launchPermission.add"]),
  },
  {
    of: "rds",
    calls: /^ModifyDB(Cluster)?SnapshotAttribute$/,
    phase: "theft",
    technique: "T1537",
    effect: "shared the database snapshot {}",
    target: named("dBSnapshotIdentifier", "dBClusterSnapshotIdentifier"),
    means: sharedWith("shared the database snapshot {}", ["valuesToAdd"]),
  },
  {
    of: "redshift",
    calls: /^Authorize(SnapshotAccess|DataShare|EndpointAccess)$/,
    phase: "theft",
    technique: "T1537",
    effect: "shared data of Redshift",
    means: sharedWith("shared data of Redshift", ["accountWithRestoreAccess", "consumerIdentifier", "account"]),
  },
  {
    of: "ec2",
    calls: /^Shared(SnapshotCopyInitiated|SnapshotVolumeCreated)$/,
    phase: "theft",
    technique: "T1537",
    effect: "a shared snapshot was copied by another account",
  },
  {
    of: "ec2",
    calls: /^(CreateSnapshots?|CopySnapshot|CreateImage|ExportImage|CreateInstanceExportTask|CreateStoreImageTask)$/,
    phase: "collection",
    technique: "T1074.002",
    effect: "made snapshots of {}",
    target: named("volumeId", "instanceId", "sourceSnapshotId", "imageId"),
  },
  {
    of: "rds",
    calls: /^(CreateDB(Cluster)?Snapshot|CopyDB(Cluster)?Snapshot)$/,
    phase: "collection",
    technique: "T1074.002",
    effect: "made snapshots of {}",
    target: named("dBInstanceIdentifier", "dBClusterIdentifier", "sourceDBSnapshotIdentifier"),
  },
  {
    calls: /^(StartExportTask|ExportTableToPointInTime)$/,
    phase: "theft",
    technique: "T1537",
    effect: "exported a database to the bucket {}",
    target: named("s3BucketName", "s3Bucket"),
  },
  {
    of: "dynamodb",
    calls: /^(Scan|ExecuteStatement|BatchExecuteStatement)$/,
    phase: "theft",
    technique: "T1530",
    effect: "read the table {}",
    target: named("tableName"),
  },
  {
    of: "backup",
    calls: /^StartCopyJob$/,
    phase: "theft",
    technique: "T1537",
    effect: "copied a backup",
    means: copied,
  },
  {
    of: "backup",
    calls: /^PutBackupVaultAccessPolicy$/,
    phase: "theft",
    technique: "T1537",
    effect: "changed the policy of the backup vault {}",
    target: named("backupVaultName"),
    means: policyFor("the backup vault", "policy"),
  },
  {
    of: "backup dynamodb rds redshift elasticfilesystem fsx",
    calls:
      /^Delete(RecoveryPoint|Backup\w*|DB(Cluster)?Snapshot|DBInstanceAutomatedBackup|ClusterSnapshot|FileSystem)$/,
    phase: "impact",
    technique: "T1490",
    effect: "deleted backups: {}",
    target: named("backupVaultName", "dBSnapshotIdentifier", "backupArn", "fileSystemId"),
  },
  {
    of: "ec2",
    calls: /^(DeleteSnapshot|DeregisterImage)$/,
    phase: "impact",
    technique: "T1490",
    effect: "deleted snapshots or images of disks",
  },
  {
    of: "athena",
    calls: /^StartQueryExecution$/,
    phase: "theft",
    technique: "T1530",
    effect: "queried data with Athena",
    means: ({ request }) =>
      /^\s*UNLOAD/i.test(textAt(request, "queryString") ?? "")
        ? { effect: "wrote the answer of a query of Athena into a bucket" }
        : null,
  },
  {
    of: "redshift-data",
    calls: /^(Batch)?ExecuteStatement$/,
    phase: "theft",
    technique: "T1530",
    effect: "queried data with Redshift",
  },
  {
    of: "lakeformation",
    calls: /^(Batch)?GrantPermissions$|^PutDataLakeSettings$/,
    phase: "escalation",
    technique: "T1098.003",
    effect: "widened who may read the data lake",
    means: sharedWith("shared the data lake", ["principal", "dataLakeSettings"]),
  },
  {
    of: "glue",
    calls: /^PutResourcePolicy$/,
    phase: "theft",
    technique: "T1537",
    effect: "changed who may read the catalogue",
    means: policyFor("the data catalogue", "policyInJson"),
  },
  {
    of: "transfer storagegateway",
    calls:
      /^(CreateServer|CreateUser|CreateAccess|ImportSshPublicKey|CreateConnector|StartFileTransfer|Create\w+FileShare)$/,
    phase: "theft",
    technique: "T1537",
    effect: "made a file server in front of a bucket",
  },
  {
    of: "firehose appflow dms cloudfront",
    calls:
      /^(CreateDeliveryStream|UpdateDestination|CreateFlow|StartFlow|CreateReplicationTask|StartReplicationTask|CreateDistribution\w*|UpdateDistribution)$/,
    phase: "theft",
    technique: "T1537",
    effect: "made a way for data to leave through {}",
    target: ({ eventSource }) => eventSource.split(".")[0]!,
  },
  {
    of: "sns sqs ecr elasticfilesystem kinesis es opensearch",
    calls: /^(AddPermission|SetRepositoryPolicy|PutFileSystemPolicy|PutResourcePolicy)$/,
    phase: "theft",
    technique: "T1537",
    effect: "changed who may use {}",
    target: ({ eventSource }) => eventSource.split(".")[0]!,
    means: sharedWith("shared {}", ["aWSAccountIds", "aWSAccountId"]),
  },
  {
    of: "events",
    calls: /^PutTargets$/,
    phase: "ordinary",
    technique: null,
    effect: "sent events of the rule {} on",
    target: named("rule"),
    means: (call) => {
      const accounts = [
        ...new Set(
          [...JSON.stringify(listAt(call.request, "targets")).matchAll(/arn:[\w-]+:\w+:[\w-]*:(\d{12}):/g)].map(
            ([, one]) => one!,
          ),
        ),
      ].filter((one) => one !== call.account);
      return accounts.length === 0
        ? null
        : {
            phase: "theft",
            technique: "T1537",
            effect: `sent events of the rule {} to account ${accounts.join(", ")}`,
            accounts,
          };
    },
  },
];
