import type { DetectionCard } from "../core/theft/detection.ts";

export const publicAccessBlockWeakened: DetectionCard = {
  id: "public-access-block-weakened",
  title: "The block on public access removed or weakened",
  severity: "high",
  technique: "T1562.001",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Panther", name: "DeleteBucketPublicAccessBlock", date: "2026-07-01" },
    { from: "Sigma", name: "BPA weakened (proposal, 2026-07)", date: "2026-08-05" },
  ],
  putRight: [
    "Panther knows deletion only, Sigma's proposal the bucket only. A switch left out of the request counts as off, which is what S3 makes of it; the account's block counts too.",
  ],
  blindSpots: ["An account-wide block that stays keeps a bucket closed even when its own block is gone."],
  falsePositives: [
    "Websites being set up. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [],
};
