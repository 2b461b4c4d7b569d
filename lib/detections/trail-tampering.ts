import type { DetectionCard } from "../core/theft/detection.ts";

export const trailTampering: DetectionCard = {
  id: "trail-tampering",
  title: "Logging stopped, deleted or narrowed",
  severity: "critical",
  technique: "T1562.008",
  tactic: "covering tracks",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Sigma", name: "Trail changes: StopLogging, UpdateTrail, DeleteTrail", date: "2026-08-05" },
    {
      from: "seed",
      name: "Reconstructing a breach with Athena: anti-forensics (StopLogging, DeleteTrail)",
      date: "2026-06-01",
    },
    {
      from: "Datadog",
      name: "Stop, delete trail; event selectors; remove VPC flow logs; delete DNS query logs; leave organization",
      date: "2026-08-19",
    },
  ],
  putRight: [
    "Sigma fires on failed calls and on every UpdateTrail and knows no event selectors. A failed call is an attempt; selectors and updates say what was narrowed.",
  ],
  blindSpots: [
    "The last events before logging stops may never be delivered.",
    "What the selectors were before is not in the log: selectors without S3 data events weigh low, because there may never have been any.",
  ],
  falsePositives: [
    "A trail replaced by an organisation trail. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [],
};
