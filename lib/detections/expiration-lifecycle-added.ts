import type { DetectionCard } from "../core/theft/detection.ts";

export const expirationLifecycleAdded: DetectionCard = {
  id: "expiration-lifecycle-added",
  title: "A lifecycle rule that lets objects expire",
  severity: "low",
  technique: "T1485.001",
  tactic: "covering tracks",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Log360", name: "AWS S3 Bucket Expiration Lifecycle Configuration Added" },
    { from: "Elastic", name: "defense_evasion_s3_bucket_lifecycle_expiration_added", date: "2026-08-21" },
    { from: "Splunk", name: "PutBucketLifecycle (Expiration.Days < 3)", date: "2024-10-24" },
    { from: "Panther", name: "CloudTrail short lifecycle", date: "2026-07-01" },
    { from: "Datadog", name: "CloudTrail logs impairment through S3 lifecycle rule", date: "2026-08-19" },
  ],
  putRight: [
    "Elastic tests for the text Expiration= and not the provider; Splunk reads one rule's days and IAM users only; disabled rules fire in both. Days, date, old versions and delete markers are read per rule, alone or in a list; disabled rules stay quiet; terms of three days or less and log buckets weigh more.",
  ],
  blindSpots: ["Whether a bucket holds logs is guessed from its name."],
  falsePositives: [
    "Ordinary retention rules (they weigh low). An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [],
};
