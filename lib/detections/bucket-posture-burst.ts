import type { DetectionCard } from "../core/theft/detection.ts";

export const bucketPostureBurst: DetectionCard = {
  id: "bucket-posture-burst",
  title: "Settings of many buckets read within seconds",
  severity: "low",
  technique: "T1619",
  tactic: "reconnaissance",
  logs: ["management"],
  fires: "success",
  origins: [{ from: "Elastic", name: "Rapid Bucket Posture API calls", date: "2026-08-21" }],
  putRight: [
    "Elastic counts resource ARNs, which older records do not carry; the bucket is taken from the request here. Console sessions are named, not left out: a thief may hold one.",
  ],
  blindSpots: ["Fewer buckets than the number give no burst."],
  falsePositives: ["Posture management and inventory tools."],
  parameters: [{ name: "buckets", meaning: "Buckets within ten seconds that are still ordinary", value: "15" }],
};
