import type { DetectionCard } from "../core/theft/detection.ts";

export const ec2Export: DetectionCard = {
  id: "ec2-export",
  title: "A machine, image or volume taken out of EC2",
  severity: "high",
  technique: "T1537",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [
    {
      from: "seed",
      name: "AWS Data Exfiltration Investigation Pattern, phase 2: CreateInstanceExportTask, CreateSnapshot, CopySnapshot",
      date: "2025-07-24",
    },
  ],
  putRight: [
    "The seed treats a plain snapshot like an export: making one takes nothing out of the account and weighs low. Newer ways out (ExportImage, CreateStoreImageTask, EBS direct reads) are added; backup services stay out.",
  ],
  blindSpots: ["EBS direct reads are data events, off by default."],
  falsePositives: ["Backups made by hand, images built, migrations."],
  parameters: [],
};
