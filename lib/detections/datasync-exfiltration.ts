import type { DetectionCard } from "../core/theft/detection.ts";

export const datasyncExfiltration: DetectionCard = {
  id: "datasync-exfiltration",
  title: "Data moved by a DataSync task",
  severity: "high",
  technique: "T1119",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [{ from: "Splunk", name: "AWS Exfiltration via DataSync Task", date: "2024-10-24" }],
  putRight: [
    "Splunk shows the opaque location ARNs of CreateTask and does not ask whether the task ran. Locations are joined, StartTaskExecution counts, also of a task that was there before.",
  ],
  blindSpots: [
    "CloudTrail does not say to which account a destination bucket belongs.",
    "A schedule starts tasks without a call.",
  ],
  falsePositives: ["Planned migrations and NAS synchronisation."],
  parameters: [],
};
