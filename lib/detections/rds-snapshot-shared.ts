import type { DetectionCard } from "../core/theft/detection.ts";

export const rdsSnapshotShared: DetectionCard = {
  id: "rds-snapshot-shared",
  title: "A database snapshot shared with another account",
  severity: "high",
  technique: "T1537",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Elastic", name: "Snapshot sharing rules", date: "2026-08-21" },
    { from: "Datadog", name: "Exfiltrate RDS snapshot by sharing", date: "2026-08-19" },
  ],
  putRight: ["Cluster snapshots count too; a permission removed stays quiet."],
  blindSpots: ["The database's content is known to nobody from here."],
  falsePositives: ["Copies for a test account."],
  parameters: [
    {
      name: "own accounts",
      meaning:
        "Account ids that are ours, comma-separated; another account whose logs are at hand weighs one step less",
      value: { fromCase: "own-accounts" },
    },
  ],
};
