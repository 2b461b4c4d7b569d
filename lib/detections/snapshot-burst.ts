import type { DetectionCard } from "../core/theft/detection.ts";

export const snapshotBurst: DetectionCard = {
  id: "snapshot-burst",
  title: "Snapshots made, shared and deleted within minutes",
  severity: "medium",
  technique: "T1537",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [{ from: "Splunk", name: "EC2 Snapshot (two distinct calls in 5 minutes)", date: "2024-10-24" }],
  putRight: [
    "Splunk counts failed calls and a look at the attributes after a creation, which every backup does; one of the two must share or delete.",
  ],
  blindSpots: ["Only the densest five minutes per caller are shown."],
  falsePositives: ["Infrastructure tests that make and delete snapshots."],
  parameters: [],
};
