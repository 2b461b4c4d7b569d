import type { DetectionCard } from "../core/theft/detection.ts";

export const deletionSpike: DetectionCard = {
  id: "deletion-spike",
  title: "Buckets or objects deleted far above the caller's own measure",
  severity: "high",
  technique: "T1485",
  tactic: "impact",
  logs: ["management", "data"],
  fires: "success",
  origins: [
    { from: "Splunk", name: "Detect Spike in S3 Bucket deletion", date: "2024-10-24" },
    { from: "seed", name: "Suspicious AWS S3 Activities: Detect Spike in S3 Bucket deletion", date: "2023-04-24" },
  ],
  putRight: [
    "Splunk counts DeleteBucket only and per session ARN, so that each new session starts its baseline anew, and hours without a deletion are no points. The role behind the sessions is the caller, quiet hours count as zero, objects count too, and a flood fires without any history.",
  ],
  blindSpots: ["The baseline reaches only as far back as the case table."],
  falsePositives: ["Clean-up jobs, test runs, deployments being torn down."],
  parameters: [
    { name: "buckets, flood", meaning: "Buckets deleted in an hour that are a flood without history", value: "5" },
    { name: "objects, flood", meaning: "Deletion calls in an hour that are a flood without history", value: "500" },
    { name: "batches, flood", meaning: "DeleteObjects calls in an hour that are a flood without history", value: "20" },
    { name: "hours", meaning: "Hours that must lie before, for a spike", value: "15" },
    { name: "buckets, least", meaning: "Buckets deleted in an hour below which nothing is a spike", value: "2" },
    { name: "objects, least", meaning: "Deletion calls in an hour below which nothing is a spike", value: "20" },
  ],
};
