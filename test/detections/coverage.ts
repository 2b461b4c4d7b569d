/** What the five articles the project began with ask for, row by row, and where it is. Judgement; the test checks that the places exist. */
export interface Covered {
  readonly table: "queries" | "phases" | "detections" | "artifacts";
  readonly seed: string;
  readonly item: string;
  readonly technique: string;
  /** Ids of detections, or paths; empty = not there yet, and said so. */
  readonly places: readonly string[];
  /** Tests of places that are no detections (detections have theirs in test/detections/scenarios.test.ts). */
  readonly tests: readonly string[];
  /** Where the seed's own text is wrong or short: what was put right. */
  readonly putRight: string;
}

const S1 = "1 Detecting S3 Data Exfiltration Attempts";
const S2 = "2 AWS Data Exfiltration Investigation Pattern";
const S3 = "3 Suspicious AWS S3 Activities (Splunk)";
const S4 = "4 S3 bucket access anomalies (Log360)";
const S5 = "5 Reconstructing a breach with Athena";

const QUANTIFY = ["lib/sql/reads.sql", "lib/sql/theft-hours.sql", "lib/response/quantify.ts"];
const RESPOND = ["test/response/respond.test.ts"];
const TRAIL = ["test/embedded/trail.test.ts"];
const REPORT = ["test/report/report.test.ts"];

const row =
  (table: Covered["table"]) =>
  (
    seed: string,
    item: string,
    technique: string,
    places: readonly string[],
    putRight = "",
    tests: readonly string[] = [],
  ): Covered => ({ table, seed, item, technique, places, tests, putRight });
const query = row("queries");
const phase = row("phases");
const detection = row("detections");
const artifact = row("artifacts");

const queries: readonly Covered[] = [
  query(
    S1,
    "Top S3 downloaders by volume in the last 24 hours (Athena)",
    "T1530",
    [...QUANTIFY, "bulk-download"],
    "bytesTransferredOut is in additionalEventData, never in requestparameters; a text is compared with a timestamp (type error in engine v3); failed calls are counted; ranged reads count an object many times: distinct objects are counted beside calls.",
    [...TRAIL, ...RESPOND],
  ),
  query(
    S1,
    "GetObject requests from unusual addresses (Logs Insights)",
    "T1530",
    ["lib/sql/actors.sql", "s3-access-new-address", "access-key-new-address"],
    "Counting per address says nothing of unusual: the first successful use of a pair after a learning time does.",
    RESPOND,
  ),
  query(
    S1,
    "Cross-account copies (Logs Insights)",
    "T1537",
    ["copy-to-other-account", "foreign-principal-access"],
    "The caller's account is compared, which misses stolen keys of our own account, the usual case; ReplicateObject is never logged; UploadPart is an upload (the copy is UploadPartCopy). The accounts of the buckets in the record are compared.",
  ),
  query(
    S1,
    "Bulk download: more than 1000 objects an hour (metric filter and alarm)",
    "T1530",
    ["bulk-download", "download-spike"],
    "The alarm counts failed calls of everybody together within the clock's hours; here successful reads, per caller and address, within any hour.",
  ),
  query(
    S1,
    "GuardDuty S3 findings (list-findings, EventBridge rule)",
    "T1530",
    ["lib/core/finding/finding.ts"],
    "Exfiltration:S3/ObjectRead.Unusual and BucketEnumeration.Unusual are retired names; live ones and their prefixes are parsed.",
    ["test/core/finding.test.ts"],
  ),
  query(
    S1,
    "Macie findings and a classification job",
    "T1530",
    ["lib/response/investigate/classify.ts", "lib/embedded/classifier.ts"],
    "Macie's severities are Low, Medium and High: Critical does not exist.",
    ["test/embedded/classifier.test.ts"],
  ),
  query(S2, "GetObject on one bucket within a time", "T1530", QUANTIFY, "", TRAIL),
  query(
    S2,
    "Normal activity of a user over 30 days",
    "T1078.004",
    [
      "lib/sql/baseline-table.sql",
      "lib/core/theft/baseline.ts",
      "access-key-new-address",
      "deletion-spike",
      "download-spike",
    ],
    "A scan of its own over the 30 days before the first sign, counted per hour on the role behind the sessions; it says how many days the logs really reach back. The detections compare within the case table.",
    ["test/sql/baseline-table.test.ts", "test/core/baseline.test.ts", "test/response/baseline.test.ts"],
  ),
  query(
    S2,
    "Large reads in S3 access logs (source.bytes)",
    "T1530",
    ["s3-access-new-address-access-log"],
    "source.bytes is what the caller sent: bytes_sent is what left; status 206 counts.",
  ),
  query(
    S2,
    "VM export and snapshots (CreateInstanceExportTask, CreateSnapshot, CopySnapshot)",
    "T1537",
    ["ec2-export", "ec2-snapshot-shared", "ami-shared", "rds-snapshot-shared", "snapshot-burst"],
    "A snapshot alone takes nothing out of the account and weighs low; sharing it, which the seed leaves out, is the theft.",
  ),
  query(
    S2,
    "Large outbound transfers in VPC flow logs",
    "T1048",
    ["lib/sql/flow-transfers.sql", "lib/core/logs/flowLog.ts", "lib/logs/flow-log.ts"],
    "Field names that no flow log has; rejected flows are counted, and a packet seen at two interfaces twice. Here accepted flows, of the interface that saw most; to the actor's addresses and by the instance concerned at any size.",
    ["test/core/flowLog.test.ts", "test/logs/flow-log.test.ts", "test/response/otherLogs.test.ts"],
  ),
  query(
    S2,
    "Sensitive keys among the objects (*pii*, *credential*, *password*)",
    "T1552.001",
    ["credential-files-read", "lib/response/investigate/classify.ts"],
    "A name is no content: names of credential files are told apart, the rest is classified by content.",
  ),
  query(
    S2,
    "AssumeRole of the role that exported",
    "T1550.001",
    ["lib/sql/minted.sql", "lib/sql/actors.sql", "role-chaining"],
    "",
    ["test/core/scope.test.ts"],
  ),
  query(
    S2,
    "Sign-in at the identity provider (okta.system)",
    "T1078.004",
    ["lib/sql/sign-ins.sql", "lib/logs/signIn.ts", "lib/logs/okta.ts"],
    "The name alone joins, over two hours, any event of it: here the last successful sign-on before the session was opened, by name, time and address, with its factor and what was refused before; two domains are two people.",
    ["test/logs/signIn.test.ts", "test/logs/okta.test.ts", "test/response/otherLogs.test.ts"],
  ),
  query(
    S2,
    "Everything of a suspect (user, address, key) around the theft",
    "T1078.004",
    ["lib/sql/case-table.sql", "lib/sql/actors.sql"],
    "OR binds weaker than AND there, so the time bounds the last alternative only.",
    TRAIL,
  ),
  query(
    S5,
    "Table over the trail (CREATE EXTERNAL TABLE)",
    "-",
    ["lib/sql/case-table.sql", "lib/embedded/ingest-schema.ts"],
    "additionalEventData, eventId, sharedEventId and the session issuer are missing there, and with them bytes, de-duplication and role chains; the text says to partition and the DDL does not.",
    TRAIL,
  ),
  query(
    S5,
    "Who touched the bucket: principal, key, address, agent",
    "T1078.004",
    ["lib/sql/actors.sql", "enumeration-cluster"],
    "ListObjectsV2 is logged as ListObjects: both names are asked for; sts and iam calls carry no bucket, and are found by principal and address.",
    RESPOND,
  ),
  query(
    S5,
    "GetObject per hour for key and address",
    "T1530",
    QUANTIFY,
    "Distinct keys are counted per bucket and key; cross-account callers have no key in the owner's copy and are found by principal id.",
    RESPOND,
  ),
];

