import type { DetectionCard } from "../core/theft/detection.ts";

export const dataManagementTampering: DetectionCard = {
  id: "data-management-tampering",
  title: "Data management of a bucket changed",
  severity: "low",
  technique: "T1565.001",
  tactic: "covering tracks",
  logs: ["management", "data"],
  fires: "success",
  origins: [
    { from: "Log360", name: "AWS S3 Data Management Tampering" },
    { from: "Sigma", name: "aws_s3_data_management_tampering (78b3756a)", date: "2026-08-05" },
  ],
  putRight: [
    "Of the seven event names of the Sigma rule four are permission names that CloudTrail never writes (PutEncryptionConfiguration, PutLifecycleConfiguration, PutReplicationConfiguration, ReplicateObject): the real ones are added, the dead ones kept as aliases, and the row says which hit. Success is required for it to fire.",
  ],
  blindSpots: ["Says that a setting was changed, not whether for worse: the detections of one setting each do."],
  falsePositives: [
    "Every deployment of a bucket. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [],
};
