import type { DetectionCard } from "../core/theft/detection.ts";

export const guarddutyTampering: DetectionCard = {
  id: "guardduty-tampering",
  title: "GuardDuty switched off, blinded or taught to trust",
  severity: "critical",
  technique: "T1562.001",
  tactic: "covering tracks",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Sigma", name: "GuardDuty CreateIPSet, DeleteDetector, UpdateDetector enable=false", date: "2026-08-05" },
  ],
  putRight: [
    "Failed calls fire in Sigma; single protections (S3) switched off, trusted lists updated, suppression filters and archiving are added.",
  ],
  blindSpots: ["A delegated administrator in another account leaves the event there."],
  falsePositives: [
    "Security engineers at work. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [],
};
