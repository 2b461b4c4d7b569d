import type { DetectionCard } from "../core/theft/detection.ts";

export const downloadSpike: DetectionCard = {
  id: "download-spike",
  title: "Object reads far above the caller's own measure",
  severity: "medium",
  technique: "T1530",
  tactic: "theft",
  logs: ["data"],
  fires: "success",
  origins: [{ from: "Splunk", name: "Anomalous GetObject (10-minute bins)", date: "2024-10-24" }],
  putRight: [
    "Splunk bins per session ARN, so that every new session is new; the role behind the sessions is the caller here, and bins without a read count as zero.",
  ],
  blindSpots: ["The baseline reaches only as far back as the case table."],
  falsePositives: ["Jobs that run once a day."],
  parameters: [
    { name: "bins", meaning: "Ten-minute bins that must lie before", value: "36" },
    { name: "reads", meaning: "Reads in a bin below which nothing is a spike", value: "50" },
  ],
};
