import type { DetectionCard } from "../core/theft/detection.ts";

export const decoyBucketAccess: DetectionCard = {
  id: "decoy-bucket-access",
  title: "A decoy bucket was touched",
  severity: "high",
  technique: "T1530",
  tactic: "reconnaissance",
  logs: ["management", "data"],
  fires: "attempt",
  origins: [{ from: "Panther", name: "Decoy bucket accessed", date: "2026-07-01" }],
  putRight: ["Panther needs one rule per decoy; one list does here. Refused calls count: nobody has business there."],
  blindSpots: ["Only as good as the list of decoys."],
  falsePositives: ["Scanners that walk over all buckets."],
  parameters: [{ name: "decoys", meaning: "Names of decoy buckets, comma-separated", value: "" }],
};
