import type { DetectionCard } from "../core/theft/detection.ts";

export const sseCEncryption: DetectionCard = {
  id: "sse-c-encryption",
  title: "Objects written under a key that only the writer holds (SSE-C)",
  severity: "medium",
  technique: "T1486",
  tactic: "impact",
  logs: ["data"],
  fires: "success",
  origins: [
    { from: "Elastic", name: "SSE-C unusual; SSE-C excessive (20 per bucket)", date: "2026-08-21" },
    { from: "Panther", name: "CopyObject with client-side encryption", date: "2026-07-01" },
  ],
  putRight: [
    "Panther calls it client-side encryption: SSE-C is done by S3 with the caller's key. Multipart uploads count; the copy source's own SSE-C header, which only reads, does not.",
  ],
  blindSpots: ["A bucket that blocks SSE-C shows refused calls only."],
  falsePositives: ["Few applications use SSE-C on purpose; they use it always."],
  parameters: [],
};
