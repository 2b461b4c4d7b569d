import type { DetectionCard } from "../core/theft/detection.ts";

export const openBucketViaCli: DetectionCard = {
  id: "open-bucket-via-cli",
  title: "A bucket opened to everybody from the command line",
  severity: "high",
  technique: "T1530",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [{ from: "Splunk", name: "Detect New Open S3 Buckets over AWS CLI", date: "2024-10-24" }],
  putRight: [
    "Splunk's OR binds before its AND, so any PutBucketAcl from the CLI fires, private ones too, and x-amz-grant-read, the usual way to open a bucket, is shown but never tested. Canned ACLs, policies and the public access block were missed.",
  ],
  blindSpots: ["The agent can be changed; the detections without an agent see the same."],
  falsePositives: ["Administrators at the command line."],
  parameters: [],
};
