import type { DetectionCard } from "../core/theft/detection.ts";

export const bucketConfigurationDeleted: DetectionCard = {
  id: "bucket-configuration-deleted",
  title: "Protection or settings of a bucket deleted",
  severity: "low",
  technique: "T1070",
  tactic: "covering tracks",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Elastic", name: "Bucket Configuration Deletion", date: "2026-08-21" },
    { from: "Panther", name: "S3 delete bucket encryption; replication; policy", date: "2026-07-01" },
    {
      from: "seed",
      name: "Reconstructing a breach with Athena: anti-forensics (DeleteBucketEncryption)",
      date: "2026-06-01",
    },
  ],
  putRight: [
    "A policy deleted minutes after it was opened is the trace of a theft through it: the timeline puts both side by side.",
  ],
  blindSpots: ["Deleting encryption no longer decrypts: S3 encrypts by default since January 2023."],
  falsePositives: [
    "Buckets being torn down. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [],
};
