import type { DetectionCard } from "../core/theft/detection.ts";

export const ransomNote: DetectionCard = {
  id: "ransom-note",
  title: "A note of extortion uploaded",
  severity: "critical",
  technique: "T1657",
  tactic: "impact",
  logs: ["data"],
  fires: "success",
  origins: [
    { from: "Elastic", name: "Ransom note upload", date: "2026-08-21" },
    { from: "Panther", name: "S3 ransomware note upload", date: "2026-07-01" },
  ],
  putRight: ["The file name must read so, not any folder above it; refused uploads are attempts."],
  blindSpots: ["Names are the writer's choice."],
  falsePositives: ["Manuals on data recovery."],
  parameters: [],
};
