import type { DetectionCard } from "../core/theft/detection.ts";

export const bulkDownload: DetectionCard = {
  id: "bulk-download",
  title: "Objects downloaded in bulk",
  severity: "high",
  technique: "T1530",
  tactic: "theft",
  logs: ["data"],
  fires: "success",
  origins: [
    { from: "seed", name: "Detecting S3 Data Exfiltration Attempts: bulk download, more than 1000 objects an hour" },
    { from: "Panther", name: "Large download", date: "2026-07-01" },
  ],
  putRight: [
    "The seed's alarm counts all GetObject of an account, failed ones too, within the clock's hours; its query reads bytesTransferredOut from requestparameters, where it never is, and compares a text with a timestamp. Here successful reads count, per caller and address, in any hour, with bytes from additionalEventData and distinct objects apart from requests.",
  ],
  blindSpots: ["A large object read in ranges counts once per range; few large objects never reach the number."],
  falsePositives: [
    "Backups, migrations, analytics jobs (seed 2's three false positives): regular hours, known role, known destination.",
  ],
  parameters: [{ name: "reads", meaning: "Object reads within an hour that are still ordinary", value: "1000" }],
};
