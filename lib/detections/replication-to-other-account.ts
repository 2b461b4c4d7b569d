import type { DetectionCard } from "../core/theft/detection.ts";

export const replicationToOtherAccount: DetectionCard = {
  id: "replication-to-other-account",
  title: "Replication to another account's bucket switched on",
  severity: "high",
  technique: "T1537",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Splunk", name: "AWS Exfiltration via Bucket Replication", date: "2024-10-24" },
    { from: "Elastic", name: "Bucket Replicated to Another Account", date: "2026-08-21" },
    { from: "seed", name: "Detecting S3 Data Exfiltration Attempts: foreign replication" },
  ],
  putRight: [
    "Splunk fires on any replication and reads a single rule; Elastic looks for the text Account=, which an own account carries too. Rules are taken one by one, alone or in a list; disabled rules and failed calls do not count.",
  ],
  blindSpots: [
    "Account is only written when ownership changes hands: a rule without it may go to any bucket, and is reported as not named.",
  ],
  falsePositives: [
    "Backup and disaster-recovery set-ups. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [
    {
      name: "own accounts",
      meaning:
        "Account ids that are ours, comma-separated; another account whose logs are at hand weighs one step less",
      value: { fromCase: "own-accounts" },
    },
  ],
};
