import type { DetectionCard } from "../core/theft/detection.ts";

export const credentialFilesRead: DetectionCard = {
  id: "credential-files-read",
  title: "Files with credentials among the objects read",
  severity: "high",
  technique: "T1552.001",
  tactic: "theft",
  logs: ["data"],
  fires: "success",
  origins: [{ from: "Elastic", name: "Credential file retrieved", date: "2026-08-21" }],
  putRight: [
    "Elastic matches *private_key* anywhere in a path and any *.key; names count here at the end of the key, Terraform state, key stores, kubeconfigs and exported access keys count too, and copies as well as reads.",
  ],
  blindSpots: ["A name is no content."],
  falsePositives: ["Deployment jobs that fetch their own certificates."],
  parameters: [],
};
