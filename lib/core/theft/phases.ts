import type { Phase } from "./detection.ts";

/** What a kind of call is in the course of an attack. Techniques: MITRE ATT&CK v17, cloud matrix (IaaS). */
export interface Meaning {
  readonly phase: Phase;
  readonly technique: string | null;
}

const RULES: readonly (readonly [RegExp, Phase, string])[] = [
  [/^ConsoleLogin$/, "initial access", "T1078.004"],
  [
    /^(StopLogging|DeleteTrail|UpdateTrail|PutEventSelectors|PutBucketLogging|DeleteFlowLogs)$/,
    "covering tracks",
    "T1562.008",
  ],
  [
    /^(Delete|Update|Disassociate|Archive|Create)(Detector|Filter|IPSet|ThreatIntelSet|Members|Findings|FromAdministratorAccount|FromMasterAccount)$|^DisableMacie$/,
    "covering tracks",
    "T1562.001",
  ],
  [/^(PutBucketLifecycle|PutBucketLifecycleConfiguration)$/, "covering tracks", "T1485.001"],
  [/^PutBucketVersioning$/, "covering tracks", "T1490"],
  [/^CreateUser$/, "persistence", "T1136.003"],
  [/^(CreateAccessKey|CreateLoginProfile|UpdateLoginProfile|UpdateAccessKey)$/, "persistence", "T1098.001"],
  [/^(UpdateAssumeRolePolicy|CreateRole)$/, "persistence", "T1098.003"],
  [
    /^((Attach|Put)(User|Role|Group)Policy|AddUserToGroup|CreatePolicyVersion|SetDefaultPolicyVersion|Delete(User|Role)PermissionsBoundary)$/,
    "escalation",
    "T1098.003",
  ],
  [/^(AssumeRole|AssumeRoleWith\w+|GetSessionToken|GetFederationToken)$/, "escalation", "T1550.001"],
  [/^(PutBucketReplication|CreateTask|StartTaskExecution|CreateLocation\w+|CreateJob)$/, "theft", "T1537"],
  [/^(ModifySnapshotAttribute|ModifyImageAttribute|ModifyDB(Cluster)?SnapshotAttribute)$/, "theft", "T1537"],
  [/^(CopyObject|UploadPartCopy)$/, "theft", "T1537"],
  [/^(GetObject|GetObjectTorrent|SelectObjectContent)$/, "theft", "T1530"],
  [/^(PutBucketPolicy|PutBucketAcl|PutObjectAcl|PutAccessPointPolicy|RestoreObject)$/, "collection", "T1530"],
  [/^((Put|Delete)(Bucket|Account)?PublicAccessBlock|DeleteBucketPolicy)$/, "collection", "T1562.001"],
  [
    /^(CreateSnapshot|CreateSnapshots|CopySnapshot|CreateImage|ExportImage|CreateInstanceExportTask)$/,
    "collection",
    "T1074.002",
  ],
  [/^Delete(Object|Objects|Bucket|ObjectVersion)$/, "impact", "T1485"],
  [/^(PutBucketEncryption|ScheduleKeyDeletion|DisableKey)$/, "impact", "T1486"],
  [
    /^(ListObjects|ListObjectsV2|ListObjectVersions|ListBuckets|HeadBucket|HeadObject|GetObjectTagging|GetObjectAcl)$/,
    "reconnaissance",
    "T1619",
  ],
  [
    /^(ListUsers|ListRoles|GetUser|GetCallerIdentity|GetAccountAuthorizationDetails|ListAccessKeys)$/,
    "reconnaissance",
    "T1087.004",
  ],
  [
    /^List(Attached(User|Role|Group)Policies|(User|Role|Group)Policies|GroupsForUser|Groups|Policies)$/,
    "reconnaissance",
    "T1069.003",
  ],
];

/** Errors that say "not now": a read that was throttled was neither refused nor tried in vain by somebody without rights. */
const NOT_NOW =
  /^(SlowDown|.*Throttl.*|RequestLimitExceeded|ServiceUnavailable|InternalError|InternalFailure|RequestTimeout|503.*)$/i;

/** A read of settings is looking around; a write that the table does not know has an effect nobody named yet. */
export const meaningOf = ({
  eventname,
  readonly,
}: {
  readonly eventname: string;
  readonly readonly: string;
}): Meaning => {
  const rule = RULES.find(([name]) => name.test(eventname));
  if (rule !== undefined) return { phase: rule[1], technique: rule[2] };
  const looks = readonly === "true" || /^(Get|List|Describe|Head|Lookup|Search|Batch(Get|Describe))/.test(eventname);
  return looks ? { phase: "reconnaissance", technique: "T1580" } : { phase: "impact", technique: null };
};

export const isThrottled = (errorcode: string | null): boolean => errorcode !== null && NOT_NOW.test(errorcode);
