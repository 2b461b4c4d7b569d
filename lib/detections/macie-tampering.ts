import type { DetectionCard } from "../core/theft/detection.ts";

export const macieTampering: DetectionCard = {
  id: "macie-tampering",
  title: "Macie switched off or its findings hidden",
  severity: "high",
  technique: "T1562.001",
  tactic: "covering tracks",
  logs: ["management"],
  fires: "success",
  origins: [{ from: "Sigma", name: "Macie evasion (> 5 in 10 minutes per address)", date: "2026-08-05" }],
  putRight: ["Switching Macie off is one call, which the published count of six never sees: it fires alone."],
  blindSpots: ["Automated discovery excluded bucket by bucket, slowly."],
  falsePositives: ["Tuning of findings filters."],
  parameters: [{ name: "calls", meaning: "Evading calls within ten minutes that are still ordinary", value: "5" }],
};