const phases: readonly Covered[] = [
  phase(
    S2,
    "1 Scope and context: resources, actors, baseline, timeline",
    "T1078.004",
    ["lib/response/investigate/scope.ts", "lib/core/theft/discovery.ts", "lib/sql/actors.sql"],
    "",
    ["test/core/scope.test.ts", ...RESPOND],
  ),
  phase(
    S2,
    "2 Data movement: mechanism, volume, destination",
    "T1537",
    [...QUANTIFY, "copy-to-other-account", "replication-to-other-account", "datasync-exfiltration", "batch-job"],
    "",
    RESPOND,
  ),
  phase(
    S2,
    "3 Impact: sensitivity, regulation",
    "T1530",
    ["lib/response/investigate/classify.ts", "lib/report/clocks.ts"],
    "",
    ["test/report/clocks.test.ts"],
  ),
  phase(
    S2,
    "Correlation 1: identity behind the access",
    "T1550.001",
    ["lib/sql/minted.sql", "lib/core/theft/discovery.ts", "role-chaining"],
    "",
    RESPOND,
  ),
  phase(
    S2,
    "Correlation 2: reconnaissance, permission changes, clean-up in sequence",
    "T1580",
    ["lib/core/theft/detection.ts", "exfil-then-deletion"],
    "",
    ["test/detections/detect.test.ts"],
  ),
  phase(
    S5,
    "Enumeration: GetCallerIdentity, ListBuckets, ListObjectsV2, GetBucketPolicy, ListRoles; the wall of AccessDenied",
    "T1580",
    [
      "enumeration-cluster",
      "access-denied-burst",
      "bucket-enumeration",
      "bucket-posture-burst",
      "object-listing-burst",
    ],
  ),
  phase(
    S5,
    "Persistence and escalation: CreateAccessKey, AttachUserPolicy, PutUserPolicy, AssumeRole",
    "T1098",
    ["credentials-created", "privileges-raised", "role-chaining", "s3-browser-placeholder-policy"],
    "The query asks for CreateAccessKey and AssumeRole only.",
  ),
  phase(
    S5,
    "Exfiltration: a run of GetObject from the same address",
    "T1530",
    ["bulk-download", "download-spike", ...QUANTIFY],
    "",
    RESPOND,
  ),
  phase(
    S5,
    "Anti-forensics: StopLogging, DeleteTrail, PutBucketPolicy, DeleteBucketEncryption",
    "T1562.008",
    [
      "trail-tampering",
      "guardduty-tampering",
      "macie-tampering",
      "bucket-policy-public",
      "bucket-policy-foreign",
      "bucket-configuration-deleted",
    ],
    "A call that failed is no tampering: it is shown as an attempt.",
  ),
];

