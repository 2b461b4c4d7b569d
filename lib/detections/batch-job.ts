import type { DetectionCard } from "../core/theft/detection.ts";

export const batchJob: DetectionCard = {
  id: "batch-job",
  title: "An S3 Batch Operations job over many objects",
  severity: "medium",
  technique: "T1119",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [{ from: "Splunk", name: "Batch Service (JobCreated)", date: "2024-10-24" }],
  putRight: [
    "Splunk shows JobCreated, an event of the service that names no caller; it is joined to the CreateJob of the person who asked.",
  ],
  blindSpots: ["The manifest, that is which objects, is not in the log."],
  falsePositives: ["Lifecycle and tagging campaigns of the storage team."],
  parameters: [],
};
