import type { DetectionCard } from "../core/theft/detection.ts";

export const bucketDeleted: DetectionCard = {
  id: "bucket-deleted",
  title: "A bucket deleted",
  severity: "medium",
  technique: "T1485",
  tactic: "impact",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Sigma", name: "Bucket deleted", date: "2026-08-05" },
    { from: "Panther", name: "S3 bucket deleted", date: "2026-07-01" },
  ],
  putRight: ["Refused deletions, of a bucket that is not empty, say, are attempts."],
  blindSpots: ["A bucket must be emptied first: the damage is done before."],
  falsePositives: [
    "Temporary buckets of tests and deployments. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [],
};
