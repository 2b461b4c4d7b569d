import type { DetectionCard } from "../core/theft/detection.ts";

export const copyToOtherAccount: DetectionCard = {
  id: "copy-to-other-account",
  title: "Objects copied into a bucket of another account",
  severity: "high",
  technique: "T1537",
  tactic: "theft",
  logs: ["data"],
  fires: "success",
  origins: [
    { from: "seed", name: "Detecting S3 Data Exfiltration Attempts: cross-account copies" },
    { from: "Panther", name: "CopyObject to external account", date: "2026-07-01" },
  ],
  putRight: [
    "The seed filters on the caller's account, so copies by stolen keys of our own account, which are the usual case, are missed, and names ReplicateObject, which is never logged. Here the accounts of the buckets are compared. Bytes are not summed: bytesTransferredOut of a copy is the size of the answer.",
  ],
  blindSpots: ["Cross-account buckets of ours that send no logs look foreign."],
  falsePositives: ["Migrations to an account not listed; vendors' buckets."],
  parameters: [
    {
      name: "own accounts",
      meaning:
        "Account ids that are ours, comma-separated; another account whose logs are at hand weighs one step less",
      value: { fromCase: "own-accounts" },
    },
  ],
};
