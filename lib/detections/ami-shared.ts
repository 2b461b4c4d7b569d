import type { DetectionCard } from "../core/theft/detection.ts";

export const amiShared: DetectionCard = {
  id: "ami-shared",
  title: "A machine image shared with another account",
  severity: "high",
  technique: "T1537",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Splunk", name: "AMI attribute (launchPermission.add)", date: "2024-10-24" },
    { from: "seed", name: "AWS Data Exfiltration Investigation Pattern", date: "2025-07-24" },
    { from: "Datadog", name: "Exfiltrate an AMI by sharing it", date: "2026-08-19" },
  ],
  putRight: ["Single entries and lists are read alike; organisations count; a permission removed stays quiet."],
  blindSpots: ["An organisation of our own is not told from another one."],
  falsePositives: ["Image factories."],
  parameters: [
    {
      name: "own accounts",
      meaning:
        "Account ids that are ours, comma-separated; another account whose logs are at hand weighs one step less",
      value: { fromCase: "own-accounts" },
    },
  ],
};
