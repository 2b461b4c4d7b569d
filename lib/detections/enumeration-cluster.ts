import type { DetectionCard } from "../core/theft/detection.ts";

export const enumerationCluster: DetectionCard = {
  id: "enumeration-cluster",
  title: "Who am I, what is there, what may I do: asked within minutes",
  severity: "medium",
  technique: "T1580",
  tactic: "reconnaissance",
  logs: ["management", "data"],
  fires: "success",
  origins: [
    {
      from: "seed",
      name: "Reconstructing a breach with Athena: enumeration (GetCallerIdentity, ListBuckets, ListObjectsV2, GetBucketPolicy, ListRoles)",
      date: "2026-06-01",
    },
    { from: "Sigma", name: "TruffleHog: GetCallerIdentity", date: "2026-08-05" },
  ],
  putRight: [
    "The seed's query lists the events of seven names and leaves the clustering to the eye; ListObjectsV2 is logged as ListObjects, so both names count.",
  ],
  blindSpots: ["ListObjects is a data event and may not be logged."],
  falsePositives: ["The console, posture scanners, Terraform plans."],
  parameters: [
    { name: "questions", meaning: "Different questions within ten minutes that make a cluster", value: "4" },
  ],
};