const detectionRows: readonly Covered[] = [
  detection(S3, "AWS Disable Bucket Versioning", "T1490", ["versioning-disabled"]),
  detection(S3, "AWS Exfiltration via Bucket Replication", "T1537", ["replication-to-other-account"]),
  detection(S3, "AWS Exfiltration via DataSync Task", "T1119", ["datasync-exfiltration"]),
  detection(S3, "Detect New Open S3 Buckets over AWS CLI", "T1530", ["open-bucket-via-cli"]),
  detection(S3, "Detect New Open S3 buckets", "T1530", [
    "bucket-acl-public",
    "bucket-policy-public",
    "public-access-block-weakened",
  ]),
  detection(S3, "Detect S3 access from a new IP", "T1530", [
    "s3-access-new-address",
    "s3-access-new-address-access-log",
  ]),
  detection(S3, "Detect Spike in S3 Bucket deletion", "T1485", ["deletion-spike", "bucket-deleted"]),
  detection(S4, "AWS S3 Bucket Server Access Logging Disabled", "T1562.008", ["access-logging-disabled"]),
  detection(S4, "AWS S3 Data Management Tampering", "T1565.001", ["data-management-tampering"]),
  detection(S4, "AWS S3 Bucket Expiration Lifecycle Configuration Added", "T1485.001", ["expiration-lifecycle-added"]),
  detection(S1, "Bulk download over a threshold", "T1530", ["bulk-download"]),
  detection(S1, "Cross-account copy", "T1537", ["copy-to-other-account"]),
  detection(S1, "Foreign replication", "T1537", ["replication-to-other-account"]),
  detection(S2, "EC2 VM export", "T1537", ["ec2-export"]),
  detection(S2, "Snapshot, image and database snapshot sharing", "T1537", [
    "ec2-snapshot-shared",
    "ami-shared",
    "rds-snapshot-shared",
    "database-export",
  ]),
];

const artifacts: readonly Covered[] = [
  artifact(
    S2,
    "Access timeline",
    "-",
    ["lib/report/timeline.ts", "lib/response/investigate/reportData.ts"],
    "",
    REPORT,
  ),
  artifact(
    S2,
    "Data access inventory",
    "-",
    ["lib/response/investigate/writeTheft.ts", "lib/core/theft/theft.ts"],
    "",
    RESPOND,
  ),
  artifact(
    S2,
    "Actor attribution report",
    "-",
    ["lib/response/investigate/scope.ts", "lib/report/sections/actor.ts"],
    "",
    ["test/core/scope.test.ts", ...REPORT],
  ),
  artifact(
    S2,
    "Impact assessment",
    "-",
    ["lib/response/assessImpact.ts", "lib/report/sections/sensitivity.ts"],
    "",
    REPORT,
  ),
  artifact(S2, "Network traffic analysis (optional)", "-", ["lib/export/network.ts", "lib/core/logs/flowLog.ts"], "", [
    "test/core/flowLog.test.ts",
    "test/export/schemas.test.ts",
    "test/response/otherLogs.test.ts",
  ]),
  artifact(
    S2,
    "Data volume report (optional)",
    "-",
    ["lib/core/theft/theftTotals.ts", "lib/report/sections/taken.ts"],
    "",
    RESPOND,
  ),
  artifact(S2, "Permission analysis (optional)", "-", ["lib/core/plan/iamEvaluate.ts"], "", [
    "test/core/iamEvaluate.test.ts",
  ]),
  artifact(
    S2,
    "Previous activity baseline (optional)",
    "-",
    [
      "lib/response/investigate/baseline.ts",
      "lib/export/baseline.ts",
      "access-key-new-address",
      "s3-access-new-address",
    ],
    "Of each identity and each bucket; partial, with the reason, where the baseline scan was off, refused or failed.",
    ["test/core/baseline.test.ts", "test/response/baseline.test.ts", "test/export/schemas.test.ts"],
  ),
  artifact(
    S1,
    "Investigation report (timeline, principal, impact, actions)",
    "-",
    ["lib/report/report.ts"],
    "12,847 GetObject requests are not 12,847 objects: both are given.",
    REPORT,
  ),
];

export const COVERAGE: readonly Covered[] = [...queries, ...phases, ...detectionRows, ...artifacts];
