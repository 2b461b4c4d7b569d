import type { DetectionCard } from "../core/theft/detection.ts";

export const keyQuarantined: DetectionCard = {
  id: "key-quarantined",
  title: "AWS itself quarantined an access key",
  severity: "high",
  technique: "T1552",
  tactic: "initial access",
  logs: ["management"],
  fires: "success",
  origins: [{ from: "Elastic", name: "AWS reacted: AWSCompromisedKeyQuarantine attached", date: "2026-08-21" }],
  putRight: ["The thief's own policy changes do not hide among it: privileges-raised leaves this policy out."],
  blindSpots: ["The quarantine leaves S3 reads allowed: it is a warning, not a containment."],
  falsePositives: ["Somebody attached it by hand after a leak."],
  parameters: [],
};
