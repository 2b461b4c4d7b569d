import type { DetectionCard } from "../core/theft/detection.ts";

export const databaseExport: DetectionCard = {
  id: "database-export",
  title: "A database exported to S3",
  severity: "high",
  technique: "T1537",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [{ from: "Elastic", name: "RDS StartExportTask; DynamoDB ExportTableToPointInTime", date: "2026-08-21" }],
  putRight: ["Elastic waits for a user new in ten days for DynamoDB; in an incident every export is looked at."],
  blindSpots: ["The bucket's account is named by DynamoDB only."],
  falsePositives: ["Nightly exports to a data lake."],
  parameters: [],
};
