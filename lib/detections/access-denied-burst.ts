import type { DetectionCard } from "../core/theft/detection.ts";

export const accessDeniedBurst: DetectionCard = {
  id: "access-denied-burst",
  title: "A wall of refusals",
  severity: "medium",
  technique: "T1580",
  tactic: "reconnaissance",
  logs: ["management", "data"],
  fires: "attempt",
  origins: [
    { from: "Elastic", name: "Bucket Enumeration / Brute Force", date: "2026-08-21" },
    { from: "seed", name: "Reconstructing a breach with Athena: the wall of AccessDenied", date: "2026-06-01" },
  ],
  putRight: [
    "Elastic counts per bucket and only S3; a thief who maps what he may do is refused by every service, so all refusals of a caller count together, within a sliding window.",
  ],
  blindSpots: ["CloudTrail omits or redacts some refusals across accounts."],
  falsePositives: ["A deployment with a permission missing retries for hours."],
  parameters: [{ name: "refusals", meaning: "Refused calls within ten minutes that make a wall", value: "40" }],
};
