import type { DetectionCard } from "../core/theft/detection.ts";

export const foreignKmsKey: DetectionCard = {
  id: "foreign-kms-key",
  title: "Objects encrypted with a KMS key of another account",
  severity: "high",
  technique: "T1486",
  tactic: "impact",
  logs: ["management", "data"],
  fires: "success",
  origins: [
    { from: "Elastic", name: "External KMS key on CopyObject", date: "2026-08-21" },
    { from: "Panther", name: "CopyObject with foreign KMS account", date: "2026-07-01" },
    { from: "Splunk", name: "KMS encryption (CopyObject with aws:kms)", date: "2024-10-24" },
  ],
  putRight: [
    "Splunk fires on any KMS encryption. The account is read from the key and, where the request names an alias, from the record's resources; uploads, multipart uploads and the bucket's default encryption count too.",
  ],
  blindSpots: ["An alias without an account stays unknown."],
  falsePositives: ["A central key account that is not listed."],
  parameters: [
    {
      name: "own accounts",
      meaning:
        "Account ids that are ours, comma-separated; another account whose logs are at hand weighs one step less",
      value: { fromCase: "own-accounts" },
    },
  ],
};
