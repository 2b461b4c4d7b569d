import type { DetectionCard } from "../core/theft/detection.ts";

export const s3BrowserPlaceholderPolicy: DetectionCard = {
  id: "s3-browser-placeholder-policy",
  title: "S3 Browser's unedited policy template written",
  severity: "high",
  technique: "T1098.003",
  tactic: "escalation",
  logs: ["management"],
  fires: "success",
  origins: [{ from: "Sigma", name: "S3 Browser policy (PutUserPolicy with placeholder bucket)", date: "2026-08-05" }],
  putRight: ["Not bound to the user agent, which can be changed."],
  blindSpots: ["One actor's slip of the hand; others do not make it."],
  falsePositives: ["Somebody following a tutorial."],
  parameters: [],
};
