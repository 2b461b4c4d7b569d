import type { DetectionCard } from "../core/theft/detection.ts";

export const anonymousAccess: DetectionCard = {
  id: "anonymous-access",
  title: "Objects reached without credentials",
  severity: "high",
  technique: "T1530",
  tactic: "initial access",
  logs: ["data"],
  fires: "success",
  origins: [
    { from: "Elastic", name: "Unauthenticated access by rare source", date: "2026-08-21" },
    { from: "Sigma", name: "Anonymous object access (proposal, 2026-06)", date: "2026-08-05" },
  ],
  putRight: [
    "Sigma's proposal fires on every AWSAccount caller, which is how any cross-account read looks; only the anonymous marks count here, in either spelling. Refused calls are shown as attempts.",
  ],
  blindSpots: ["Without S3 data events nothing is seen."],
  falsePositives: ["Buckets that are public on purpose."],
  parameters: [],
};
