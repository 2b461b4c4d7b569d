import type { DetectionCard } from "../core/theft/detection.ts";

export const bucketEnumeration: DetectionCard = {
  id: "bucket-enumeration",
  title: "Buckets and their settings looked through",
  severity: "low",
  technique: "T1619",
  tactic: "reconnaissance",
  logs: ["management"],
  fires: "success",
  origins: [
    {
      from: "Sigma",
      name: "Bucket enumeration; potential storage enumeration (> 5 in 10 minutes)",
      date: "2026-08-05",
    },
    { from: "seed", name: "Reconstructing a breach with Athena: enumeration", date: "2026-06-01" },
  ],
  putRight: [
    "Sigma's enumeration rule leaves out AssumedRole, which is how most thieves call, and its burst rule counts in fixed windows per account. Here every identity counts and the window slides. Answers such as NoSuchBucketPolicy are readings too.",
  ],
  blindSpots: ["A thief who knows the bucket already asks nothing."],
  falsePositives: [
    "The S3 console reads a dozen settings per bucket page (via = console); posture scanners and inventories.",
  ],
  parameters: [
    { name: "readings", meaning: "Different readings within ten minutes that are still ordinary", value: "5" },
  ],
};
