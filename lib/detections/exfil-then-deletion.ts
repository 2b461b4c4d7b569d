import type { DetectionCard } from "../core/theft/detection.ts";

export const exfilThenDeletion: DetectionCard = {
  id: "exfil-then-deletion",
  title: "Objects taken and then deleted in the same bucket",
  severity: "critical",
  technique: "T1485",
  tactic: "impact",
  logs: ["data"],
  fires: "success",
  origins: [{ from: "Panther", name: "S3 exfil then deletion (disabled)", date: "2026-07-01" }],
  putRight: [
    "Panther counts copies to other accounts only and in any order; downloads are takings too, and deletions must come after. Sessions of one role count together.",
  ],
  blindSpots: ["A mover that copies and then deletes looks the same."],
  falsePositives: ["Moves between buckets: copy, then delete (via aws s3 mv)."],
  parameters: [
    { name: "minutes", meaning: "Minutes after the first taking", value: "1800" },
    { name: "taken", meaning: "Objects taken", value: "10" },
    { name: "deletions", meaning: "Deletion calls after that", value: "10" },
  ],
};
