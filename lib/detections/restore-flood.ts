import type { DetectionCard } from "../core/theft/detection.ts";

export const restoreFlood: DetectionCard = {
  id: "restore-flood",
  title: "Archived objects thawed in bulk",
  severity: "medium",
  technique: "T1530",
  tactic: "collection",
  logs: ["data"],
  fires: "success",
  origins: [
    { from: "Sigma", name: "AWS S3 Data Management Tampering (RestoreObject)", date: "2026-08-05" },
    { from: "Cordon", name: "thaw before theft" },
  ],
  putRight: ["Sigma fires on every single restore; one restore is ordinary, a flood is not."],
  blindSpots: ["Thawing takes hours: the theft may lie beyond the window."],
  falsePositives: ["Legal or audit requests."],
  parameters: [{ name: "restores", meaning: "Restores within an hour that are still ordinary", value: "10" }],
};
