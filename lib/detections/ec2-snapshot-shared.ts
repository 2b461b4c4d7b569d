import type { DetectionCard } from "../core/theft/detection.ts";

export const ec2SnapshotShared: DetectionCard = {
  id: "ec2-snapshot-shared",
  title: "An EBS snapshot shared with another account",
  severity: "high",
  technique: "T1537",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Splunk", name: "EC2 Snapshot shared externally", date: "2024-10-24" },
    {
      from: "seed",
      name: "AWS Data Exfiltration Investigation Pattern: snapshot-based exfiltration",
      date: "2025-07-24",
    },
    { from: "Datadog", name: "Exfiltrate EBS snapshot by sharing it", date: "2026-08-19" },
  ],
  putRight: [
    "Splunk compares with one account and reads one entry; lists and single entries are read alike, and sharing with everybody (group all) weighs critical. A permission removed stays quiet.",
  ],
  blindSpots: ["A share that was taken back still happened: see the removal in the timeline."],
  falsePositives: ["Golden images and backup vaults in other accounts."],
  parameters: [
    {
      name: "own accounts",
      meaning:
        "Account ids that are ours, comma-separated; another account whose logs are at hand weighs one step less",
      value: { fromCase: "own-accounts" },
    },
  ],
};
