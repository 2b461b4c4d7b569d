import type { DetectionCard } from "../core/theft/detection.ts";

export const uncommonS3Client: DetectionCard = {
  id: "uncommon-s3-client",
  title: "Calls with a bulk client, a file browser or an attack tool",
  severity: "low",
  technique: "T1530",
  tactic: "initial access",
  logs: ["management", "data"],
  fires: "success",
  origins: [
    { from: "Elastic", name: "Uncommon S3 client", date: "2026-08-21" },
    { from: "Sigma", name: "TruffleHog user agent", date: "2026-08-05" },
  ],
  putRight: [
    "Elastic knows two clients and waits for a user new in seven days; Sigma looks for one scanner. Here one list, every row with its counts, so that an old habit can be seen as one.",
  ],
  blindSpots: ["A thief who uses boto3 or the AWS CLI, or lies about the agent."],
  falsePositives: ["People who use such a client every day; rclone in backup jobs."],
  parameters: [],
};
