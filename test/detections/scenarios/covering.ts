import {
  bucketCall,
  by,
  call,
  denied,
  type Event,
  HOUR,
  objectCall,
  roleSession,
  SERVICE,
  times,
  when,
} from "../events.ts";
import { attempt, fires, lookAlike, quiet, type Scenarios } from "../scenario.ts";

const versioning = (VersioningConfiguration: Event) =>
  bucketCall("PutBucketVersioning", {
    versioning: "",
    VersioningConfiguration: { xmlns: "x", ...VersioningConfiguration },
  });
const logging = (status: unknown) => bucketCall("PutBucketLogging", { logging: "", BucketLoggingStatus: status });
const logsOff = logging({ xmlns: "http://s3.amazonaws.com/doc/2006-03-01/" });
const logsOn = logging({ LoggingEnabled: { TargetBucket: "logs", TargetPrefix: "" } });
const lifecycle = (Rule: unknown, over: Event = {}) =>
  bucketCall("PutBucketLifecycle", { lifecycle: "", LifecycleConfiguration: { Rule }, ...over });
const expiry = (over: Event): Event => ({ ID: "r", Status: "Enabled", Filter: { Prefix: "" }, ...over });
const terraform = (event: Event): Event => ({
  ...event,
  userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.9.0 (+https://www.terraform.io)",
});
const deleteObject = (n: number, seconds: number) => when(seconds, objectCall("DeleteObject", `k${n}`));
const deleteBucket = (n: number, seconds: number) =>
  when(seconds, bucketCall("DeleteBucket", { bucketName: `bucket-${n}` }));

export const covering: Scenarios = {
  "versioning-disabled": [
    fires("versioning suspended", [versioning({ Status: "Suspended" })], {
      outcome: "succeeded",
      via: "direct",
      bucket: "acme-data",
    }),
    fires("MFA delete switched off while versioning stays", [versioning({ Status: "Enabled", MfaDelete: "Disabled" })]),
    fires("the same by an infrastructure tool, marked as such", [terraform(versioning({ Status: "Suspended" }))], {
      via: "infrastructure-as-code",
    }),
    lookAlike("versioning enabled", [versioning({ Status: "Enabled" })]),
    quiet("a call of another service with such a body", [
      { ...versioning({ Status: "Suspended" }), eventSource: "s3-outposts.amazonaws.com" },
    ]),
    attempt("a suspension refused", [denied(versioning({ Status: "Suspended" }))]),
  ],
  "access-logging-disabled": [
    fires("an empty logging status", [logsOff]),
    fires("a status that is an empty element", [logging("")]),
    lookAlike("logging switched on, whose query flag is as empty", [logsOn]),
    quiet("a request without a body", [bucketCall("PutBucketLogging", { logging: "" })]),
    attempt("logging off refused", [denied(logsOff)]),
  ],
  "data-management-tampering": [
    fires("a name of the published rule", [logsOff], { variant: "as published:" }),
    fires("a name that only CloudTrail knows", [lifecycle(expiry({ Expiration: { Days: 1 } }))], {
      variant: "as CloudTrail writes it:",
    }),
    fires("a dead name, should it ever come", [bucketCall("PutLifecycleConfiguration")], {
      variant: "permission name:",
    }),
    lookAlike("a look at the same setting", [bucketCall("GetBucketLogging"), bucketCall("GetBucketLifecycle")]),
    quiet("another setting", [bucketCall("PutBucketTagging")]),
    attempt("a change refused", [denied(logsOff)]),
    quiet("logging switched on", [logsOn]),
  ],
  "expiration-lifecycle-added": [
    fires("everything gone after a day", [lifecycle(expiry({ Expiration: { Days: 1 } }))], {
      severity: "high",
      days: 1,
    }),
    fires(
      "the second of two rules",
      [lifecycle([expiry({ Transition: { Days: 30 } }), expiry({ ID: "second", Expiration: { Days: 400 } })])],
      { rule_id: "second", severity: "low" },
    ),
    fires("a date two days ahead", [lifecycle(expiry({ Expiration: { Date: "2026-02-25T00:00:00Z" } }))], {
      severity: "high",
      on_date: "2026-02-25",
    }),
    fires("old versions after a day", [lifecycle(expiry({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } }))], {
      severity: "medium",
    }),
    fires("delete markers", [lifecycle(expiry({ Expiration: { ExpiredObjectDeleteMarker: true } }))], {
      severity: "low",
    }),
    fires(
      "a month in a log bucket",
      [lifecycle(expiry({ Expiration: { Days: 30 } }), { bucketName: "acme-cloudtrail-logs" })],
      { severity: "high" },
    ),
    lookAlike("a rule that only moves objects to colder storage", [
      lifecycle(expiry({ Transition: { Days: 1, StorageClass: "GLACIER" } })),
    ]),
    quiet("a rule that is disabled", [lifecycle(expiry({ Status: "Disabled", Expiration: { Days: 1 } }))]),
    attempt("a rule refused", [denied(lifecycle(expiry({ Expiration: { Days: 1 } })))]),
  ],
  "bucket-configuration-deleted": [
    fires("the policy removed after use", [bucketCall("DeleteBucketPolicy", { policy: "" })]),
    lookAlike("a policy written", [bucketCall("PutBucketPolicy", { policy: "", bucketPolicy: {} })]),
    quiet("a service tidying up", [by(SERVICE, bucketCall("DeleteBucketLifecycle"))]),
    attempt("a removal refused", [denied(bucketCall("DeleteBucketEncryption"))]),
  ],
  "security-controls-disabled": [
    fires(
      "logging and versioning by two sessions of one role",
      [by(roleSession("one"), logsOff), when(60, by(roleSession("two"), versioning({ Status: "Suspended" })))],
      { detail: "logging,versioning", controls: 2 },
    ),
    fires("versioning and MFA delete in one call", [versioning({ Status: "Suspended", MfaDelete: "Disabled" })], {
      controls: 2,
    }),
    lookAlike("logging off on two buckets", [
      logsOff,
      bucketCall("PutBucketLogging", { bucketName: "other", BucketLoggingStatus: "" }),
    ]),
    quiet("one control off, one refused", [logsOff, denied(versioning({ Status: "Suspended" }))]),
  ],
  "trail-tampering": [
    fires("logging stopped", [call("cloudtrail", "StopLogging", { name: "main" })], { severity: "critical" }),
    fires(
      "management events off",
      [
        call("cloudtrail", "PutEventSelectors", {
          trailName: "main",
          eventSelectors: [{ includeManagementEvents: false, readWriteType: "ReadOnly", dataResources: [] }],
        }),
      ],
      { change: "management events off" },
    ),
    fires(
      "a trail that no longer validates its files",
      [call("cloudtrail", "UpdateTrail", { name: "main", enableLogFileValidation: false })],
      { change: "narrowed", severity: "medium" },
    ),
    fires(
      "flow logs deleted",
      [call("ec2", "DeleteFlowLogs", { DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: "fl-1" } } })],
      { severity: "high" },
    ),
    lookAlike("selectors that log everything", [
      call("cloudtrail", "PutEventSelectors", {
        trailName: "main",
        eventSelectors: [
          {
            includeManagementEvents: true,
            readWriteType: "All",
            dataResources: [{ type: "AWS::S3::Object", values: ["arn:aws:s3"] }],
            excludeManagementEventSources: [],
          },
        ],
      }),
    ]),
    quiet("a trail made and started", [
      call("cloudtrail", "CreateTrail", { name: "x" }),
      call("cloudtrail", "StartLogging", { name: "x" }),
    ]),
    attempt("a stop of a trail that is not there", [
      call("cloudtrail", "StopLogging", { name: "x" }, { errorCode: "TrailNotFoundException" }),
    ]),
  ],
  "guardduty-tampering": [
    fires("the detector deleted", [call("guardduty", "DeleteDetector", { detectorId: "d" })], { severity: "critical" }),
    fires("the detector disabled", [call("guardduty", "UpdateDetector", { detectorId: "d", enable: false })], {
      change: "off",
    }),
    fires(
      "S3 protection off",
      [call("guardduty", "UpdateDetector", { detectorId: "d", dataSources: { s3Logs: { enable: false } } })],
      { change: "protection off", severity: "high" },
    ),
    fires(
      "a trusted list with the thief's address",
      [call("guardduty", "CreateIPSet", { name: "vpn", location: "s3://x", activate: true })],
      { change: "trusted list" },
    ),
    fires("a filter that archives", [call("guardduty", "CreateFilter", { name: "f", action: "ARCHIVE" })], {
      change: "suppression",
    }),
    lookAlike("the detector enabled", [
      call("guardduty", "UpdateDetector", { detectorId: "d", enable: true, dataSources: { s3Logs: { enable: true } } }),
    ]),
    quiet("a filter that keeps", [call("guardduty", "CreateFilter", { name: "f", action: "NOOP" })]),
    attempt("a deletion refused", [denied(call("guardduty", "DeleteDetector", { detectorId: "d" }))]),
  ],
  "macie-tampering": [
    fires("Macie disabled by one call", [call("macie2", "DisableMacie", {})], { switched_off: 1 }),
    fires(
      "six evading calls within a minute",
      times(6, (n) => when(n, call("macie2", "CreateFindingsFilter", { name: `f${n}`, action: "ARCHIVE" }))),
      { most_in_ten_minutes: 6 },
    ),
    lookAlike(
      "five such calls",
      times(5, (n) => when(n, call("macie2", "ArchiveFindings", { findingIds: [] }))),
    ),
    quiet("Macie resumed", [call("macie2", "UpdateMacieSession", { status: "ENABLED" })]),
    quiet("a refusal", [denied(call("macie2", "DisableMacie", {}))]),
  ],
  "bucket-deleted": [
    fires("a bucket deleted", [bucketCall("DeleteBucket")]),
    lookAlike("objects deleted", [objectCall("DeleteObject", "a"), objectCall("DeleteObjects", "")]),
    quiet("a bucket made", [bucketCall("CreateBucket")]),
    attempt("a bucket that was not empty", [bucketCall("DeleteBucket", {}, { errorCode: "BucketNotEmpty" })]),
  ],
  "deletion-spike": [
    fires(
      "three buckets in an hour after a day of one",
      [
        ...times(20, (n) => when(n * HOUR, bucketCall("ListBuckets"))),
        deleteBucket(0, HOUR),
        ...times(3, (n) => deleteBucket(n + 1, 20 * HOUR + n)),
      ],
      { rule: "spike", kind: "bucket", events: 3, hours_before: 20 },
    ),
    fires(
      "500 objects within an hour without history",
      times(500, (n) => deleteObject(n, n)),
      { rule: "flood", kind: "object", events: 500 },
    ),
    fires(
      "twenty batches of up to a thousand keys",
      times(20, (n) => when(n, objectCall("DeleteObjects", "", { delete: "" }))),
      { rule: "flood", batch_calls: 20 },
    ),
    fires(
      "five buckets by five sessions of one role",
      times(5, (n) => by(roleSession(`s${n}`), deleteBucket(n, n))),
      { rule: "flood", kind: "bucket", principal: "arn:aws:iam::111122223333:role/App" },
    ),
    lookAlike(
      "three buckets an hour, every hour: ordinary for this caller",
      times(60, (n) => deleteBucket(n, Math.floor(n / 3) * HOUR + (n % 3))),
    ),
    quiet("one bucket", [bucketCall("ListBuckets"), deleteBucket(0, 20 * HOUR)]),
    quiet(
      "500 refused deletions",
      times(500, (n) => denied(deleteObject(n, n))),
    ),
  ],
  "ransom-note": [
    fires("a note", [objectCall("PutObject", "finance/HOW_TO_DECRYPT_FILES.txt")]),
    lookAlike("a report in a folder that reads like one", [
      objectCall("PutObject", "ransom-note-templates/2026/report.pdf"),
    ]),
    quiet("a note being read", [objectCall("GetObject", "HOW_TO_DECRYPT_FILES.txt")]),
    attempt("a note refused", [denied(objectCall("PutObject", "HOW_TO_DECRYPT_FILES.txt"))]),
  ],
};
