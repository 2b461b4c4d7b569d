import type { DetectionCard } from "../core/theft/detection.ts";

export const securityControlsDisabled: DetectionCard = {
  id: "security-controls-disabled",
  title: "Several protections of a bucket switched off together",
  severity: "high",
  technique: "T1562.008",
  tactic: "covering tracks",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Panther", name: "S3 security control disabling (two distinct per bucket and actor)", date: "2026-07-01" },
  ],
  putRight: [
    "Panther groups by session; the role behind the sessions is the caller here. The public access block and encryption count as protections too.",
  ],
  blindSpots: ["A thief with two identities stays below two each."],
  falsePositives: ["Buckets being retired."],
  parameters: [{ name: "controls", meaning: "Different protections that must go", value: "2" }],
};
